"""Which liveness a station may have, who says so, and what the pages say of it."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.roles import Purpose
from config.errors import Refused
from recognition.live import liveness_service
from recognition.live.messages import kiosk_words
from recognition.liveness.passive.judging import STEP_BACK
from recognition.management import system_checks
from recognition.models import Station
from recognition.stations import liveness_policy, stations
from tests.recognition.test_stations import station_form
from tests.support.api import V1, client_of, code_of

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
WALK_UP = [Purpose.RECEPTION, Purpose.ATTENDANCE, Purpose.LIBRARY]


def made(slug="desk", **fields):
    return Station.objects.create(slug=slug, name=slug, **fields)


# --- the rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", WALK_UP)
def test_walk_up_stations_are_passive_and_room_cameras_off(purpose):
    assert made("kiosk", purpose=purpose).liveness == "passive"
    assert made("room", purpose=purpose, view="room").liveness == "off"


@pytest.mark.parametrize("wanted", ["off", "passive", "challenge"])
def test_lockers_always_ask_for_a_challenge(wanted):
    station = made(purpose=Purpose.LOCKERS, liveness=wanted)
    station.liveness = wanted
    station.save(update_fields=["liveness"])
    station.refresh_from_db()
    assert station.liveness == "challenge"


def test_a_kiosk_that_becomes_a_room_camera_is_off_even_where_only_the_view_is_saved():
    station = made()
    station.view = "room"
    station.save(update_fields=["view"])
    station.refresh_from_db()
    assert (station.view, station.liveness) == ("room", "off")


def test_every_place_has_a_policy_that_it_may_have():
    for purpose in Purpose.values:
        for view in Station.View.values:
            policy = liveness_policy.following(None, purpose, view)
            liveness_policy.require_possible(purpose, view, policy)


def test_a_room_camera_that_becomes_a_kiosk_is_not_left_open_for_photographs():
    room = made(view="room", purpose=Purpose.ATTENDANCE)
    assert liveness_policy.following(room, Purpose.ATTENDANCE, "walk_up") == "passive"
    chosen = made("b", purpose=Purpose.ATTENDANCE, liveness="off")
    assert liveness_policy.following(chosen, Purpose.ATTENDANCE, "walk_up") == "off"


# --- who sets it ----------------------------------------------------------------------------------


@pytest.fixture
def admin(administrator):
    client = Client()
    client.force_login(administrator, backend="accounts.backends.RoleBackend")
    return client


def saved(admin, **changes):
    return admin.post(reverse("admin:recognition_station_add"), station_form(**changes))


def test_an_administrator_chooses_it_and_the_list_shows_it(admin):
    assert saved(admin, view="walk_up", liveness="challenge").status_code == 302
    assert Station.objects.get().liveness == "challenge"
    assert (
        "Challenge: people are asked to blink"
        in admin.get(reverse("admin:recognition_station_changelist")).content.decode()
    )


@pytest.mark.on_every_database
def test_what_nobody_chooses_follows_the_place(admin):
    assert saved(admin, view="room", liveness="passive").status_code == 302  # the form's own default, untouched
    assert Station.objects.get().liveness == "off"
    form = station_form(view="walk_up", liveness="off")
    assert (
        admin.post(reverse("admin:recognition_station_change", args=[Station.objects.get().pk]), form).status_code
        == 302
    )
    assert Station.objects.get().liveness == "passive"


def test_a_choice_that_the_place_does_not_leave_is_refused_while_somebody_looks_at_it(admin):
    answer = saved(admin, view="room", liveness="challenge")
    assert "Faces are too small in a room camera" in answer.content.decode() and not Station.objects.exists()


def test_the_api_says_and_sets_it(administrator):
    client = client_of(administrator)
    added = client.post(f"{V1}/stations/", {"slug": "lab", "name": "Lab"}).json()
    assert (added["liveness"], added["is_film"]) == ("passive", False)
    assert client.patch(f"{V1}/stations/lab/", {"liveness": "challenge"}).json()["liveness"] == "challenge"
    assert client.patch(f"{V1}/stations/lab/", {"name": "Laboratory"}).json()["liveness"] == "challenge"
    assert client.patch(f"{V1}/stations/lab/", {"view": "room"}).json()["liveness"] == "off"
    assert client.patch(f"{V1}/stations/lab/", {"view": "walk_up"}).json()["liveness"] == "passive"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"view": "room", "liveness": "passive"}, 409, "wrong_liveness"),
        ({"purpose": "lockers", "roster_rule": "lockers", "liveness": "off"}, 409, "wrong_liveness"),
        ({"liveness": "sometimes"}, 400, "invalid"),
    ],
)
def test_the_api_refuses_what_a_place_does_not_leave(administrator, fields, status, code):
    answer = client_of(administrator).post(f"{V1}/stations/", {"slug": "lab", "name": "Lab", **fields})
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize("who", ["teacher", "librarian", "ada"])
def test_nobody_else_changes_it(who, request):
    made("exit", purpose=Purpose.LIBRARY)
    made("room-1", purpose=Purpose.ATTENDANCE)
    client = client_of(request.getfixturevalue(who))
    for slug in ("exit", "room-1"):
        assert client.patch(f"{V1}/stations/{slug}/", {"liveness": "off"}).status_code in (403, 404)
    assert set(Station.objects.values_list("liveness", flat=True)) == {"passive"}


def test_a_station_s_own_device_cannot_change_it(front_door):
    token = stations.new_camera_token(front_door, by=None, name="Camera")
    client = Client(headers={"authorization": f"Bearer {token}"})
    answer = client.patch(f"{V1}/stations/front-door/", {"liveness": "off"}, content_type="application/json")
    assert answer.status_code == 401


# --- what is said of it ---------------------------------------------------------------------------


def test_tiles_say_the_policy_and_a_demo_film_says_so():
    words = liveness_policy.words_for
    assert words(made("a")) == "Passive liveness"
    assert words(made("b", liveness="off")) == "Liveness off"
    film = "Demo film: the camera plays photographs, so liveness is off at this station."
    assert words(made("c", liveness="off", is_film=True)) == film
    assert words(made("e", is_film=True)) == (
        "Demo film: a photograph on a phone. This station checks liveness, so it names no one."
    )
    assert words(made("d", purpose=Purpose.LOCKERS)) == "Liveness challenge"


def test_the_kiosk_has_a_sentence_for_each_hint_and_none_says_how_a_picture_was_found_out():
    states = kiosk_words(made())["states"]
    assert states["show_life"]["title"] == "Please blink, or turn your head a little"
    assert {"use_card", "picture", STEP_BACK} <= states.keys() and "blink" not in states
    assert states["picture"]["title"] == "Not recognised"
    challenged = kiosk_words(made("b", liveness="challenge"))["states"]
    assert {"blink", "turn_left", "turn_right", "timed_out", "flat_picture", "look_straight"} <= challenged.keys()
    assert challenged["come_closer"]["note"] == states["come_closer"]["note"]


# --- checks ---------------------------------------------------------------------------------------


def test_the_checks_name_stations_where_a_photograph_is_enough():
    assert system_checks.no_photograph_opens_a_station(None) == []
    made("safe")
    made("room", view="room", purpose=Purpose.ATTENDANCE)
    made("film", liveness="off", is_film=True)
    made("gone", liveness="off", active=False)
    assert system_checks.no_photograph_opens_a_station(None) == []
    for number in range(7):
        made(f"open-{number}", liveness="off")
    [warning] = system_checks.no_photograph_opens_a_station(None)
    assert warning.id == "recognition.W005" and "open-0" in warning.msg and "and 2 more" in warning.msg


def test_the_checks_name_stations_whose_challenge_cannot_be_asked_for(monkeypatch):
    monkeypatch.setattr(liveness_service, "require_liveness", no_models)
    made("vault", purpose=Purpose.LOCKERS)
    assert system_checks.challenges_can_be_asked(None) == []  # the lockers' own pages say it
    made("desk", liveness="challenge")
    [warning] = system_checks.challenges_can_be_asked(None)
    assert warning.id == "recognition.W006" and "desk" in warning.msg and "missing" in warning.hint
    monkeypatch.setattr(liveness_service, "require_liveness", lambda: None)
    assert system_checks.challenges_can_be_asked(None) == []


def no_models():
    raise Refused("liveness_unavailable", "The models are missing.", status=503)


def test_checks_work_before_the_tables_are_there(monkeypatch):
    monkeypatch.setattr(system_checks.outdated, "has_database", lambda: False)
    made("open", liveness="off")
    assert system_checks.no_photograph_opens_a_station(None) == []


# --- a site that is updated -----------------------------------------------------------------------


def test_stations_of_before_get_what_their_place_asks_for():
    rows = {
        "kiosk": made("kiosk", purpose=Purpose.ATTENDANCE),
        "room": made("room", purpose=Purpose.ATTENDANCE, view="room"),
        "vault": made("vault", purpose=Purpose.LOCKERS),
        "demo": made("demo"),
    }
    stations.new_camera_token(rows["demo"], by=None, name="Demo film")
    Station.objects.update(liveness="passive", is_film=False)
    importlib.import_module("recognition.migrations.0003_liveness_policy").as_each_place_allows(apps, None)
    found = dict(Station.objects.values_list("slug", "liveness"))
    assert found == {"kiosk": "passive", "room": "off", "vault": "challenge", "demo": "off"}
    assert Station.objects.get(is_film=True).slug == "demo"


def test_a_rule_that_says_no_has_a_sentence():
    with pytest.raises(Refused) as no:
        liveness_policy.require_possible("lockers", "walk_up", "passive")
    assert no.value.code == "wrong_liveness" and "Choose 'challenge'" in no.value.message
