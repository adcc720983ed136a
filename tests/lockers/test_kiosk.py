"""At the kiosk beside a bank: a number, a tap, a living face, a key, a door. Liveness itself has stories of its own."""

from __future__ import annotations

import threading
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from accounts.credentials.pins import set_pin
from config.errors import Refused
from config.live.news import station_group
from lockers.access import attempts, card_and_pin
from lockers.kiosk import actions, at_kiosk, station_app
from lockers.kiosk.actions import At
from lockers.models import AccessAttempt, Locker, Lockout, Opening, SecurityKey
from recognition.engine.images import decode
from recognition.faces import gallery
from recognition.faces.profiles import runtime
from recognition.live import liveness_service
from recognition.live.consumers import COOKIE
from recognition.liveness import Capture, Challenge, LivenessResult, Progress
from recognition.models import FaceTemplate, Station
from recognition.stations import stations
from tests.support.fake_engine import FakeEngine, picture
from tests.support.live import at_station, enrol, hear, in_database, rest, send
from tests.support.lockers import KIOSK, code_of, given, shut

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]


class Answered:
    """Stands for a liveness session: straight ahead, one step, and then the verdict it was made with."""

    verdict: str | None = None  # why not
    frames = 4

    def __init__(self, challenge, *_watcher):
        self.challenge, self.seen = challenge, []

    def feed(self, image, at):
        self.seen.append(image)
        over = len(self.seen) >= self.frames
        state = ("failed" if self.verdict else "passed") if over else "opening" if len(self.seen) == 1 else "step"
        step = "blink" if state == "step" else None
        return Progress(state, step, 0, 3, None, self.verdict if over else None, 8.0 - len(self.seen))

    def result(self):
        faces = [(image, FakeEngine().detect(image)) for image in self.seen]
        vectors = [FakeEngine().embed(image, found)[0] for image, found in faces if found]
        captures = tuple(Capture(vector, 0.9, float(number)) for number, vector in enumerate(vectors))
        return LivenessResult(
            passed=self.verdict is None,
            reason=self.verdict,
            steps=(),
            blinks=((3, 5),),
            yaw_min=-25.0,
            yaw_max=24.0,
            passive_score=None,
            embeddings=() if self.verdict else captures,
            trace={"frames": len(self.seen)},
        )


@pytest.fixture(autouse=True)
def living_without_a_camera(monkeypatch):
    station_app.forget_watches()
    monkeypatch.setattr(Answered, "verdict", None)
    monkeypatch.setattr(liveness_service, "issue", lambda now: Challenge.of(["blink", "turn_left", "turn_right"], now))
    monkeypatch.setattr(liveness_service, "begin", Answered)
    monkeypatch.setattr(liveness_service, "require_liveness", lambda: None)
    monkeypatch.setattr(liveness_service, "required_passive", lambda: None)
    monkeypatch.setattr(liveness_service, "has_passive", lambda: False)


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    """Where the simulated doors are kept: no story begins with another one's open door."""
    settings.VAR_DIR = tmp_path


@pytest.fixture
def seven(ada):
    made = given(ada, "7")
    enrol(ada, "ada", "lockers")
    return made


@pytest.fixture
def station(seven):
    return Station.objects.get(slug=KIOSK)


@pytest.fixture
def browser(station):
    """A paired browser: a client with its cookie. `at`: how the services name it."""
    device, token = stations.pair(stations.new_pairing_code(station, by=None), device_name="Kiosk")
    client = Client()
    client.cookies[COOKIE] = token
    client.token, client.at = token, At(device.pk, station.slug)
    return client


def ask(browser, name, **fields):
    answer = browser.post(f"/kiosk/lockers/{name}/", fields)
    return answer.status_code, answer.json()


def tapped(browser, locker, said="s-ada"):
    assert ask(browser, "say-who", said=said)[0] == 200
    status, answer = ask(browser, "begin", locker=locker.pk)
    assert status == 200, answer
    return answer["attempt"]


def looks(station, *names, times=1):
    """The camera sees these faces so many times; what that brings about is done."""
    for _ in range(times):
        errand = station_app.LockerStations().read_frame(station, decode(picture(*names)), timezone.now())
        if errand is not None:
            errand()


