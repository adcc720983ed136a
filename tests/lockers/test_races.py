"""At the same instant: two with one key, two officers, two locks. One opening, whatever the database."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.consent.notices import ensure_notices
from accounts.roles import Role
from config.errors import Refused
from lockers.access import attempts, keys
from lockers.assignments import registration
from lockers.bank.log import access_log
from lockers.doors import doors, openings
from lockers.models import AccessLog, Assignment, Lockout, Opening
from lockers.rules.doors import DoorState
from tests.conftest import person
from tests.support.lockers import KIOSK, given, key_of, locker
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 100


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def openings_in(answers):
    return [answer for answer in answers if isinstance(answer, Opening)]


@pytest.mark.long
def test_two_with_the_same_key_at_the_same_instant_open_once_in_a_hundred_rounds(monkeypatch):
    monkeypatch.setattr(keys, "TRIES", 10**9)
    ensure_notices()
    ada = person("s-ada", "Ada")
    mine = given(ada)
    told = []
    monkeypatch.setattr(openings, "command", lambda pk, *rest: told.append(pk))
    for round_number in range(1, ROUNDS + 1):
        code = key_of(ada, mine).code
        answers = at_once(*[lambda code=code: keys.redeem(code, mine, station=KIOSK)] * 2)
        assert len(openings_in(answers)) == 1, (round_number, answers)
        assert "bad_key" in answers, (round_number, answers)
        assert Opening.objects.count() == len(told) == round_number
    assert access_log.verify().broken is None


def test_a_key_typed_at_many_places_at_once_opens_one_door(monkeypatch):
    ensure_notices()
    ada = person("s-ada", "Ada")
    mine, other = given(ada), locker("2")
    code = key_of(ada, mine).code
    acts = [lambda: keys.redeem(code, mine, station=KIOSK), lambda: keys.redeem(code, other, station=KIOSK)] * 3
    answers = at_once(*acts)
    assert len(openings_in(answers)) == 1 and Opening.objects.get().locker == mine


def test_a_nonce_that_comes_twice_at_once_is_one_opening():
    ensure_notices()
    ada = person("s-ada", "Ada")
    mine = given(ada)
    code = key_of(ada, mine).code
    answers = at_once(*[lambda: keys.redeem(code, mine, station=KIOSK, nonce="n")] * 4)
    assert len({opening.pk for opening in openings_in(answers)}) == 1 and Opening.objects.count() == 1


def test_a_command_that_many_want_to_send_goes_out_once(monkeypatch):
    ensure_notices()
    ada = person("s-ada", "Ada")
    mine, sent = given(ada), []

    class Lock:
        def open(self, command):
            sent.append(command.transaction)
            from lockers.rules.doors import Report

            return Report(command.address, DoorState.OPEN, command.transaction)

    monkeypatch.setattr("lockers.doors.actuators.of", lambda locker: Lock())
    code = key_of(ada, mine).code
    with monkeypatch.context() as held:
        held.setattr(openings, "command", lambda pk, *rest: None)
        opening = keys.redeem(code, mine, station=KIOSK)
    at_once(*[lambda: openings.command(opening.pk)] * 6)
    assert sent == [opening.transaction]
    opening.refresh_from_db()
    assert opening.state == "opened"


def test_two_officers_give_one_locker_to_two_customers_and_one_succeeds():
    ada, grace = person("s-ada", "Ada"), person("s-grace", "Grace")
    box = locker()
    answers = at_once(lambda: registration.assign(box, ada, by=None), lambda: registration.assign(box, grace, by=None))
    assert "locker_taken" in answers and Assignment.objects.filter(open_slot=1).count() == 1


def test_two_who_approve_at_once_authorise_once(monkeypatch):
    told = []
    monkeypatch.setattr(openings, "command", lambda pk, *rest: told.append(pk))
    first, second, third = (person(f"o-{n}", f"Officer {n}", Role.LOCKER_OFFICER) for n in range(3))
    vault = locker(kind="vault")
    opening = openings.override(vault, by=first, reason="Court order")
    answers = at_once(lambda: openings.approve(opening, by=second), lambda: openings.approve(opening, by=third))
    assert len(openings_in(answers)) == 1 and "not_waiting" in answers and told == [opening.pk]


def test_failures_that_come_at_once_are_all_counted():
    ensure_notices()
    ada = person("s-ada", "Ada")
    mine = given(ada)
    running = [attempts.start(ada, mine, station=KIOSK, lane="face") for _ in range(6)]
    at_once(*[lambda one=one: attempts.fail(one, "spoof") for one in running])
    assert Lockout.objects.get().failures == 6
    late = AccessLog.objects.filter(kind="lockout.delayed").count()
    assert late == 1


def test_doors_and_keys_of_one_locker_wait_for_each_other_and_nobody_waits_for_ever():
    ensure_notices()
    ada = person("s-ada", "Ada")
    mine, now = given(ada), timezone.now()
    codes = [key_of(ada, mine).code for _ in range(3)]

    def knock():
        for state in (DoorState.OPEN, DoorState.LOCKED) * 5:
            doors.reported(mine, state)

    def type_all():
        return [_quietly(code, mine) for code in codes]

    def approve_nothing():
        with transaction.atomic():
            return openings.expire(now)

    at_once(knock, type_all, knock, approve_nothing, type_all)
    assert access_log.verify().broken is None
    assert Opening.objects.count() <= 1


def _quietly(code, mine):
    try:
        return keys.redeem(code, mine, station=KIOSK)
    except Refused as refused:
        return refused.code
