"""What becomes of a device's secret when the device is changed: the one rule for the administration and the API."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.door_relays.models import DoorDevice
from config.errors import Refused


def require_again(row: DoorDevice, host_before: str, *, secret: str, forget: bool) -> None:
    """Refused `secret_again`: a sealed secret is for one host, and goes to no other by itself."""
    kept = row.sealed and not (secret or forget or row.secret_name)
    if kept and row.host != host_before:
        raise Refused("secret_again", _("The host has changed. Enter the secret again."))


def settle(row: DoorDevice, *, secret: str, forget: bool) -> None:
    """The new one is sealed; none is kept where it is not wanted, or comes from the environment."""
    if forget or row.secret_name:
        row.keep("")
    elif secret:
        row.keep(secret)
