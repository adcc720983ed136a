"""What people press at a kiosk beside a bank: who they are, the tap, the key, the keypad. Knows no faces.

What a face must bear out begins and ends in `lockers.kiosk.station_app`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.live.news import clock, publish, station_group
from config.web import throttle
from lockers.access import attempts, card_and_pin, keys, vaults
from lockers.bank import layout, places
from lockers.doors.events import over_now
from lockers.kiosk import at_kiosk, terms
from lockers.kiosk.at_kiosk import Visitor
from lockers.kiosk.claimed_lockers import Claim, claims
from lockers.models import AccessAttempt, Bank, Locker, LockerStation, OfficerKey, Opening
from lockers.rules.doors import DoorState
from lockers.rules.messages import refusal, sentence
from lockers.rules.opening import readable

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
        raise Refused("too_many_attempts", _("Too many attempts. Please wait a minute and try again."), status=429)
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
    """Numbers of lockers. Never a name: anyone who reads a number aloud learns nothing from this screen."""
    found = Locker.objects.filter(pk__in=[claim.locker for claim in meant])
    rows = sorted(found, key=lambda locker: places.natural(locker.number))
    return {"lockers": [_offered(row) for row in rows], "officer": pin}


def _offered(locker: Locker) -> dict[str, Any]:
    """`warning`: what someone should look at before they open this door."""
    offered = {"id": locker.pk, "number": locker.number}
    return offered | {"warning": sentence("sensor_open")} if locker.door == DoorState.OPEN else offered


def visitor(at: At, now: datetime) -> Visitor:
    """Who is at this kiosk, as far as they have identified themselves. Refused `nobody_here`."""
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
    """Someone else begins, or pressed Cancel. An attempt of which the first step was shown has failed."""
    found = at_kiosk.here(at.station, now or timezone.now())
    at_kiosk.leave(at.station)
    if found is None or found.attempt is None:
        return
    row = AccessAttempt.objects.filter(pk=found.attempt, state__in=attempts.OPEN_STATES).first()
    if row is not None:
        attempts.broken_off(row, at=now)


def give_up(now: datetime) -> None:
    """By the clock: what no one ended is over at its kiosk too, where someone may still wait."""
    for row in attempts.give_up(now):
        found = at_kiosk.here(row.station, now)
        if found is not None and found.attempt == row.pk:
            at_kiosk.leave(row.station)
        publish(station_group(row.station), over_now(row.pk, sentence("took_too_long")))


# --- the lane with an officer -------------------------------------------------------------------


def call_officer(at: At, found: Visitor, locker: int, *, now: datetime | None = None) -> AccessAttempt:
    """The PIN was right; an officer must see the person now. Refused as `attempts.start`."""
    person, wanted = claimed(found, locker)
    row = card_and_pin.begin_checked(person, wanted, station=at.station, at=now)
    at_kiosk.change(at.station, found, attempt=row.pk, locker=wanted.pk)
    return row


# --- the key ------------------------------------------------------------------------------------


def show_key(at: At, *, later: bool = False, now: datetime | None = None) -> dict[str, Any]:
    """The key of the attempt that has succeeded here: once, and to no one else.

    `later`: the terms of the bank are answered another day.
    Refused `nobody_here`, `no_success`, and as `kiosk_terms.require_answer` and `keys.issue`.
    """
    now = now or timezone.now()
    found = visitor(at, now)
    if found.attempt is None:
        raise refusal("no_success")
    row = AccessAttempt.objects.select_related("person", "locker__bank").get(pk=found.attempt)
    if row.lane == AccessAttempt.Lane.PASSKEY and not found.proven:
        raise refusal("no_success")  # proven on a phone: the key is there, and not on this screen
    terms.require_answer(at.station, found, row, later=later, now=now)
    issued = keys.issue(row, at=now, fresh=keys.READING if found.reads else keys.FRESH)
    at_kiosk.leave(at.station)
    return {
        "code": readable(issued.code),
        "locker": {"id": issued.key.locker_id, "number": issued.key.locker.number},
        "expires": clock(issued.key.expires_at),
        "seconds": int((issued.key.expires_at - now).total_seconds()),
        "where": layout.where_words(issued.key.locker),
        "wall": layout.small_map(issued.key.locker),
    }


def answer_terms(at: At, *, accepted: bool, now: datetime | None = None) -> dict[str, Any]:
    """Anyone who has just shown that it is them says yes or no to the bank's terms. Refused as `kiosk_terms.answer`."""
    now = now or timezone.now()
    found = visitor(at, now)
    if found.attempt is None or not found.reads:
        raise refusal("nobody_here", 409)
    row = AccessAttempt.objects.select_related("person", "locker__bank").get(pk=found.attempt)
    if row.lane == AccessAttempt.Lane.PASSKEY and not found.proven:
        raise refusal("nobody_here", 409)
    return terms.answer(row, accepted=accepted, now=now)


