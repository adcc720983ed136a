"""What the board draws now: the code's address as a QR code, and for how long.

The code stands after the `#`: a browser sends that part to no server, so it is in no log and no Referer.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from attendance.models import ClassSession
from attendance.rules.phone_windows import seconds_left
from attendance.sessions.phone.codes import code_at, rules_of
from config.web.files.qr import qr_path


class BoardCode(TypedDict):
    address: str
    size: int
    path: str
    seconds_left: float


def now(session: ClassSession, at: datetime | None = None) -> BoardCode:
    """Refused `phone_off`."""
    at, every = at or timezone.now(), rules_of(session).every
    address = f"{settings.SITE_URL}{reverse('attendance:phone', args=[session.pk])}#{code_at(session, at, every)}"
    return {"address": address, **qr_path(address), "seconds_left": round(seconds_left(at.timestamp(), every), 2)}
