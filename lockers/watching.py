"""What doors say, on message brokers or when asked over HTTP, becomes the state of lockers. Nothing here opens one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import close_old_connections

from lockers import actuators, doors
from lockers.hardware.listener import Listener
from lockers.hardware.types import DoorState, Report
from lockers.models import Bank, Locker


def brokers() -> set[tuple[str, str]]:
    """Address and prefix of every broker that some bank's doors are on."""
    specs = (actuators.spec_of(bank.code) for bank in Bank.objects.all())
    return {(spec["url"], spec.get("prefix", "lockers")) for spec in specs if spec.get("kind") == "mqtt"}


def listeners() -> Iterator[Listener]:
    for url, prefix in sorted(brokers()):
        yield Listener(url, prefix, heard, away)


def heard(report: Report) -> None:
    """A door of ours says how it stands; what is said of doors that are not ours is passed over."""
    close_old_connections()
    if locker := by_address(report.address):
        doors.reported(locker, report.state, transaction_id=report.transaction)


def away(bank: str) -> None:
    """A bank's controller is gone: how its doors stand is no longer known, and none is opened."""
    close_old_connections()
    for locker in Locker.objects.select_related("bank"):
        if locker.lock_address.partition("/")[0] == bank and actuators.spec_of(locker.bank.code).get("kind") == "mqtt":
            doors.reported(locker, DoorState.UNAVAILABLE)


def ask_sensors(now: datetime) -> int:
    """By the clock: doors with a sensor behind an HTTP relay are asked how they stand. How many answered.

    A relay that does not answer for one door is not asked for the next ones of its bank.
    """
    answered = 0
    for bank in Bank.objects.all():
        spec = actuators.spec_of(bank.code)
        if spec.get("kind") == "http" and spec.get("has_sensor"):
            answered += _ask_bank(bank)
    return answered


def _ask_bank(bank: Bank) -> int:
    relay, answered, silent = actuators.of_bank(bank), 0, False
    # One that is being told to open will say so itself.
    for locker in Locker.objects.filter(bank=bank).exclude(door=DoorState.UNLOCKING).select_related("bank"):
        state = DoorState.UNAVAILABLE if silent else relay.state(locker.lock_address)
        silent = state == DoorState.UNAVAILABLE
        if state is not None:
            doors.reported(locker, state)
            answered += not silent
    return answered


def by_address(address: str) -> Locker | None:
    """Only a door that is really on a broker can be spoken of there."""
    bank, _, number = address.partition("/")
    rows = Locker.objects.select_related("bank")
    found = rows.filter(address=address).first() or rows.filter(address="", bank__code=bank, number=number).first()
    return found if found and actuators.spec_of(found.bank.code).get("kind") == "mqtt" else None