def passed(browser, station, locker, name="ada", **how):
    attempt = tapped(browser, locker, **how)
    looks(station, name, times=Answered.frames)
    return AccessAttempt.objects.get(pk=attempt)


# --- the whole way --------------------------------------------------------------------------------


def test_a_number_a_tap_a_living_face_a_key_and_the_door_opens_once(browser, station, seven, ada):
    assert ask(browser, "say-who", said="s-ada") == (
        200,
        {"lockers": [{"id": seven.pk, "number": "7"}], "officer": False},
    )
    attempt = ask(browser, "begin", locker=seven.pk)[1]["attempt"]
    looks(station, "ada", times=4)
    row = AccessAttempt.objects.get(pk=attempt)
    assert (row.state, row.person, row.distances["metric"]) == ("succeeded", ada, "euclidean")
    assert row.distances["distance"] <= row.distances["threshold"]
    status, key = ask(browser, "key")
    assert (status, key["locker"], key["seconds"]) == (200, {"id": seven.pk, "number": "7"}, 180)
    status, opening = ask(browser, "redeem", number="7", key=key["code"].lower(), nonce="n-1")
    assert (status, opening["state"], opening["door"]) == (200, "opened", "open")
    assert ask(browser, "redeem", number="7", key=key["code"])[1]["code"] == "bad_key", "once"
    shut(Locker.objects.get(pk=seven.pk))
    state = browser.get(f"/kiosk/lockers/openings/{opening['opening']}/").json()
    assert (state["state"], state["door"]) == ("closed", "locked")


def test_the_key_is_shown_once_and_only_to_the_browser_that_asked(browser, station, seven):
    other, _token = stations.pair(stations.new_pairing_code(station, by=None), device_name="Another")
    passed(browser, station, seven)
    assert code_of(actions.show_key, At(other.pk, station.slug)) == "nobody_here"
    assert ask(browser, "key")[0] == 200
    assert ask(browser, "key")[1]["code"] == "nobody_here"
    assert SecurityKey.objects.count() == 1


def test_no_page_and_no_event_carries_a_name_or_the_key(browser, station, seven, monkeypatch):
    told = []
    monkeypatch.setattr("lockers.kiosk.station_app.publish", lambda group, news: told.append(str(news)))
    row = passed(browser, station, seven)
    _status, key = ask(browser, "key")
    words = " ".join(told)
    assert len(told) >= 3
    assert row.person.last_name not in words and key["code"] not in words and key["code"].replace(" ", "") not in words


@pytest.mark.parametrize("measure", ["euclidean", "cosine"])
def test_both_measures_decide_alike(browser, station, seven, settings, measure):
    settings.LOCKER_DISTANCE = measure
    row = passed(browser, station, seven)
    assert (row.state, row.distances["metric"]) == ("succeeded", measure)
    assert passed(browser, station, seven, name="stranger").state == "failed"


# --- who is meant ---------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["S-ADA", "CARD-1", "7"])
def test_card_customer_number_or_locker_number_will_do(browser, seven, ada, said):
    ada.card_barcode = "CARD-1"
    ada.save()
    assert ask(browser, "say-who", said=said)[1]["lockers"][0]["number"] == "7"


@pytest.mark.parametrize("said", ["s-nobody", "99", "", "s-grace"])
def test_whoever_has_no_locker_here_hears_one_sentence(browser, seven, grace, said):
    status, answer = ask(browser, "say-who", said=said)
    assert (status, answer["code"]) == (403, "nobody_meant")


def test_a_shared_locker_wants_to_know_which_of_them(browser, station, ada, grace):
    given(ada, "8", joint=[grace])
    assert ask(browser, "say-who", said="8")[1]["code"] == "name_yourself"
    assert [row["number"] for row in ask(browser, "say-who", said="s-grace")[1]["lockers"]] == ["8"]


def test_numbers_cannot_be_tried_out_for_long(browser, seven):
    answers = [ask(browser, "say-who", said=f"x-{number}")[1]["code"] for number in range(22)]
    assert answers[-1] == "too_many_attempts"


