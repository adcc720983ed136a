"""Lockers whose locks stand in the administration as devices by template (config.door_relays)."""

from __future__ import annotations

from config.door_relays import devices
from config.door_relays.models import DoorDevice
from config.door_relays.sending import NotDone
from lockers.doors.hardware.template_relay import TemplateRelay
from lockers.models import Locker
from lockers.rules.doors import NotOpened

PLACE = DoorDevice.Place.LOCKERS


def device_of(locker: Locker) -> DoorDevice | None:
    return devices.device_of(PLACE, locker.lock_address, group=f"{locker.bank.code}/*")


def relay(row: DoorDevice) -> TemplateRelay:
    """Raises NotOpened `unavailable` for a device that cannot be used as it stands."""
    try:
        return TemplateRelay(devices.ready(row))
    except NotDone as no:
        raise NotOpened("unavailable", str(no)) from no
