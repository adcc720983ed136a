"""What doors say, on message brokers or when asked over HTTP, becomes the state of lockers. Nothing here opens one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import close_old_connections
from django.db.models import QuerySet

from config.ops.jobs.steps import for_each
from config.ops.outage import AWAY, in_a_line
from lockers.doors import actuators, doors, template_sensors
from lockers.doors.hardware.listener import CannotWriteNow, Listener
from lockers.models import Bank, Locker
from lockers.rules.doors import DoorState, Report


def brokers() -> set[tuple[str, str]]:
    """Address and prefix of every broker that some bank's doors are on."""
    specs = (actuators.spec_of(bank.code) for bank in Bank.objects.all())
    return {(spec["url"], spec.get("prefix", "lockers")) for spec in specs if spec.get("kind") == "mqtt"}


def listeners() -> Iterator[Listener]:
    for url, prefix in sorted(brokers()):
        yield Listener(url, prefix, heard, away, doubts=doubts)


@contextmanager
def writing_down() -> Iterator[None]:
    """For the listeners' threads, which live long. A database that is away hears it later. Raises NotNow."""
    close_old_connections()
    try:
        yield
    except AWAY as error:
        raise CannotWriteNow(in_a_line(error)) from error
    finally:
        close_old_connections()


def heard(report: Report) -> None:
    """A door of ours says its status; what is said of doors that are not ours is ignored. Raises NotNow."""
    with writing_down():
        if locker := by_address(report.address):
            doors.reported(locker, report.state, transaction_id=report.transaction, at=report.at)


def away(bank: str) -> None:
    """A bank's controller is gone: the status of its doors is no longer known, and none is opened. Raises NotNow."""
    with writing_down():
        for locker in _on_brokers(Locker.objects.all(), bank):
            doors.reported(locker, DoorState.UNAVAILABLE)


def doubts(bank: str) -> dict[str, DoorState]:
    """Doors that did not answer a command, so that we do not know how they stand, by address. Raises NotNow."""
    with writing_down():
        unsure = Locker.objects.filter(door__in=(DoorState.UNAVAILABLE, DoorState.UNKNOWN))
        return {locker.lock_address: DoorState(locker.door) for locker in _on_brokers(unsure, bank)}


def _on_brokers(lockers: QuerySet[Locker], bank: str) -> list[Locker]:
    """Those whose address on a message broker begins with `bank`."""
    return [
        locker
        for locker in lockers.select_related("bank")
        if locker.lock_address.partition("/")[0] == bank and actuators.kind_of(locker) == "mqtt"
    ]


def ask_sensors(now: datetime) -> int:
    """By the clock: doors with a sensor behind an HTTP relay are asked how they stand. How many answered.

    A relay that does not answer for one door is not asked for the next ones of its bank.
    """
    return sum(for_each(_ask_bank, filter(_has_sensors, Bank.objects.all()))) + template_sensors.ask(now)


def _has_sensors(bank: Bank) -> bool:
    spec = actuators.spec_of(bank.code)
    return bool(spec.get("kind") == "http" and spec.get("has_sensor"))


def _ask_bank(bank: Bank) -> int:
    relay, answered, silent = actuators.of_bank(bank), 0, False
    # One that is being told to open will say so itself.
    for locker in Locker.objects.filter(bank=bank).exclude(door=DoorState.UNLOCKING).select_related("bank"):
        if actuators.kind_of(locker) == "template":
            continue
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
    return found if found and actuators.kind_of(found) == "mqtt" else None
