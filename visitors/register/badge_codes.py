"""The code of a badge, a QR code: signed, so that nothing is stored that opens anything, and no number can be guessed.

It signs its guest in where they are expected, and out where they are inside: at the desk, or at a paired kiosk.
"""

from __future__ import annotations

import re

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from config.errors import Refused
from visitors.models import GuestVisit

SALT = "visitors.badge"
LENGTH = 20  # hexadecimal digits: 80 bits
_CODE = re.compile(rf"V([1-9][0-9]{{0,17}})-([0-9A-F]{{{LENGTH}}})$")


def code_of(guest: GuestVisit) -> str:
    return f"V{guest.pk}-{_signature(guest.pk)}"


def _signature(pk: int) -> str:
    return salted_hmac(SALT, str(pk), algorithm="sha256").hexdigest()[:LENGTH].upper()


def guest_of(typed: str) -> GuestVisit:
    """What a scanner has typed, or the end of the address that a phone shows. Refused `unknown_badge`."""
    found = _CODE.search(typed.strip().rstrip("/").upper())
    guest = None
    if found and constant_time_compare(found[2], _signature(int(found[1]))):
        guest = GuestVisit.objects.select_related("host").filter(pk=int(found[1])).first()
    if guest is None:
        raise Refused("unknown_badge", _("This is not a visitor badge of this house. Search by name."), status=404)
    return guest
