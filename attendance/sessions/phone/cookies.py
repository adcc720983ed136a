"""What a phone keeps: which phone it is, for a year, and that it has just read a code, for a few minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from attendance.models import ClassSession

PATH = "/attendance/phone/"
DEVICE, DEVICE_LIVES = "ostiary_phone", 365 * 86_400
TICKET, TICKET_LIVES = "ostiary_phone_ticket", 180  # seconds to sign in and press the button
SIGNER = signing.Signer(salt="attendance.phone.device")
TICKET_SALT = "attendance.phone.ticket"


@dataclass(frozen=True, slots=True)
class Ticket:
    """This phone read a good code of the session at that moment."""

    session: int
    at: datetime
    device: str  # the hash, as it is stored
    nonce: str  # of the session; another one since then, and the ticket is void


def device_of(request: HttpRequest) -> str:
    """The phone's own number, or a new one where it has none that we signed."""
    try:
        return SIGNER.unsign(request.COOKIES.get(DEVICE, ""))
    except signing.BadSignature:
        return secrets.token_urlsafe(18)


def hash_of(device: str) -> str:
    return salted_hmac("attendance.phone.device.hash", device, algorithm="sha256").hexdigest()


def give(request: HttpRequest, response: HttpResponse, session: ClassSession, at: datetime) -> None:
    """Set both cookies. Scripts cannot read them, and no other page is sent them."""
    device = device_of(request)
    ticket = signing.dumps(
        {"s": session.pk, "at": at.timestamp(), "d": hash_of(device), "n": session.phone_nonce}, salt=TICKET_SALT
    )
    for name, value, lives in ((DEVICE, SIGNER.sign(device), DEVICE_LIVES), (TICKET, ticket, TICKET_LIVES)):
        response.set_cookie(
            name, value, max_age=lives, path=PATH, secure=request.is_secure(), httponly=True, samesite="Lax"
        )


def ticket_of(request: HttpRequest) -> Ticket | None:
    """None without a ticket, with one that is too old, not ours, or of another phone."""
    try:
        told = signing.loads(request.COOKIES.get(TICKET, ""), salt=TICKET_SALT, max_age=TICKET_LIVES)
    except signing.BadSignature:
        return None
    if told["d"] != hash_of(device_of(request)):
        return None
    return Ticket(told["s"], datetime.fromtimestamp(told["at"], UTC), told["d"], told["n"])
