"""Dual control of a vault: the customer's key and the officer's key, in either order, within minutes, of two people.

The customer's key comes through `lockers.keys`; here is the officer's half, and how it meets a key that waits. An
officer has shown beforehand by PIN or password that it is them, or types the one-time key that only they were shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from lockers.access import keys
from lockers.bank import access_times, places
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of, serves
from lockers.doors import officer_keys, openings
from lockers.doors.officer_keys import IssuedOfficerKey
from lockers.models import Locker, OfficerKey, Opening
from lockers.rules.dual_control import against_typing
from lockers.rules.messages import refusal
from lockers.rules.opening import key_needs_officer, may_move, normal


@dataclass(frozen=True, slots=True)
class Turned:
    """The officer's key, and what it opens at once; None: it waits for the customer's key."""

    key: OfficerKey
    opening: Opening | None


def takes_two(locker: Locker) -> bool:
    """Whether a customer's key opens this locker only together with an officer's."""
    return key_needs_officer(locker.kind, officer_for_vaults=locker.bank.officer_for_vaults)


# --- an officer on their page, or at the kiosk ----------------------------------------------------


def show(locker: Locker, *, by: User, at: datetime | None = None) -> IssuedOfficerKey:
    """A one-time key for the keypad beside this vault.

    Refused `not_officer`, `other_bank`, `no_vault`, `own_locker`, and what is wrong with the door.
    """
    at = at or timezone.now()
    with transaction.atomic():
        found = _issued(places.locked(locker), by, at)
    if isinstance(found, str):
        raise refusal(found, 403 if found == "own_locker" else 409)
    return found


def _issued(locker: Locker, by: User, at: datetime) -> IssuedOfficerKey | str:
    code = _against(locker, by, at)
    return code or officer_keys.shown(locker, by, at)


def turn(locker: Locker, *, by: User, method: str, station: str = "", at: datetime | None = None) -> Turned:
    """The officer's key is turned: the customer's key that waits opens now, or the next one within minutes.

    Refused as `show`, and `own_request` for who has said that it is the customer.
    """
    at = at or timezone.now()
    with transaction.atomic():
        found = _turned(places.locked(locker), by, method, station, at)
    if isinstance(found, str):
        raise access_times.refusal_for(found, locker, at, 403 if found.startswith("own_") else 409)
    return _after(found)


def _turned(locker: Locker, by: User, method: str, station: str, at: datetime) -> Turned | str:
    code = _against(locker, by, at)
    opening = None if code else openings.waiting_for_officer(locker, at)
    if code := code or (openings.against_meeting(opening, by, at) if opening else ""):
        _refused(locker, by, code, at)
        return code
    key = officer_keys.turned(locker, by, method, station, at)
    if opening is not None:
        openings.meet(opening, key, at)
    return Turned(key, opening)


def approve(opening: Opening, *, by: User, method: str, at: datetime | None = None) -> Opening:
    """The officer's key for exactly this opening. Refused `not_waiting`, and as `turn`."""
    at = at or timezone.now()
    waiting = openings.waiting_for_officer(opening.locker, at)
    if waiting is None or waiting.pk != opening.pk:
        raise refusal("not_waiting")
    with transaction.atomic():
        locker = places.locked(opening.locker)
        if openings.waiting_for_officer(locker, at) != waiting:  # another officer was faster
            raise refusal("not_waiting")
        found = _turned(locker, by, method, "", at)
    if isinstance(found, str):
        raise access_times.refusal_for(found, opening.locker, at, 403 if found.startswith("own_") else 409)
    done = _after(found).opening
    assert done is not None  # noqa: S101  it waited, under the locker's row
    return done


def _against(locker: Locker, by: User, at: datetime) -> str:
    """A code, or "". Refused `not_officer`, `other_bank` at once: nothing of that is about this locker."""
    require_officer_of(by, locker.bank)
    if not takes_two(locker):
        return "no_vault"
    facts = places.facts_of(locker)
    return "own_locker" if by.pk in facts.holders else may_move(facts)


def _refused(locker: Locker, by: User, code: str, at: datetime) -> None:
    access_log.append("officer_key.refused", at=at, locker=locker.pk, by=by.pk, reason=code)


def _after(found: Turned) -> Turned:
    """As it is after the commit: the lock may have answered meanwhile."""
    if found.opening is not None:
        found.opening.refresh_from_db()
    return found


# --- a one-time key at the keypad -----------------------------------------------------------------


def typed(code: str, locker: Locker, *, station: str, at: datetime | None = None) -> Turned | None:
    """An officer's one-time key at the keypad. None for everything else, also for one that is not good any more.

    `lockers.keys` then looks at what was typed, counts it and says the sentence of a wrong key. Refused
    `unknown_station`. Call it outside a transaction: what was refused is in the log.
    """
    at = at or timezone.now()
    places.require_station(locker, station)
    with transaction.atomic(durable=True):
        found = _typed(normal(code), places.locked(locker), station, at)
    return _after(found) if found else None


def _typed(code: str, locker: Locker, station: str, at: datetime) -> Turned | None:
    if keys.waits(keys.pad_of(locker, station), at):
        return None
    key = officer_keys.named(code)
    if key is None:
        return None
    opening = openings.waiting_for_officer(locker, at)
    against = against_typing(officer_keys.half_of(key), locker.pk, at) or _against_typist(locker, key.officer)
    if against := against or (openings.against_meeting(opening, key.officer, at) if opening else ""):
        _refused(locker, key.officer, against, at)
        return None
    officer_keys.turn(key, station, at)
    if opening is not None:
        openings.meet(opening, key, at)
    return Turned(key, opening)


def _against_typist(locker: Locker, officer: User) -> str:
    """What may have changed since the key was shown."""
    if not serves(officer, locker.bank):
        return "other_bank"
    if not takes_two(locker):
        return "no_vault"
    facts = places.facts_of(locker)
    return "own_locker" if officer.pk in facts.holders else may_move(facts)