def test_a_locker_that_was_not_named_cannot_be_tapped(browser, seven, grace):
    other = given(grace, "9")
    ask(browser, "say-who", said="s-ada")
    assert ask(browser, "begin", locker=other.pk)[1]["code"] == "nobody_here"
    assert ask(browser, "begin", locker="1; drop")[1]["code"] == "nobody_here"
    assert not AccessAttempt.objects.exists()


def test_one_is_told_how_long_to_wait(browser, seven, ada):
    Lockout.objects.create(person=ada, failures=7, until=timezone.now() + timedelta(seconds=119))
    ask(browser, "say-who", said="s-ada")
    _status, answer = ask(browser, "begin", locker=seven.pk)
    assert answer["code"] == "delayed" and answer["message"].endswith("Try again in 2 minutes.")
    Lockout.objects.update(until=timezone.now() + timedelta(seconds=20))
    assert ask(browser, "begin", locker=seven.pk)[1]["message"].endswith(" seconds.")


def test_lockers_are_offered_in_the_order_of_their_numbers(browser, seven, ada):
    given(ada, "12")
    assert [row["number"] for row in ask(browser, "say-who", said="s-ada")[1]["lockers"]] == ["7", "12"]


def test_a_claim_is_forgotten_after_a_minute(browser, seven):
    ask(browser, "say-who", said="s-ada")
    later = timezone.now() + timedelta(seconds=61)
    assert code_of(station_app.begin, browser.at, seven.pk, now=later) == "nobody_here"


def test_without_enrolled_photos_there_is_no_challenge(browser, ada, grace):
    eight = given(grace, "8")
    ask(browser, "say-who", said="s-grace")
    status, answer = ask(browser, "begin", locker=eight.pk)
    assert (status, answer["code"]) == (409, "not_enrolled")


def test_four_photos_are_not_enough_for_a_locker(browser, seven, ada):
    FaceTemplate.objects.filter(person=ada).update(photos=4)
    ask(browser, "say-who", said="s-ada")
    assert ask(browser, "begin", locker=seven.pk)[1]["code"] == "not_enrolled"
    assert not AccessAttempt.objects.exists()


def test_a_face_in_view_opens_nothing_and_is_not_searched_for(browser, station, seven):
    looks(station, "ada", times=10)
    assert not AccessAttempt.objects.exists()
    assert at_kiosk.here(station.slug, timezone.now()) is None


def test_a_browser_of_another_kind_of_station_asks_in_vain(browser, seven):
    place = Station.objects.create(slug="gate", name="Gate")
    _device, token = stations.pair(stations.new_pairing_code(place, by=None), device_name="Gate")
    browser.cookies[COOKIE] = token
    for name in ("say-who", "begin", "cancel", "key", "redeem"):
        assert ask(browser, name)[1]["code"] == "unknown_station"
    browser.cookies.clear()
    assert ask(browser, "key")[0] in (401, 403)


# --- what goes wrong ------------------------------------------------------------------------------


def test_another_living_face_gets_no_key_and_it_counts(browser, station, seven, ada):
    row = passed(browser, station, seven, name="grace")
    assert (row.state, row.reason) == ("failed", "no_match")
    assert row.distances["distance"] > row.distances["threshold"]
    assert Lockout.objects.get(person=ada).failures == 1
    assert ask(browser, "key")[1]["code"] == "nobody_here"


@pytest.mark.parametrize("why", ["flat_picture", "face_swapped", "timed_out", "wrong_turn", "passive_spoof"])
def test_a_failed_challenge_gets_no_key_whoever_it_shows(browser, station, seven, monkeypatch, why):
    monkeypatch.setattr(Answered, "verdict", why)
    row = passed(browser, station, seven)
    assert (row.state, row.reason, row.liveness["passed"]) == ("failed", why, False)
    assert ask(browser, "key")[0] == 409


def test_a_picture_and_a_strange_face_are_told_in_words_that_teach_nothing(browser, station, seven, monkeypatch):
    told = []
    monkeypatch.setattr("lockers.kiosk.station_app.publish", lambda group, news: told.append(news))
    for verdict, name in (("flat_picture", "ada"), (None, "grace")):
        monkeypatch.setattr(Answered, "verdict", verdict)
        passed(browser, station, seven, name=name)
    messages = {news["message"] for news in told if news["kind"] == "lockers.failed"}
    assert messages == {"You did not pass the check. Please try again."}


