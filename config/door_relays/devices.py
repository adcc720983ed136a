"""Finding the device of a door, and making it ready to be asked."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from config.door_relays.grammar import BadTemplate
from config.door_relays.models import DoorDevice
from config.door_relays.sending import Device, NotDone
from config.errors import Refused
from config.ops import sealing

log = logging.getLogger("ostiary.doors")


def device_of(place: str, door: str, *, group: str = "*") -> DoorDevice | None:
    """Of this very door, else of all in its `group`: `main/*` for the lockers of a bank, `*` for the library."""
    wanted = [door, group]
    rows = DoorDevice.objects.filter(place=place, door__in=wanted, active=True).select_related("template")
    return min(rows, key=lambda row: wanted.index(row.door), default=None)


def ready(row: DoorDevice) -> Device:
    """Raises NotDone `unset` where its template or its secret cannot be used."""
    try:
        return Device(row.template.recipe, row.host, values_of(row), settings.DOOR_RELAY_NETWORKS)
    except (BadTemplate, Refused) as fault:
        raise NotDone("unset", str(fault)) from fault


def values_of(row: DoorDevice) -> dict[str, str]:
    bank, _slash, number = row.door.partition("/")
    values: dict[str, Any] = {
        "door": row.door,
        "bank": bank,
        "number": number,
        "device": row.device,
        "channel": row.channel,
        "pulse": row.pulse,
        "pulse_ms": row.pulse * 1000,
        "transaction": "",
        "user": row.user,
        "secret": row.secret(),
    }
    return {name: str(value) for name, value in values.items()}


def reseal() -> Iterator[str]:
    """After a change of FACE_KEYS, every secret under the first key: `rotated`, `current` or `failed` for each."""
    for row in DoorDevice.objects.exclude(sealed=""):
        try:
            yield _resealed(row)
        except Refused as refusal:
            log.error("The secret of %s cannot be re-encrypted: %s", row, refusal.message)
            yield "failed"


def _resealed(row: DoorDevice) -> str:
    if not sealing.needs_rotation(row.sealed):
        return "current"
    row.keep(row.unsealed())
    row.save(update_fields=["sealed"])
    return "rotated"
