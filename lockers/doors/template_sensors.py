"""How the doors of devices by template stand: those with a sensor are asked, by the clock. Nothing here opens one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from config.door_relays.models import DoorDevice
from config.ops.jobs.steps import for_each
from lockers.doors import doors
from lockers.doors.template_doors import PLACE, device_of, relay
from lockers.models import Locker
from lockers.rules.doors import DoorState, NotOpened


def ask(now: datetime) -> int:
    """By the clock: how the doors with a sensor stand. How many answered. A host that is silent is asked once."""
    silent: set[str] = set()
    return sum(for_each(lambda pair: _ask(*pair, silent), list(_with_sensors())))


def _with_sensors() -> Iterator[tuple[Locker, DoorDevice]]:
    if not DoorDevice.objects.filter(place=PLACE, active=True).exclude(template__state_url="").exists():
        return
    for locker in Locker.objects.select_related("bank"):
        row = device_of(locker)
        if row is not None and row.template.state_url:
            yield locker, row


def _ask(locker: Locker, row: DoorDevice, silent: set[str]) -> int:
    try:
        state = DoorState.UNAVAILABLE if row.host in silent else relay(row).state(locker.lock_address)
    except NotOpened:
        state = DoorState.UNAVAILABLE
    if state == DoorState.UNAVAILABLE:
        silent.add(row.host)
    if state is None or _waits_for_a_pull(locker, state):
        return 0
    doors.reported(locker, state)
    return int(state != DoorState.UNAVAILABLE)


def _waits_for_a_pull(locker: Locker, state: DoorState) -> bool:
    """It was told to open and still reports locked: it may yet be pulled open, until the opening times out."""
    locker.refresh_from_db(fields=["door"])
    return locker.door == DoorState.UNLOCKING and state not in (DoorState.OPEN, DoorState.JAMMED)