def test_an_error_while_comparing_opens_nothing_and_counts_as_nothing(browser, station, seven, ada, monkeypatch):
    monkeypatch.setattr(station_app, "compare", lambda *_: 1 / 0)
    row = passed(browser, station, seven)
    assert (row.state, row.reason) == ("failed", "error")
    assert not Lockout.objects.filter(person=ada, failures__gt=0).exists()


def test_a_template_that_was_erased_meanwhile_matches_nobody(browser, station, seven, ada):
    attempt = tapped(browser, seven)
    looks(station, "ada", times=2)
    FaceTemplate.objects.filter(person=ada).delete()
    gallery.bump("lockers")
    looks(station, "ada", times=2)
    assert AccessAttempt.objects.get(pk=attempt).reason == "no_match"


# --- where the machine is not ready ---------------------------------------------------------------


def refuses(code, words):
    def no(*_args):
        raise Refused(code, words, status=503)

    return no


MISSING = {
    "passive_missing": "required_passive",
    "no_mesh": "require_liveness",
    "models_missing": "get_engine",
}


@pytest.mark.parametrize("code", MISSING)
def test_what_is_missing_is_told_the_officers_and_the_customer_only_what_to_do(
    browser, seven, officer, monkeypatch, code
):
    runtime.forget_engine()
    monkeypatch.setattr(liveness_service, MISSING[code], refuses(code, "run manage.py setup_models"))
    ask(browser, "say-who", said="s-ada")
    status, answer = ask(browser, "begin", locker=seven.pk)
    assert (status, answer["code"]) == (503, "face_unavailable")
    assert "card and PIN" in answer["message"] and "manage.py" not in answer["message"]
    assert not AccessAttempt.objects.exists()
    page = board_of(officer)
    assert "Opening by face is not available at the moment." in page and "manage.py setup_models" in page


def test_while_the_engine_is_loading_one_is_told_to_try_again_and_then_it_goes(browser, seven, officer, monkeypatch):
    runtime.forget_engine()
    loaded = threading.Event()
    monkeypatch.setattr(liveness_service, "PATIENCE", 0.05)
    monkeypatch.setattr(liveness_service, "get_engine", lambda: loaded.wait(10) and runtime.get_engine())
    ask(browser, "say-who", said="s-ada")
    status, answer = ask(browser, "begin", locker=seven.pk)
    assert (status, answer["code"]) == (503, "face_starting")
    assert "One moment, please" in answer["message"], "the screen asks again by itself"
    assert "models are loading" in board_of(officer)
    loaded.set()
    liveness_service.warm_up().result(timeout=10)
    assert ask(browser, "begin", locker=seven.pk)[0] == 200
    assert "Opening by face is not available" not in board_of(officer)


def test_without_the_passive_models_it_goes_and_the_officers_know(browser, seven, officer, monkeypatch):
    tapped(browser, seven)
    liveness_service.warm_up().result(timeout=10)
    assert "photo-attack check is off" in board_of(officer)
    monkeypatch.setattr(liveness_service, "has_passive", lambda: True)
    assert "photo-attack check is off" not in board_of(officer)


def test_a_connected_page_has_the_models_loaded_before_anybody_taps(station):
    runtime.forget_engine()
    station_app.LockerStations().note(station)
    until = time.monotonic() + 10
    while not runtime.is_loaded() and time.monotonic() < until:
        time.sleep(0.01)
    assert runtime.is_loaded()


def test_a_challenge_that_breaks_ends_at_once_and_counts_for_nothing(browser, station, seven, ada, monkeypatch):
    told = []
    monkeypatch.setattr("lockers.kiosk.station_app.publish", lambda group, news: told.append(news))
    monkeypatch.setattr(liveness_service, "begin", refuses("passive_missing", "run manage.py setup_models"))
    attempt = tapped(browser, seven)
    looks(station, "ada", times=2)
    row = AccessAttempt.objects.get(pk=attempt)
    assert (row.state, row.reason) == ("failed", "error")
    assert [news["message"] for news in told] == ["Something went wrong here. Please try again."]
    assert not Lockout.objects.filter(person=ada, failures__gt=0).exists()


