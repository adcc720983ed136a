"""A paired kiosk of the reception: the only file of the guest register that sees recognition."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.errors import Refused
from recognition.live.consumers import COOKIE
from recognition.models import StationDevice
from recognition.stations import stations


def device_of(request: HttpRequest) -> StationDevice:
    """The paired browser that asks. Refused as `stations.authenticate`, and `not_a_reception`."""
    device = stations.authenticate(request.COOKIES.get(COOKIE, ""))
    if device.station.purpose != "reception":
        raise Refused("not_a_reception", _("This is not a kiosk of the reception."), status=403)
    return device
