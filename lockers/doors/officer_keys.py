"""The officer's key of a vault: shown once and typed at the keypad, or turned at once by PIN or password.

It opens nothing alone: `lockers.access.vaults` brings it together with the customer's, in either order. Call
everything here
under the locker's row (`places.locked`).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from config.ops.env import derived_key
from lockers.bank.log import access_log
from lockers.models import Locker, OfficerKey, Opening
from lockers.rules.dual_control import Half, stands_turned
from lockers.rules.messages import refusal
from lockers.rules.opening import new_code

AGAIN = 5  # codes that are drawn until one is new


@dataclass(frozen=True, slots=True)
class IssuedOfficerKey:
    """`code` is nowhere else: show it, and forget it."""

    key: OfficerKey
    code: str


def digest_of(code: str) -> str:
    """Under a key of its own, so that no customer's key is ever an officer's."""
    return hmac.new(derived_key(settings.SECRET_KEY, "lockers.officer_keys"), code.encode(), hashlib.sha256).hexdigest()


def half_of(key: OfficerKey) -> Half:
    spent = key.used_at is not None or key.live_slot is None
    return Half(key.officer_id, key.locker_id, key.issued_at, key.turned_at, key.until, spent)


def _until(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.LOCKER_OFFICER_KEY_TTL)


def shown(locker: Locker, officer: User, at: datetime) -> IssuedOfficerKey:
    """A one-time key. It ends the one before."""
    void(locker, at)
    for _turn in range(AGAIN):
        code = new_code()
        try:
            with transaction.atomic():
                key = OfficerKey.objects.create(
                    digest=digest_of(code),
                    officer=officer,
                    locker=locker,
                    method=OfficerKey.Method.KEY,
                    issued_at=at,
                    until=_until(at),
                )
        except IntegrityError:
            continue
        _log("officer_key.issued", key, at)
        return IssuedOfficerKey(key, code)
    raise refusal("no_success")


def named(code: str) -> OfficerKey | None:
    """The officer's key that was typed, as it stands."""
    key = OfficerKey.objects.select_for_update().filter(digest=digest_of(code)).first()
    return OfficerKey.objects.select_related("officer", "locker__bank").get(pk=key.pk) if key else None


def turn(key: OfficerKey, station: str, at: datetime) -> OfficerKey:
    """Its letters were typed: from now on it waits for the customer's key."""
    key.turned_at, key.until, key.station = at, _until(at), station
    key.save(update_fields=["turned_at", "until", "station"])
    _log("officer_key.turned", key, at)
    return key


def turned(locker: Locker, officer: User, method: str, station: str, at: datetime) -> OfficerKey:
    """The officer has shown by PIN or password that it is them. It ends the key before."""
    void(locker, at)
    key = OfficerKey.objects.create(
        officer=officer,
        locker=locker,
        method=method,
        station=station,
        issued_at=at,
        turned_at=at,
        until=_until(at),
    )
    _log("officer_key.turned", key, at)
    return key


def waiting(locker: Locker, at: datetime) -> OfficerKey | None:
    """The officer's turned key that is waiting for the customer's."""
    key = OfficerKey.objects.filter(locker=locker, live_slot=1).select_related("officer").first()
    return key if key is not None and stands_turned(half_of(key), at) else None


def use(key: OfficerKey, opening: Opening, at: datetime) -> None:
    """It has met the customer's key, and is over."""
    key.used_at, key.live_slot, key.opening = at, None, opening
    key.save(update_fields=["used_at", "live_slot", "opening"])
    _log("officer_key.used", key, at, opening=opening.pk)


def void(locker: Locker, at: datetime) -> int:
    """How many there were: 0 or 1."""
    return OfficerKey.objects.filter(locker=locker, live_slot=1).update(voided_at=at, live_slot=None)


def expire(now: datetime) -> int:
    """By the clock; the rule itself looks at the time."""
    over = OfficerKey.objects.filter(live_slot=1, until__lte=now)
    return over.update(live_slot=None, voided_at=now) if over.exists() else 0


def _log(kind: str, key: OfficerKey, at: datetime, **more: Any) -> None:
    access_log.append(
        kind,
        at=at,
        officer_key=key.pk,
        by=key.officer_id,
        locker=key.locker_id,
        station=key.station or None,
        method=str(key.method),
        **more,
    )
