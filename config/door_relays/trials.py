"""Trying a door out: anyone who owns the place behind the door has a say first, and writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from config.door_relays import devices
from config.door_relays.models import DoorDevice
from config.door_relays.owners import OWNERS, DoorOwner
from config.door_relays.sending import Device, Exchange, NotDone
from config.errors import Refused


@dataclass(frozen=True)
class Trial:
    """What came of it, for the page and for the history. `said`: each request and answer, without secrets."""

    done: bool
    words: str
    said: Sequence[Exchange] = field(default_factory=tuple)

    @property
    def summary(self) -> str:
        return _("Test: %(words)s") % {"words": self.words}


def run(row: DoorDevice, door: str, *, by: Any, opens: bool) -> Trial:
    """Never raises: what goes wrong is what the trial is for."""
    try:
        owner = _owner_of(row.place)
        if door.endswith("*") or (door != row.door and not row.door.endswith("*")):
            raise Refused("no_door", _("Enter which door you mean."))
        owner.may_try(door, by=by, opens=opens)
        trial = _asked(row, door, opens)
        owner.tried(door, by=by, opens=opens, done=trial.done)
    except Refused as refused:
        return Trial(False, refused.message)
    return trial


def _owner_of(place: str) -> DoorOwner:
    owner = OWNERS.get(place)
    if owner is None:
        raise Refused("no_owner", _("No app is responsible for the doors of this place, so they cannot be tested."))
    return owner


def _asked(row: DoorDevice, door: str, opens: bool) -> Trial:
    try:
        device = devices.ready(row)
    except NotDone as no:
        return Trial(False, _words(no))
    try:
        if opens:
            device.open("trial", door)
            return Trial(True, _opened(device), device.said)
        state = device.state(door)
        words = (
            _("The door is %(state)s.") % {"state": state}
            if state
            else _("The door has no sensor, so its status is not known.")
        )
        return Trial(True, words, device.said)
    except NotDone as no:
        return Trial(False, _words(no), device.said)


def _opened(device: Device) -> str:
    if device.recipe.auth.startswith("digest") and len(device.said) == 1:
        return _("The device says that the door has opened. It did not ask for a password. Set one on the device.")
    return _("The device says that the door has opened.")


def _words(no: NotDone) -> str:
    kinds = {
        "unreachable": _("The device is not responding (%(why)s). Check its host, its power and its network."),
        "refused": _("The device refused: %(why)s."),
        "forbidden": _("Ostiary is not allowed to contact this device: %(why)s."),
        "unset": _("The device cannot be used yet: %(why)s."),
    }
    return kinds[no.code] % {"why": no}
