"""Pairing, tokens, who may see which station, and whom a station searches."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department
from accounts.roles import Purpose
from config.errors import Refused
from recognition.live import latest_pictures
from recognition.models import BiometricAccess, PairingCode, Station, StationDevice
from recognition.stations import presence, rosters, stations
from recognition.stations.visibility import stations_seen_by
from tests.conftest import person
from tests.support.fake_engine import picture
from tests.support.live import enrol

PAIR = "/kiosk/pair/"


def refused(code):
    return pytest.raises(Refused, match=f"^{code}:")


# --- pairing --------------------------------------------------------------------------------------


def test_a_code_pairs_one_browser_and_only_one(front_door, administrator):
    code = stations.new_pairing_code(front_door, by=administrator)
    device, token = stations.pair(code, device_name="Tablet")
    assert stations.authenticate(token) == device
    assert (device.station, device.kind, device.paired_by) == (front_door, "browser", administrator)
    with refused("wrong_code"):
        stations.pair(code, device_name="Another")
    assert StationDevice.objects.count() == 1


def test_a_code_may_be_typed_as_people_type(front_door):
    code = stations.new_pairing_code(front_door, by=None)
    assert len(code) == 8 and not set(code) & set("0O1IL5S2Z8B")
    stations.pair(f" {code[:4].lower()}-{code[4:]} ", device_name="Tablet")


def test_a_code_ends_after_ten_minutes(front_door):
    code = stations.new_pairing_code(front_door, by=None)
    PairingCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with refused("wrong_code"):
        stations.pair(code, device_name="Tablet")


def test_a_new_code_ends_the_older_one_of_its_station(front_door):
    old = stations.new_pairing_code(front_door, by=None)
    stations.new_pairing_code(front_door, by=None)
    with refused("wrong_code"):
        stations.pair(old, device_name="Tablet")


def test_a_code_of_a_station_that_is_off_pairs_nothing(front_door):
    code = stations.new_pairing_code(front_door, by=None)
    Station.objects.update(active=False)
    with refused("wrong_code"):
        stations.pair(code, device_name="Tablet")


def test_guessing_codes_is_stopped_and_only_for_the_guesser(front_door):
    code = stations.new_pairing_code(front_door, by=None)
    for _ in range(stations.ATTEMPTS):
        with refused("wrong_code"):
            stations.pair("AAAAAAAA", device_name="Guesser", address="10.0.0.66")
    with refused("too_many_attempts"):
        stations.pair(code, device_name="Guesser", address="10.0.0.66")
    stations.pair(code, device_name="Tablet", address="10.0.0.7")


def test_neither_codes_nor_tokens_can_be_read_from_the_database(front_door):
    code = stations.new_pairing_code(front_door, by=None)
    _device, token = stations.pair(code, device_name="Tablet")
    camera = stations.new_camera_token(front_door, by=None, name="Camera")
    stored = str([*PairingCode.objects.values(), *StationDevice.objects.values()])
    assert not any(secret in stored for secret in (code, token, camera))


def test_a_revoked_token_is_refused_and_revoking_twice_is_harmless(front_door):
    token = stations.new_camera_token(front_door, by=None, name="Camera")
    device = stations.authenticate(token)
    stations.revoke(device, by=None)
    ended = device.revoked_at
    stations.revoke(device, by=None)
    assert device.revoked_at == ended
    with refused("revoked"):
        stations.authenticate(token)


def test_an_empty_token_is_nobody(db):
    with refused("not_paired"):
        stations.authenticate("")


# --- the pairing page -----------------------------------------------------------------------------


def test_a_browser_that_is_not_paired_is_sent_to_pair(client, db):
    assert client.get("/kiosk/").url == PAIR


def test_pairing_sets_a_cookie_that_no_script_can_read_and_opens_the_kiosk(client, front_door):
    code = stations.new_pairing_code(front_door, by=None)
    answer = client.post(PAIR, {"code": code, "device_name": "Tablet"})
    assert answer.url == "/kiosk/"
    cookie = answer.cookies["ostiary_station"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] > 300 * 24 * 3600
    page = client.get("/kiosk/")
    assert b"Front door" in page.content and b"recognition/kiosk.js" in page.content
    assert cookie.value.encode() not in page.content


def test_a_wrong_code_is_said_in_words_and_keeps_what_was_typed(client, front_door):
    answer = client.post(PAIR, {"code": "ACDE-3467", "device_name": "Tablet in the hall"})
    assert answer.status_code == 400
    assert (
        b"wrong, already used, or more than ten minutes old" in answer.content
        and b"Tablet in the hall" in answer.content
    )
    assert "ostiary_station" not in answer.cookies


def test_a_revoked_kiosk_is_sent_to_pair_again(client, front_door):
    code = stations.new_pairing_code(front_door, by=None)
    client.post(PAIR, {"code": code, "device_name": "Tablet"})
    stations.revoke(StationDevice.objects.get(), by=None)
    assert client.get("/kiosk/").url == PAIR


def test_a_kiosk_of_a_station_that_is_off_keeps_its_page_and_waits_there(client, front_door):
    code = stations.new_pairing_code(front_door, by=None)
    token = client.post(PAIR, {"code": code, "device_name": "Tablet"}).cookies["ostiary_station"].value
    Station.objects.update(active=False)
    assert client.get("/kiosk/").status_code == 200
    with refused("station_off"):
        stations.authenticate(token)


def test_behind_our_proxy_the_attempts_of_each_address_are_counted_apart(client, front_door, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for _ in range(stations.ATTEMPTS):
        client.post(PAIR, {"code": "AAAAAAAA", "device_name": "x"}, headers={"X-Forwarded-For": "9.9.9.9, 10.0.0.66"})
    code = stations.new_pairing_code(front_door, by=None)
    form = {"code": code, "device_name": "Tablet"}
    assert client.post(PAIR, form, headers={"X-Forwarded-For": "10.0.0.66"}).status_code == 400
    assert client.post(PAIR, form, headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 302


# --- pairing by a link ------------------------------------------------------------------------------


def page_of(station):
    return reverse("recognition:pair_station", args=[station.slug])


def test_staff_press_pair_and_get_a_link_a_qr_code_and_a_code_to_type(admin, front_door):
    assert admin.get(page_of(front_door)).status_code == 200 and not PairingCode.objects.exists()
    shown = admin.post(page_of(front_door)).content.decode()
    link = re.search(r'value="(http://testserver/kiosk/pair/#\w{8})"', shown)[1]
    assert "data:image/svg+xml;base64," in shown and link[-8:-4] + "-" + link[-4:] in shown
    stations.pair(link.split("#")[1], device_name="Tablet")


def test_whoever_only_opens_the_link_has_used_nothing_up(admin, client, front_door):
    made = admin.post(page_of(front_door)).context["link"]
    page = client.get(made.split("testserver")[1].split("#")[0])
    assert page.status_code == 200 and "ostiary_station" not in page.cookies
    code = made.split("#")[1]
    assert client.post(PAIR, {"code": code, "device_name": "Tablet"}).url == "/kiosk/"


def test_a_link_that_was_ended_pairs_nothing(admin, client, front_door):
    code = admin.post(page_of(front_door)).context["link"].split("#")[1]
    assert admin.post(page_of(front_door), {"end": "1"}).url == page_of(front_door)
    assert client.post(PAIR, {"code": code, "device_name": "Tablet"}).status_code == 400


def test_a_station_that_is_off_gets_no_link(admin, front_door):
    Station.objects.update(active=False)
    assert admin.post(page_of(front_door)).status_code == 404


# --- whom a station searches ----------------------------------------------------------------------


def test_a_station_for_everyone_searches_the_whole_gallery(front_door, ada):
    enrol(ada, "ada")
    assert rosters.person_ids(front_door) is None


def test_people_whose_membership_does_not_cover_today_are_left_out(front_door, ada, grace):
    enrol(ada, "ada")
    enrol(grace, "grace")
    grace.valid_from = timezone.localdate() + timedelta(days=1)
    grace.save()
    assert rosters.person_ids(front_door) == {ada.pk}


def test_a_department_station_searches_its_department(front_door, ada, grace):
    ada.department = Department.objects.create(code="maths", name="Mathematics")
    ada.save()
    front_door.roster_rule, front_door.roster_value = "department", "maths"
    assert rosters.person_ids(front_door) == {ada.pk}


@pytest.mark.parametrize(("rule", "value"), [("department", "nowhere"), ("department", ""), ("horoscope", "")])
def test_a_roster_that_means_nothing_is_refused(front_door, rule, value):
    front_door.roster_rule, front_door.roster_value = rule, value
    with refused("wrong_roster"):
        rosters.person_ids(front_door)


# --- who may see which station --------------------------------------------------------------------


@pytest.fixture
def one_of_each(db):
    for purpose in Purpose:
        Station.objects.create(slug=purpose.value, name=purpose.value, purpose=purpose)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("administrator", {"reception", "library", "attendance", "lockers"}),
        ("teacher", {"attendance"}),
        ("librarian", {"library"}),
        ("locker_officer", {"lockers"}),
        ("member", set()),
    ],
)
def test_each_role_sees_the_stations_of_its_purposes(one_of_each, role, seen):
    somebody = person("x-1", "Somebody", role)
    assert set(stations_seen_by(somebody).values_list("slug", flat=True)) == seen


@pytest.mark.parametrize(
    ("role", "slug", "status"),
    [
        ("administrator", "attendance", 200),
        ("librarian", "library", 200),
        ("librarian", "lockers", 404),
        ("teacher", "attendance", 404),  # teachers never see face photos
        ("member", "reception", 404),
        (None, "reception", 404),
    ],
)
def test_the_live_picture_is_only_for_those_who_may_see_its_faces(client, one_of_each, role, slug, status):
    latest_pictures.keep(slug, 7, picture("ada"))
    if role:
        client.force_login(person("x-1", "Somebody", role))
    answer = client.get(f"/stations/{slug}/frame.jpg")
    assert answer.status_code == status
    if status == 200:
        assert answer.content == picture("ada") and answer["Content-Type"] == "image/jpeg"
        assert answer["X-Frame-Seq"] == "7" and "no-store" in answer["Cache-Control"]


def test_watching_is_logged_once_a_minute_for_each_person(client, front_door, administrator):
    client.force_login(administrator)
    latest_pictures.keep("front-door", 1, picture("ada"))
    for _ in range(3):
        assert client.get("/stations/front-door/frame.jpg").status_code == 200
    look = BiometricAccess.objects.get()
    assert (look.action, look.actor, look.detail) == ("watched_station", administrator, {"station": "front-door"})


def test_a_station_without_a_picture_answers_that_there_is_none(client, front_door, administrator):
    client.force_login(administrator)
    assert client.get("/stations/front-door/frame.jpg").status_code == 204


def test_pictures_are_kept_four_times_a_second_at_most(front_door):
    assert latest_pictures.keep("front-door", 1, b"one") is True
    assert latest_pictures.keep("front-door", 2, b"two") is False
    assert latest_pictures.newest("front-door") == (1, b"one")


def test_the_demo_station_is_public_only_where_demo_is_on(client, db, settings):
    Station.objects.create(slug="demo", name="Demo")
    latest_pictures.keep("demo", 1, picture("ada"))
    assert client.get("/stations/demo/frame.jpg").status_code == 404
    settings.DEMO = True
    assert client.get("/stations/demo/frame.jpg").status_code == 200
    assert BiometricAccess.objects.count() == 0


@pytest.mark.parametrize(("role", "status"), [("administrator", 200), ("teacher", 200), ("member", 403)])
def test_the_page_of_all_stations_is_for_staff(client, db, role, status):
    client.force_login(person("x-1", "Somebody", role))
    assert client.get("/stations/").status_code == status


def test_the_welcome_page_is_for_everybody_and_shows_the_demo_only_where_there_is_one(client, db, settings):
    page = client.get("/").content
    assert b"Sign in" in page and b"recognition/demo.js" not in page
    settings.DEMO = True
    assert b"recognition/demo.js" in client.get("/").content


def test_a_station_that_says_nothing_for_a_while_counts_as_offline(front_door):
    presence.note(presence.now("front-door", online=True, state="looking", fps=4.96))
    assert presence.of(["front-door"])["front-door"]["fps"] == 5.0
    assert presence.of(["elsewhere"])["elsewhere"]["online"] is False


# --- in the admin ---------------------------------------------------------------------------------


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def station_form(**changes):
    inline = {"devices-TOTAL_FORMS": 0, "devices-INITIAL_FORMS": 0}
    station = {"name": "Maths", "slug": "maths", "purpose": "attendance", "view": "room", "roster_rule": "everyone"}
    return inline | station | {"forget_after": 5, "active": "on"} | changes


def test_an_administrator_creates_a_station(admin):
    assert admin.post(reverse("admin:recognition_station_add"), station_form()).status_code == 302
    assert Station.objects.get().slug == "maths"


def test_a_roster_value_that_means_nothing_is_refused_while_somebody_looks_at_it(admin):
    form = station_form(roster_rule="department", roster_value="nowhere")
    answer = admin.post(reverse("admin:recognition_station_add"), form)
    assert "No department has the code &#x27;nowhere&#x27;." in answer.content.decode()
    assert not Station.objects.exists()


def test_the_form_says_for_which_purposes_people_are_only_greeted_yet(admin, settings):
    ours = settings.STATION_APPS
    settings.STATION_APPS = {purpose: ours[purpose] for purpose in ("reception", "attendance")}
    page = admin.get(reverse("admin:recognition_station_add")).content.decode()
    assert "Library and Lockers: people are greeted and recorded, but nothing else happens yet." in page
    settings.STATION_APPS = ours
    assert "nothing else happens yet" not in admin.get(reverse("admin:recognition_station_add")).content.decode()


def test_a_roster_rule_is_chosen_from_those_that_exist(admin):
    answer = admin.post(reverse("admin:recognition_station_add"), station_form(roster_rule="horoscope"))
    assert answer.status_code == 200 and not Station.objects.exists()


def test_a_pairing_code_is_made_by_asking_and_shown_once(admin, front_door):
    address = reverse("admin:recognition_station_code", args=[front_door.pk])
    assert admin.get(address).status_code == 200 and not PairingCode.objects.exists()
    shown = admin.post(address).content.decode()
    code = shown.split('id="code">')[1][:9]
    stations.pair(code, device_name="Tablet")
    assert code not in admin.get(address).content.decode()


def test_a_camera_token_is_shown_once_with_the_command_that_uses_it(admin, front_door):
    address = reverse("admin:recognition_station_token", args=[front_door.pk])
    shown = admin.post(address, {"name": "Over the door"}).content.decode()
    token = shown.split('id="token">')[1].split("<")[0]
    assert stations.authenticate(token).name == "Over the door"
    assert "camera_agent --station front-door" in shown
    assert token not in admin.get(address).content.decode()


def test_an_administrator_ends_a_pairing(admin, front_door):
    token = stations.new_camera_token(front_door, by=None, name="Camera")
    chosen = {"action": "end_pairing", "_selected_action": [StationDevice.objects.get().pk]}
    admin.post(reverse("admin:recognition_stationdevice_changelist"), chosen)
    with refused("revoked"):
        stations.authenticate(token)


@pytest.mark.parametrize("name", ["station_changelist", "stationdevice_changelist", "station_add"])
@pytest.mark.parametrize("role", ["librarian", "locker_officer"])
def test_other_staff_do_not_set_up_stations(client, db, role, name):
    client.force_login(person("x-1", "Somebody", role))
    assert client.get(reverse(f"admin:recognition_{name}")).status_code == 403


@pytest.mark.parametrize("name", ["station_code", "station_token"])
def test_other_staff_get_no_codes_or_tokens(client, front_door, librarian, name):
    client.force_login(librarian)
    assert client.post(reverse(f"admin:recognition_{name}", args=[front_door.pk])).status_code == 403
    assert not PairingCode.objects.exists() and not StationDevice.objects.exists()


def test_the_admin_pages_of_a_station_and_its_devices_open(admin, front_door):
    stations.new_camera_token(front_door, by=None, name="Camera")
    for name, arguments in [("station_changelist", []), ("station_change", [front_door.pk])]:
        assert admin.get(reverse(f"admin:recognition_{name}", args=arguments)).status_code == 200
    device = StationDevice.objects.get()
    assert admin.get(reverse("admin:recognition_stationdevice_change", args=[device.pk])).status_code == 200
