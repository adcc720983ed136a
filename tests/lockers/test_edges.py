"""What an auditor broke and nobody noticed: each of these stories fails when its line of code is broken again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.credentials.pins import set_pin
from lockers.access import attempts, card_and_pin, keys
from lockers.assignments import registration
from lockers.doors import actuators, doors
from lockers.kiosk import at_kiosk
from lockers.kiosk.at_kiosk import Visitor
from lockers.models import AccessLog, Alarm, Locker, LockerStation, Lockout, SecurityKey
from lockers.rules.doors import DoorState
from recognition.live.pipeline import pipeline_of
from recognition.models import Station
from tests.lockers.test_access import door_of, fail_times, really, second
from tests.support.fake_engine import picture
from tests.support.lockers import KIOSK, bank, code_of, given, key_of, shut

__all__ = ["really", "second"]  # fixtures
pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


# --- attempts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("shut_out", [{"failures": 5, "until": 30}, {"failures": 50, "disabled_at": 0}])
def test_an_attempt_that_was_begun_before_the_lane_was_shut_does_not_succeed_any_more(ada, shut_out):
    mine, now = given(ada), NOW()
    attempt = attempts.start(ada, mine, station=KIOSK, lane="face", at=now)
    row, _made = Lockout.objects.get_or_create(person=ada)
    fields = {name: now + timedelta(seconds=value) if name != "failures" else value for name, value in shut_out.items()}
    Lockout.objects.filter(pk=row.pk).update(**fields)
    assert code_of(attempts.succeed, attempt, at=now + timedelta(seconds=5)) == "attempt_over"
    assert not SecurityKey.objects.exists()


def test_the_owner_is_told_once_when_tries_begin_to_wait(ada):
    from accounts.models import OutgoingMail

    mine = given(ada)
    fail_times(ada, mine, 7, now=NOW())
    assert OutgoingMail.objects.filter(kind="lockers.delayed").count() == 1


# --- doors ----------------------------------------------------------------------------------------


def test_a_door_that_opens_again_after_it_was_shut_is_forced_however_soon(ada, really):
    mine = given(ada)
    really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    shut(mine)
    doors.reported(mine, actuators.simulator().force(mine.lock_address).state)
    assert Alarm.objects.get().kind == "forced"


def test_a_door_held_open_rings_again_the_next_time(ada, officer, really, settings):
    mine = given(ada)
    settings.LOCKER_HELD_OPEN_AFTER = 0
    for turn in (1, 2):
        really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
        assert doors.look(NOW()) == 1, turn
        assert doors.look(NOW()) == 0, "once"
        alarm = Alarm.objects.latest("pk")
        doors.acknowledge(alarm, by=officer, note="seen")
        shut(mine)


def test_a_door_that_is_being_told_and_says_that_it_does_not_know_is_still_being_told(ada):
    mine = given(ada)
    Locker.objects.filter(pk=mine.pk).update(door="unlocking")
    before = AccessLog.objects.count()
    doors.reported(mine, DoorState.UNKNOWN)
    assert (door_of(mine), AccessLog.objects.count()) == ("unlocking", before)


# --- card, PIN and an officer, at a vault ---------------------------------------------------------


def test_at_a_vault_who_gave_it_to_the_owner_confirms_a_joint_holder_that_another_one_added(
    ada, grace, officer, second
):
    mine = given(grace, kind="vault")
    registration.release(
        mine.assignments.get(),
        by=second,
        checklist=dict.fromkeys(("emptied", "inspected", "door_locked", "customer_told"), True),
    )
    assignment = registration.assign(mine, ada, by=officer)
    registration.share(assignment, grace, by=second)
    for person, id_number in ((ada, "s-ada"), (grace, "s-grace")):
        set_pin(person, "4711", by=None)
        attempt = card_and_pin.begin(id_number, "4711", mine, station=KIOSK)
        if person == ada:
            assert code_of(card_and_pin.confirm, attempt, by=officer) == "own_request"
            card_and_pin.decline(attempt, by=second)
        else:
            assert card_and_pin.confirm(attempt, by=officer).state == "succeeded"


def test_at_a_vault_a_share_that_has_ended_binds_nobody(ada, grace, officer, second):
    mine = given(ada, kind="vault")
    assignment = mine.assignments.get()
    registration.share(assignment, grace, by=officer)
    registration.unshare(assignment, grace, by=officer)
    registration.share(assignment, grace, by=second)
    set_pin(grace, "4711", by=None)
    attempt = card_and_pin.begin("s-grace", "4711", mine, station=KIOSK)
    assert card_and_pin.confirm(attempt, by=officer).state == "succeeded"


# --- keys -----------------------------------------------------------------------------------------


def test_a_new_key_frees_the_keypad_of_its_own_station_only(ada):
    mine = given(ada)
    other = Station.objects.create(slug="second-kiosk", name="Second", purpose="lockers")
    LockerStation.objects.create(station=other, bank=bank())
    for station in (KIOSK, "second-kiosk"):
        for _ in range(6):
            code_of(keys.redeem, "WRONGKEY", mine, station=station)
    key_of(ada, mine)
    assert code_of(keys.redeem, "WRONGKEY", mine, station="second-kiosk") == "keypad_waits"
    assert code_of(keys.redeem, "WRONGKEY", mine, station=KIOSK) == "bad_key"


def test_the_answer_to_a_request_that_was_not_heard_is_for_the_same_person_only(ada, grace, really):
    mine = given(ada, joint=[grace])
    code = key_of(ada, mine).code
    opening = really(keys.redeem, code, mine, station=KIOSK, person=ada, nonce="n")
    assert code_of(keys.redeem, code, mine, station=KIOSK, person=grace, nonce="n") == "bad_key"
    assert keys.redeem(code, mine, station=KIOSK, person=ada, nonce="n") == opening


# --- the kiosk ------------------------------------------------------------------------------------


def test_who_has_tapped_is_not_forgotten_after_a_minute():
    at = NOW()
    assert Visitor(1, (), at).is_gone(at + timedelta(seconds=61))
    assert not Visitor(1, (), at, attempt=7).is_gone(at + timedelta(seconds=61))
    at_kiosk.put("x", Visitor(1, (), at, attempt=7))
    assert at_kiosk.here("x", at + timedelta(minutes=2)) is not None


@pytest.mark.parametrize(("dark", "lit"), [(True, False), (False, True)])
def test_a_locker_station_says_when_it_is_too_dark_to_see(ada, dark, lit):
    given(ada)
    import cv2
    import numpy as np

    black = cv2.imencode(".jpg", np.zeros((480, 640, 3), np.uint8))[1].tobytes()
    result = pipeline_of(Station.objects.get(slug=KIOSK)).process(black if dark else picture(), NOW())
    assert (result.lit, result.hint) == (lit, None if lit else "too_dark")
