"""The key: issued after an attempt that succeeded, shown once, redeemed once.

Only a keyed hash is stored. What was typed wrongly is counted for each keypad, in the database, before anyone is told.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from config.ops.env import derived_key
from config.web import throttle
from lockers.access import key_mail
from lockers.bank import access_times, places
from lockers.bank.log import access_log
from lockers.bank.terms import terms
from lockers.doors import news, openings
from lockers.models import AccessAttempt, Keypad, Locker, Opening, SecurityKey
from lockers.rules.messages import refusal
from lockers.rules.opening import (
    KEYPAD,
    KeyFacts,
    KeyVerdict,
    TypedKey,
    delay_after,
    judge_key,
    may_open,
    new_code,
    normal,
)

FRESH = timedelta(seconds=60)  # from the end of an attempt to its key
READING = timedelta(minutes=5)  # the same for someone who reads the terms in between
TRIES, WINDOW = 60, 60  # keys typed at one station, whatever the locker, and the seconds in which they count
AGAIN = 5  # codes that are drawn until one is new: 23⁸ make even the second unlikely


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """`code` is nowhere else: show it, and forget it."""

    key: SecurityKey
    code: str


def digest_of(code: str) -> str:
    """What is stored of a key: HMAC-SHA-256 under a key made of SECRET_KEY."""
    return hmac.new(derived_key(settings.SECRET_KEY, "lockers.keys"), code.encode(), hashlib.sha256).hexdigest()


# --- issuing ------------------------------------------------------------------------------------


@transaction.atomic
def issue(attempt: AccessAttempt, *, at: datetime | None = None, fresh: timedelta = FRESH) -> IssuedKey:
    """The key of an attempt that has just succeeded, once. It voids the locker's key before, and frees its keypad.

    `fresh`: how long ago the attempt may have succeeded; longer for who had to read the terms in between.
    Refused `no_success`, `terms_due`, `terms_refused`, and what keeps this person from opening it now.
    """
    at = at or timezone.now()
    if attempt.locker is None:
        raise refusal("no_success")
    locker = places.locked(attempt.locker)
    row = AccessAttempt.objects.select_for_update().get(pk=attempt.pk)
    if row.state != AccessAttempt.State.SUCCEEDED or not row.ended_at or not timedelta() <= at - row.ended_at <= fresh:
        raise refusal("no_success")
    if row.person is None or SecurityKey.objects.filter(attempt=row).exists():
        raise refusal("no_success")
    if against := may_open(row.person.pk, places.facts_of(locker), timezone.localdate(at)):
        raise refusal(against)  # the day, or an officer, has come between
    terms.require(row.person, locker, timezone.localdate(at))
    void(locker, at)
    Keypad.objects.filter(locker=locker, station=row.station).update(wrong=0, until=None)
    issued = _made(row, row.person, locker, at)
    access_log.append(
        "key.issued",
        at=at,
        key=issued.key.pk,
        attempt=row.pk,
        person=row.person.pk,
        locker=locker.pk,
        station=row.station,
    )
    news.to_holders(locker.pk)
    if settings.LOCKER_KEY_EMAIL:
        key_mail.send(issued.key, issued.code)
    return issued


def _made(attempt: AccessAttempt, person: User, locker: Locker, at: datetime) -> IssuedKey:
    for _turn in range(AGAIN):
        code = new_code()
        try:
            with transaction.atomic():
                key = SecurityKey.objects.create(
                    digest=digest_of(code),
                    person=person,
                    locker=locker,
                    station=attempt.station,
                    attempt=attempt,
                    issued_at=at,
                    expires_at=at + timedelta(seconds=settings.LOCKER_KEY_TTL),
                )
        except IntegrityError:
            continue
        return IssuedKey(key, code)
    raise refusal("no_success")


def void(locker: Locker, at: datetime, *, person: User | None = None) -> int:
    """The live key of this locker (of this person) opens nothing any more. How many there were: 0 or 1."""
    live = SecurityKey.objects.filter(locker=locker, live_slot=1)
    if person is not None:
        live = live.filter(person=person)
    return live.update(voided_at=at, live_slot=None)


# --- redeeming ----------------------------------------------------------------------------------


def redeem(
    typed: str,
    locker: Locker,
    *,
    station: str,
    person: User | None = None,
    nonce: str = "",
    at: datetime | None = None,
) -> Opening:
    """Exchange a key for one opening, which is authorised and then told to the lock, after the commit.

    1. Everything happens in one transaction of its own, under the locker's row: two who type the same key at the same
       moment go one after the other, and the second finds it used.
    2. A wrong key is counted and committed before the refusal is raised, so that no one gets free guesses.
    3. The same `nonce` with the same key again is a request that did not hear its answer: it gets the same opening.

    Refused `unknown_station`, `bad_key` (whatever is wrong with it), `keypad_waits`, `closed_now`, and what is wrong
    with the locker for the owner of a good key. Call it outside a transaction: a rollback would forget the guess, so
    that is an error.
    """
    at = at or timezone.now()
    places.require_station(locker, station)
    if throttle.count(f"lockers.keypad:{station}", window=WINDOW) > TRIES:
        raise refusal("keypad_waits", 429, seconds=WINDOW)
    entry = TypedKey(locker.pk, station, at, person.pk if person else None)
    with transaction.atomic(durable=True):
        found = _redeemed(normal(typed), places.locked(locker), entry, nonce)
    if isinstance(found, _No):
        details = {"seconds": found.seconds} if found.seconds else {}
        raise access_times.refusal_for(found.code, locker, at, found.status, **details)
    found.refresh_from_db()  # the lock has answered meanwhile
    return found


@dataclass(frozen=True, slots=True)
class _No:
    """A refusal that must be committed before it is raised."""

    code: str
    status: int = 403
    seconds: int = 0


def _redeemed(code: str, locker: Locker, entry: TypedKey, nonce: str) -> Opening | _No:
    pad = pad_of(locker, entry.station)
    if seconds := waits(pad, entry.at):
        return _No("keypad_waits", 429, seconds)
    key = _named(code)
    if key is not None and nonce and (known := _answered(key, entry, nonce)):
        return known
    verdict = judge_key(_facts(key) if key else None, entry)
    if verdict != KeyVerdict.GOOD or key is None:
        return _wrong(pad, key, verdict, entry)
    against = may_open(key.person_id, places.facts_of(locker), timezone.localdate(entry.at))
    if against := against or access_times.against(locker, entry.at):
        access_log.append(
            "key.refused", at=entry.at, key=key.pk, locker=locker.pk, station=entry.station, reason=against
        )
        return _No(against, 409)
    return _used(pad, key, entry, nonce)


def pad_of(locker: Locker, station: str) -> Keypad:
    """Its count. No one else makes one for this locker now: the locker's row is held."""
    return Keypad.objects.get_or_create(locker=locker, station=station)[0]


