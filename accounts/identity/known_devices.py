"""Browsers in which someone has signed in before. They have tries of their own (OWASP: device cookies).

So anyone who guesses at an account from elsewhere cannot keep its owner out. The cookie is worth nothing else: it signs
no one in, and a new password ends it.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

COOKIE = "ostiary_device"
AGE = 400 * 24 * 3600  # s: the longest that browsers keep a cookie
MOST = 10  # accounts that a shared computer remembers
SHAPE = re.compile(rf"[0-9a-f]{{32}}(?:\.[0-9a-f]{{64}}){{1,{MOST}}}", re.ASCII)


def device_of(request: Any, person: User | None) -> str:
    """The browser's own number where it has signed this person in before, else ""."""
    device, marks = _read(request)
    known = person is not None and any(constant_time_compare(mark, _mark(device, person)) for mark in marks)
    return device if known else ""


def remember(request: Any, response: HttpResponseBase, person: User) -> None:
    """From now on this browser is known for this person. What it was for others stays."""
    device, marks = _read(request)
    device = device or secrets.token_hex(16)
    mine = _mark(device, person)
    kept = [mine, *(mark for mark in marks if mark != mine)][:MOST]
    response.set_cookie(
        COOKIE,
        ".".join((device, *kept)),
        max_age=AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _read(request: Any) -> tuple[str, list[str]]:
    cookie = request.COOKIES.get(COOKIE, "") if request is not None else ""
    if not SHAPE.fullmatch(cookie):
        return "", []
    device, *marks = cookie.split(".")
    return device, marks


def _mark(device: str, person: User) -> str:
    """What only this site can write. It follows the password, so that a new one ends every older cookie."""
    said = f"{device}\x00{person.pk}\x00{person.password}"
    return salted_hmac("ostiary.known-device", said, algorithm="sha256").hexdigest()
