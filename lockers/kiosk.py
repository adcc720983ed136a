"""What people press at a kiosk beside a bank: who they are, the tap, the key, the keypad. Knows no faces.

What a face must bear out begins and ends in `lockers.identity`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config import throttle
from config.errors import Refused
from config.live import clock, publish, station_group
from lockers import at_kiosk, attempts, card_lane, keys, places
from lockers.at_kiosk import Visitor
from lockers.claims import Claim, claims
from lockers.events import over_now
from lockers.models import AccessAttempt, Locker, LockerStation, Opening
from lockers.rules import readable
from lockers.words import refusal, sentence

SAYINGS, WINDOW = 20, 60  # numbers said at one kiosk, and the seconds in which they count
State = AccessAttempt.State


@dataclass(frozen=True, slots=True)
class At:
    """A paired browser at its station."""

    device: int
    station: str


# --- who is it ----------------------------------------------------------------------------------


def say_who(at: At, said: str, *, now: datetime | None = None) -> dict[str, Any]:
    """Card, customer number or locker number: a claim, and no more. What the page shows next.

    Refused `too_many_attempts`, `nobody_meant`, `name_yourself` for a locker that several people share.
    """
    if throttle.count(f"lockers.say:{at.device}", window=WINDOW) > SAYINGS:
        raise Refused("too_many_attempts", _("Too many tries. Wait a minute."), status=429)
    return _named(at, claims(said, station=at.station), now or timezone.now())


def shown_pin(station: str, device: int, person: User, *, now: datetime) -> dict[str, Any]:
    """Number and PIN were right: the lane in which an officer confirms. As `say_who`."""
    at = At(device, station)
    return _named(at, claims(person.id_number, station=station), now, pin=True)


def _named(at: At, meant: list[Claim], now: datetime, *, pin: bool = False) -> dict[str, Any]:
    if not meant:
        raise refusal("nobody_meant", 403)
    if len({claim.person for claim in meant}) > 1:
        raise refusal("name_yourself", 409)
    forget(at, now=now)
    at_kiosk.put(at.station, Visitor(at.device, tuple(meant), now, pin=pin))
    return choice(meant, pin=pin)


def choice(meant: list[Claim] | tuple[Claim, ...], *, pin: bool) -> dict[str, Any]:
    """Numbers of lockers. Never a name: whoever reads a number aloud learns nothing from this screen."""
    found = Locker.objects.filter(pk__in=[claim.locker for claim in meant])
    rows = sorted(found, key=lambda locker: places.natural(locker.number))
    return {"lockers": [{"id": locker.pk, "number": locker.number} for locker in rows], "officer": pin}


def visitor(at: At, now: datetime) -> Visitor:
    """Who stands here, as far as was said. Refused `nobody_here`."""
    found = at_kiosk.here(at.station, now)
    if found is None or found.device != at.device:
        raise refusal("nobody_here", 409)
    return found


def claimed(found: Visitor, locker: int) -> tuple[User, Locker]:
    """The person and the locker of a claim. Refused `nobody_here` for a locker that was not among them."""
    claim = found.claim_of(locker)
    if claim is None or found.attempt is not None:
        raise refusal("nobody_here", 409)
    return User.objects.get(pk=claim.person), Locker.objects.select_related("bank").get(pk=claim.locker)


def forget(at: At, *, now: datetime | None = None) -> None:
    """Somebody else begins, or pressed Cancel. An attempt of which the first step was shown has failed."""
    found = at_kiosk.here(at.station, now or timezone.now())
    at_kiosk.leave(at.station)
    if found is None or found.attempt is None:
        return
    row = AccessAttempt.objects.filter(pk=found.attempt, state__in=attempts.OPEN_STATES).first()
    if row is not None:
        attempts.broken_off(row, at=now)


def give_up(now: datetime) -> None:
    """By the clock: what nobody ended is over at its kiosk too, where somebody may still wait."""
    for row in attempts.give_up(now):
        found = at_kiosk.here(row.station, now)
        if found is not None and found.attempt == row.pk:
            at_kiosk.leave(row.station)
        publish(station_group(row.station), over_now(row.pk, sentence("took_too_long")))


# --- the lane with an officer -------------------------------------------------------------------


def call_officer(at: At, found: Visitor, locker: int, *, now: datetime | None = None) -> AccessAttempt:
    """The PIN was right; an officer must see the person now. Refused as `attempts.start`."""
    person, wanted = claimed(found, locker)
    row = card_lane.begin_checked(person, wanted, station=at.station, at=now)
    at_kiosk.change(at.station, found, attempt=row.pk, locker=wanted.pk)
    return row


# --- the key ------------------------------------------------------------------------------------


def show_key(at: At, *, now: datetime | None = None) -> dict[str, Any]:
    """The key of the attempt that has succeeded here: once, and to nobody else.

    Refused `nobody_here`, `no_success`.
    """
    now = now or timezone.now()
    found = visitor(at, now)
    if found.attempt is None:
        raise refusal("no_success")
    issued = keys.issue(AccessAttempt.objects.get(pk=found.attempt), at=now)
    at_kiosk.leave(at.station)
    return {
        "code": readable(issued.code),
        "locker": {"id": issued.key.locker_id, "number": issued.key.locker.number},
        "expires": clock(issued.key.expires_at),
        "seconds": int((issued.key.expires_at - now).total_seconds()),
    }


def type_key(at: At, number: str, typed: str, *, nonce: str = "", now: datetime | None = None) -> dict[str, Any]:
    """The keypad: a locker's number and its key. How the opening stands. Refused as `keys.redeem`."""
    locker = _beside(at.station, number)
    opening = keys.redeem(typed, locker, station=at.station, nonce=nonce[:64], at=now)
    return opening_state(opening)


def _beside(station: str, number: str) -> Locker:
    """In the words of a wrong key: nobody finds out here which lockers there are."""
    beside = LockerStation.objects.filter(station__slug=station, station__active=True).first()
    found = Locker.objects.filter(bank=beside.bank_id, number__iexact=number.strip()).first() if beside else None
    if found is None:
        raise refusal("bad_key", 403)
    places.require_station(found, station)
    return found


def opening_state(opening: Opening) -> dict[str, Any]:
    failed = opening.state == Opening.State.FAILED
    return {
        "opening": opening.pk,
        "locker": {"id": opening.locker_id, "number": opening.locker.number},
        "state": str(opening.state),
        "door": str(opening.locker.door),
        "message": sentence("door_did_not_open") if failed else "",
    }


def confirmed(row: AccessAttempt) -> None:
    """Tell the kiosk that the officer has said yes or no: it asks for the key itself."""
    message = "" if row.state == State.SUCCEEDED else sentence("declined")
    publish(station_group(row.station), over_now(row.pk, message))
