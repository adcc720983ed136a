"""The code that the board shows: bound to one session, made again every few seconds, stored nowhere."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import ClassSession, PhoneRules
from attendance.roll import roll
from attendance.rules.phone_windows import accepted, window_of
from attendance.rules.visibility import require_may_keep
from config.errors import Refused

SALT = "attendance.phone.code"
BYTES = 16


@transaction.atomic
def switch(session: ClassSession, *, on: bool, by: User) -> ClassSession:
    """Let people mark themselves by phone, or stop it: then no code of before works. Refused `not_allowed`,
    `not_open`.
    """
    require_may_keep(by, session.course)
    session = roll.locked(session.pk)
    if on and not session.is_open:
        raise Refused("not_open", _("This session is not open."), status=409)
    session.phone_nonce = secrets.token_urlsafe(18) if on else ""
    session.save(update_fields=["phone_nonce"])
    return session


def rules_of(session: ClassSession) -> PhoneRules:
    """What the course asks for, or the defaults where no one has said anything."""
    found = PhoneRules.objects.filter(course=session.course_id).first()
    return found or PhoneRules(course_id=session.course_id)


def code_at(session: ClassSession, at: datetime, every: int) -> str:
    """Refused `phone_off` where the session does not take phones."""
    if not session.takes_phones:
        raise Refused("phone_off", _("Marking by phone is not switched on for this session."), status=409)
    return _code(session, window_of(at.timestamp(), every))


def is_fresh(session: ClassSession, code: str, at: datetime, every: int) -> bool:
    """Whether the board showed this code just now."""
    if not session.takes_phones:
        return False
    windows = accepted(at.timestamp(), every)
    return any(constant_time_compare(code, _code(session, window)) for window in windows)


def _code(session: ClassSession, window: int) -> str:
    what = f"{session.pk}.{session.phone_nonce}.{window}"
    digest = salted_hmac(SALT, what, algorithm="sha256").digest()[:BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