def type_key(at: At, number: str, typed: str, *, nonce: str = "", now: datetime | None = None) -> dict[str, Any]:
    """The keypad: a locker's number and its key. How the opening stands. Refused as `keys.redeem`."""
    locker = _beside(at.station, number)
    if turned := vaults.typed(typed, locker, station=at.station, at=now):
        return _turned(turned, now or timezone.now())
    opening = keys.redeem(typed, locker, station=at.station, nonce=nonce[:64], at=now)
    return opening_state(opening)


def officer_turns(at: At, number: str, said: str, pin: str, *, now: datetime | None = None) -> dict[str, Any]:
    """An officer beside the vault turns their key by card (or id number) and PIN, before or after the customer's.

    Refused `too_many_attempts`, `wrong_pin` (also for an unknown number), `pin_locked`, `bad_key` for a locker that
    is not here, and as `vaults.turn`.
    """
    now = now or timezone.now()
    officer = card_and_pin.checked_officer(said, pin, station=at.station, at=now)
    locker = _beside(at.station, number)
    turned = vaults.turn(locker, by=officer, method=OfficerKey.Method.PIN, station=at.station, at=now)
    return _turned(turned, now)


def _turned(turned: vaults.Turned, now: datetime) -> dict[str, Any]:
    """The door, where the customer's key has waited; otherwise for how long the officer's does."""
    if turned.opening is not None:
        return opening_state(turned.opening)
    locker = turned.key.locker
    seconds = int((turned.key.until - now).total_seconds())
    return {
        "turned": True,
        "locker": {"id": locker.pk, "number": locker.number},
        "seconds": seconds,
        "until": clock(turned.key.until),
    }


def _beside(station: str, number: str) -> Locker:
    """In the words of a wrong key: no one finds out here which lockers there are."""
    beside = LockerStation.objects.filter(station__slug=station, station__active=True).first()
    if beside is None or not number.strip().isprintable():  # SQLite would read no further than a NUL
        raise refusal("bad_key", 403)
    found = next(iter(places.numbered(Locker.objects.filter(bank=beside.bank_id), number)), None)
    if found is None:
        raise refusal("bad_key", 403)
    places.require_station(found, station)
    return found


def has_guarded_vaults(station: str) -> bool:
    """Whether officers have a key to turn at this kiosk."""
    here = Bank.objects.filter(stations__station__slug=station, officer_for_vaults=True)
    return here.filter(lockers__kind=Locker.Kind.VAULT).exists()


def opening_state(opening: Opening) -> dict[str, Any]:
    return {
        "opening": opening.pk,
        "locker": {"id": opening.locker_id, "number": opening.locker.number},
        "state": str(opening.state),
        "door": str(opening.locker.door),
        "message": _message(opening),
    }


def _message(opening: Opening) -> str:
    if opening.state == Opening.State.REQUESTED:
        return sentence("officer_must_approve")
    if opening.state != Opening.State.FAILED:
        return ""
    told = opening.failure if opening.failure in ("not_approved", "withdrawn") else "door_did_not_open"
    return sentence(told)


def confirmed(row: AccessAttempt) -> None:
    """Tell the kiosk that the officer has said yes or no: it asks for the key itself."""
    message = "" if row.state == State.SUCCEEDED else sentence("declined")
    publish(station_group(row.station), over_now(row.pk, message))