def test_where_no_picture_comes_the_page_is_told_that_it_is_over(browser, station, seven, monkeypatch):
    told = []
    monkeypatch.setattr("lockers.kiosk.actions.publish", lambda group, news: told.append((group, news)))
    attempt = tapped(browser, seven)
    actions.give_up(timezone.now() + timedelta(minutes=4))
    assert told == []
    actions.give_up(timezone.now() + timedelta(minutes=6))
    ((group, news),) = told
    assert (group, news["kind"], news["attempt"]) == (station_group(station.slug), "lockers.failed", attempt)
    assert "took too long" in news["message"]
    assert at_kiosk.here(station.slug, timezone.now()) is None


def test_an_attempt_that_has_just_succeeded_is_not_told_to_be_over(browser, station, seven, monkeypatch):
    told = []
    monkeypatch.setattr("lockers.kiosk.actions.publish", lambda group, news: told.append(news))
    attempt = tapped(browser, seven)
    broken_off = attempts.broken_off

    def too_late(row, *, at):
        attempts.succeed(row)
        return broken_off(row, at=at)

    monkeypatch.setattr(attempts, "broken_off", too_late)
    actions.give_up(timezone.now() + timedelta(minutes=6))
    assert AccessAttempt.objects.get(pk=attempt).state == "succeeded" and told == []


def board_of(officer):
    client = Client()
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    return client.get("/lockers/").content.decode()


# --- breaking off ---------------------------------------------------------------------------------


def test_whoever_cancels_before_a_step_is_shown_has_not_failed(browser, station, seven, ada):
    attempt = tapped(browser, seven)
    looks(station, "ada")
    assert ask(browser, "cancel") == (200, {"done": True})
    assert AccessAttempt.objects.get(pk=attempt).state == "abandoned"
    assert not Lockout.objects.filter(person=ada, failures__gt=0).exists()


def test_orders_cannot_be_picked_and_chosen_breaking_off_after_the_first_step_counts(browser, station, seven, ada):
    for number in range(1, 4):
        attempt = tapped(browser, seven)
        looks(station, "ada", times=2)
        ask(browser, "cancel")
        row = AccessAttempt.objects.get(pk=attempt)
        assert (row.state, row.reason) == ("failed", "broken_off")
        assert Lockout.objects.get(person=ada).failures == number


def test_walking_away_after_the_first_step_counts_too(browser, station, seven, ada):
    tapped(browser, seven)
    looks(station, "ada", times=2)
    attempts.give_up(timezone.now() + timedelta(minutes=6))
    assert Lockout.objects.get(person=ada).failures == 1


def test_naming_somebody_else_ends_what_was_begun(browser, station, seven, grace):
    attempt = tapped(browser, seven)
    looks(station, "ada", times=2)
    given(grace, "8")
    ask(browser, "say-who", said="s-grace")
    looks(station, "ada", times=4)
    assert AccessAttempt.objects.get(pk=attempt).state == "failed"


def test_pictures_after_the_end_change_nothing(browser, station, seven):
    passed(browser, station, seven)
    looks(station, "grace", times=6)
    assert AccessAttempt.objects.filter(state="succeeded").count() == 1
    assert ask(browser, "key")[0] == 200


# --- card, PIN and an officer ---------------------------------------------------------------------


def by_pin(browser, pin="2468"):
    return browser.post("/kiosk/without-face/", {"id_number": "s-ada", "pin": pin})


def test_with_a_pin_an_officer_looks_and_the_same_key_comes(browser, seven, ada, officer):
    set_pin(ada, "2468", by=None)
    assert by_pin(browser).status_code == 200
    answer = ask(browser, "begin", locker=seven.pk)[1]
    assert answer["officer"] is True
    row = AccessAttempt.objects.get(pk=answer["attempt"])
    assert (row.state, row.lane) == ("confirming", "card")
    assert ask(browser, "key")[1]["code"] == "no_success", "nobody has confirmed"
    actions.confirmed(card_and_pin.confirm(row, by=officer))
    code = ask(browser, "key")[1]["code"]
    assert ask(browser, "redeem", number="7", key=code)[1]["state"] == "opened"


