"""The demo campus's bank of twenty doors: a simulator behind them, invented customers, and some openings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from lockers.access import card_and_pin, keys
from lockers.assignments import registration
from lockers.bank import layout
from lockers.doors import actuators, doors
from lockers.models import Assignment, Bank, Locker, LockerStation
from lockers.rules.doors import DoorState
from lockers.wiring import demo_office

CODE, STATION = "main", "lockers"
DOORS = 20
VAULTS = (11, 12)
CUSTOMERS = {1: "s-1001", 2: "s-1003", 3: "s-2001", 5: "s-2004", 6: "e-4002", 7: "member", 8: "s-3002", 11: "e-4005"}
SHARED = {3: "s-2002"}  # locker → joint holder
ENDS = {5: 9, 8: -2}  # locker → days until its last one
WAITS = "s-2005"
ROWS = 4  # of the bank as it is on the wall
AWAY = 9  # out of service
SINCE, VISITS = 60, 4  # days that they have had their lockers; openings of today


def create() -> str:
    """One line about it."""
    bank, new = Bank.objects.get_or_create(code=CODE, defaults={"name": "Main hall", "place": "Demo campus"})
    station: Any = LockerStation._meta.get_field("station").related_model
    for found in station.objects.filter(slug=STATION):
        LockerStation.objects.get_or_create(station=found, defaults={"bank": bank})
    if new:
        since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=SINCE)
        _doors(bank)
        layout.lay_out(bank, rows=ROWS, columns=DOORS // ROWS, by=None)
        _customers(bank, since)
        for locker in Locker.objects.filter(bank=bank, door=DoorState.UNKNOWN).select_related("bank"):
            doors.reported(locker, actuators.simulator().state(locker.lock_address))
        _visits(bank)
        demo_office.fill(bank, since, _visit)
    taken = Locker.objects.filter(bank=bank, assignments__open_slot=1).count()
    return f"Lockers: {DOORS} doors, {taken} of them assigned."


def _doors(bank: Bank) -> None:
    for number in range(1, DOORS + 1):
        Locker.objects.create(
            bank=bank,
            number=f"{number:02}",
            kind=Locker.Kind.VAULT if number in VAULTS else Locker.Kind.STANDARD,
            out_of_service=number == AWAY,
            note="The hinge is being repaired" if number == AWAY else "",
        )


def _customers(bank: Bank, since: datetime) -> None:
    for number, id_number in CUSTOMERS.items():
        person = User.objects.filter(id_number=id_number).first()
        joint = User.objects.filter(id_number=SHARED.get(number, ""))
        if person is not None:
            locker = Locker.objects.get(bank=bank, number=f"{number:02}")
            first = timezone.localdate(since)
            last = timezone.localdate() + timedelta(days=ENDS[number]) if number in ENDS else None
            registration.assign(locker, person, by=None, starts_on=first, ends_on=last, joint=joint, at=since)
    for person in User.objects.filter(id_number=WAITS):
        registration.wait(bank, person, by=None)


def _visits(bank: Bank) -> None:
    """Some customers have just been there, with card and PIN, and an officer looked. Doors open for no other day."""
    officer = User.objects.filter(role=Role.LOCKER_OFFICER).first()
    for locker in Locker.objects.filter(bank=bank, assignments__open_slot=1).order_by("number")[:VISITS]:
        customer = locker.assignments.get(open_slot=1).customer
        if officer is not None and customer is not None:
            _opened(locker, customer, officer)


def _visit(mine: Assignment) -> None:
    officer = User.objects.filter(role=Role.LOCKER_OFFICER).first()
    if officer is not None and mine.customer is not None:
        _opened(mine.locker, mine.customer, officer)


def _opened(locker: Locker, person: User, officer: User) -> None:
    attempt = card_and_pin.confirm(card_and_pin.begin_checked(person, locker, station=STATION), by=officer)
    keys.redeem(keys.issue(attempt).code, locker, station=STATION)
    doors.reported(locker, actuators.simulator().shut(locker.lock_address).state)
