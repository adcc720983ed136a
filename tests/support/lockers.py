"""A bank with a kiosk beside it, and ways in and out, for stories about lockers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.consent.consent import give_consent
from accounts.consent.notices import ensure_notices
from accounts.models import User
from accounts.roles import Purpose, Role
from config.errors import Refused
from lockers.access import attempts, keys
from lockers.assignments import registration
from lockers.desk import board
from lockers.doors import actuators, doors
from lockers.models import Bank, Locker, LockerStation
from recognition.models import Station

KIOSK = "vault-kiosk"


def bank(code="main", kiosk=KIOSK) -> Bank:
    made, _created = Bank.objects.get_or_create(code=code, defaults={"name": f"The {code} bank"})
    station, _created = Station.objects.get_or_create(
        slug=kiosk, defaults={"name": f"The {kiosk}", "purpose": Purpose.LOCKERS}
    )
    LockerStation.objects.get_or_create(station=station, bank=made)
    return made


def locker(number="1", *, of=None, **fields) -> Locker:
    return Locker.objects.create(bank=of or bank(), number=number, **fields)


def given(customer, number="1", *, joint=(), at=None, **fields) -> Locker:
    """This customer's locker; they have agreed to be recognised there."""
    ensure_notices()
    made = locker(number, **fields)
    registration.assign(
        made, customer, by=None, joint=joint, at=at, starts_on=timezone.localdate() - timedelta(days=10)
    )
    for person in (customer, *joint):
        give_consent(person, Purpose.LOCKERS, by=None)
    return made


def key_of(person, of, *, at=None, station=KIOSK) -> keys.IssuedKey:
    """They stood before the camera and were alive and themselves."""
    attempt = attempts.start(person, of, station=station, lane="face", at=at)
    return keys.issue(attempts.succeed(attempt, at=at), at=at)


def shut(door: Locker) -> None:
    """Somebody pushes the door, and its lock says so."""
    report = actuators.simulator().shut(door.lock_address)
    doors.reported(door, report.state)


def code_of(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value.code


def the_board() -> board.DoorBoardHello:
    """As an administrator sees it: every bank."""
    return board.hello(User(role=Role.ADMINISTRATOR))