def waits(pad: Keypad, at: datetime) -> int:
    """Seconds until this keypad takes a key again; 0: now."""
    return math.ceil(max(timedelta(), pad.until - at).total_seconds()) if pad.until else 0


def _named(code: str) -> SecurityKey | None:
    """The key that was typed. The index is asked for a keyed hash, of which no guess tells anything."""
    digest = digest_of(code)
    key = SecurityKey.objects.select_for_update().filter(digest=digest).first()
    return key if key is not None and hmac.compare_digest(key.digest, digest) else None


def _facts(key: SecurityKey) -> KeyFacts:
    return KeyFacts(
        person=key.person_id,
        locker=key.locker_id,
        station=key.station,
        issued_at=key.issued_at,
        expires_at=key.expires_at,
        used=key.used_at is not None,
        voided=key.live_slot is None and key.used_at is None,
    )


def _answered(key: SecurityKey, entry: TypedKey, nonce: str) -> Opening | None:
    rows = Opening.objects.filter(key=key, nonce=nonce, locker=entry.locker, station=entry.station)
    return rows.filter(person=entry.person).first() if entry.person else rows.first()


def _wrong(pad: Keypad, key: SecurityKey | None, verdict: KeyVerdict, entry: TypedKey) -> _No:
    pad.wrong += 1
    delay = delay_after(pad.wrong, KEYPAD)
    pad.until = entry.at + delay if delay else None
    pad.save(update_fields=["wrong", "until"])
    access_log.append(
        "key.refused",
        at=entry.at,
        key=key and key.pk,
        locker=entry.locker,
        station=entry.station,
        reason=str(verdict),
        wrong=pad.wrong,
    )
    return _No("bad_key")


def _used(pad: Keypad, key: SecurityKey, entry: TypedKey, nonce: str) -> Opening:
    key.used_at, key.live_slot = entry.at, None
    key.save(update_fields=["used_at", "live_slot"])
    if pad.wrong:
        pad.wrong, pad.until = 0, None
        pad.save(update_fields=["wrong", "until"])
    news.to_holders(key.locker_id)
    opening = openings.by_key(key, nonce=nonce, at=entry.at)
    access_log.append(
        "key.used",
        at=entry.at,
        key=key.pk,
        person=key.person_id,
        locker=key.locker_id,
        station=key.station,
        opening=opening.pk,
    )
    return opening


def expire(now: datetime) -> int:
    """Keys whose time is over are no longer live (by the clock; the rule itself looks at the time)."""
    over = SecurityKey.objects.filter(live_slot=1, expires_at__lte=now)
    return over.update(live_slot=None, voided_at=now) if over.exists() else 0
