"""What someone does at a simulated door, and what the door says of it, as a real one would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.errors import Refused
from lockers.doors import actuators, doors
from lockers.models import Bank, Locker
from lockers.rules.doors import DoorState, Report

ACTS: dict[str, str | Promise] = {
    "force": _("Push open"),
    "shut": _("Shut"),
    "jam": _("Jam"),
    "repair": _("Repair"),
    "unplug": _("Unplug"),
    "plug": _("Plug in"),
}
SAID_BY_DOOR: dict[str, Callable[[Any, str], Report]] = {
    "force": lambda simulator, address: simulator.force(address),
    "shut": lambda simulator, address: simulator.shut(address),
    "jam": lambda simulator, address: simulator.jam(address),
    "repair": lambda simulator, address: simulator.repair(address),
    "plug": lambda simulator, address: Report(address, simulator.state(address)),
}


def is_simulated(bank: Bank) -> bool:
    return bool(actuators.spec_of(bank.code).get("kind", "simulator") == "simulator")


def banks() -> set[int]:
    """The banks whose doors exist only in a file."""
    return {bank.pk for bank in Bank.objects.all() if is_simulated(bank)}


def act(locker: Locker, name: str) -> Locker:
    """Do it, and tell it. A door that is unplugged says nothing until it is plugged in again.

    Refused `not_simulated`, `no_such_act`.
    """
    if actuators.kind_of(locker) != "simulator":
        raise Refused("not_simulated", _now("The doors of this bank are real."), status=404)
    if name not in ACTS:
        raise Refused("no_such_act", _now("A simulated door cannot do this."), status=404)
    if name == "unplug":
        return doors.reported(locker, DoorState.UNAVAILABLE)
    report = SAID_BY_DOOR[name](actuators.simulator(), locker.lock_address)
    if locker.door == DoorState.UNAVAILABLE and name != "plug":
        return locker
    return doors.reported(locker, report.state)
