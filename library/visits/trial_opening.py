"""An administrator tries out the device of a gate (config.door_relays.owners)."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from accounts.models import User
from config.door_relays.models import DoorDevice
from config.errors import Refused

log = logging.getLogger("ostiary.library")


def may_try(door: str, *, by: User, opens: bool) -> None:
    """Refused `a_lockers_host`: a device that opens lockers is tried out as a locker's, under their rules."""
    host = DoorDevice.objects.filter(place=DoorDevice.Place.LIBRARY, door__in=(door, "*")).values("host")
    if opens and DoorDevice.objects.filter(place=DoorDevice.Place.LOCKERS, host__in=host).exists():
        raise Refused(
            "a_lockers_host", _("This device also opens lockers. Test it on the page of its locker."), status=403
        )


def tried(door: str, *, by: User, opens: bool, done: bool) -> None:
    log.info("The gate of %s was tested by %s: opens %s, done %s", door, by.pk, opens, done)