def test_an_officer_who_says_no_ends_it(browser, seven, ada, officer):
    set_pin(ada, "2468", by=None)
    by_pin(browser)
    row = AccessAttempt.objects.get(pk=ask(browser, "begin", locker=seven.pk)[1]["attempt"])
    actions.confirmed(card_and_pin.decline(row, by=officer))
    assert ask(browser, "key")[1]["code"] == "no_success"


def test_a_card_alone_is_a_claim_and_calls_no_officer(browser, seven, ada):
    ada.card_barcode = "CARD-1"
    ada.save()
    assert browser.post("/kiosk/without-face/", {"card": "CARD-1"}).status_code == 200
    assert ask(browser, "begin", locker=seven.pk)[1]["officer"] is False


def test_a_wrong_pin_claims_nothing(browser, seven, ada):
    set_pin(ada, "2468", by=None)
    assert by_pin(browser, "1357").status_code == 403
    assert ask(browser, "begin", locker=seven.pk)[1]["code"] == "nobody_here"


# --- through the real socket ----------------------------------------------------------------------


@asynccontextmanager
async def page_of(browser):
    async with at_station("", cookie=f"{COOKIE}={browser.token}") as socket:
        yield socket


@pytest.mark.asyncio
async def test_the_page_hears_each_step_and_then_asks_for_the_key(browser, station, seven):
    async with page_of(browser) as socket:
        attempt = await in_database(lambda: tapped(browser, seven))()
        for _ in range(Answered.frames):
            await send(socket, picture("ada"))
        heard = [message async for message in everything(socket, "lockers.passed")]
        progress = [message for message in heard if message["kind"] == "lockers.progress"]
        assert {message["state"] for message in progress} >= {"step"}
        assert heard[-1]["attempt"] == attempt
        assert (await in_database(lambda: ask(browser, "key"))())[0] == 200


async def everything(socket, last):
    while True:
        message = await hear(socket)
        yield message
        if message["kind"] == last:
            return


@pytest.mark.asyncio
async def test_at_a_locker_station_nobody_is_named_or_counted_in_view(browser, station, seven):
    async with page_of(browser) as socket:
        answers = [await send(socket, picture("ada", "stranger")) for _ in range(6)]
        assert all(answer["faces"] == [] for answer in answers)
        assert not [message for message in await rest(socket) if message["kind"] in ("greeting", "stranger")]


def test_openings_of_other_stations_are_not_shown(browser, seven, ada):
    row = Opening.objects.create(locker=seven, person=ada, station="elsewhere", transaction="t-1")
    assert browser.get(f"/kiosk/lockers/openings/{row.pk}/").status_code == 404


def test_the_mean_of_what_was_captured_is_compared(ada, seven, monkeypatch):
    result = Answered(Challenge.of(["blink", "turn_left", "turn_right"]))
    result.seen = [decode(picture("ada"))] * 4 + [decode(picture("stranger"))]
    likeness = station_app.compare(ada, result.result())
    alone = Answered(Challenge.of(["blink", "turn_left", "turn_right"]))
    alone.seen = [decode(picture("ada"))]
    assert likeness.frames == 5
    assert likeness.distance > station_app.compare(ada, alone.result()).distance + 0.05
    assert np.isfinite(likeness.distance)


def test_kiosk_warns_of_a_door_whose_sensor_says_open(browser, station, seven, ada):
    type(seven).objects.filter(pk=seven.pk).update(door="open")
    _status, said = ask(browser, "say-who", said="s-ada")
    assert "The sensor reports that this door is open." in said["lockers"][0]["warning"]


def test_kiosk_waits_for_the_officer_of_a_guarded_vault(browser, station, seven, ada, officer):
    from lockers.access import vaults
    from lockers.models import Bank
    from tests.support.lockers import key_of

    type(seven).objects.filter(pk=seven.pk).update(kind="vault")
    Bank.objects.update(officer_for_vaults=True)
    status, said = ask(browser, "redeem", number="7", key=key_of(ada, seven, station=station.slug).code, nonce="n-1")
    assert (status, said["state"]) == (200, "requested")
    assert said["message"].startswith("Your key is correct. This vault also needs an officer's key.")
    vaults.approve(type(seven).objects.get(pk=seven.pk).openings.get(), by=officer, method="password")
    state = browser.get(f"/kiosk/lockers/openings/{said['opening']}/").json()["state"]
    assert state in ("authorised", "opened")
