"""Someone wants into a locker: begin, note each step, fail or succeed. Failures count, and are told.

Who it is and whether the face fits is found out elsewhere; here a person, a locker and a lane come in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.consent.consent import standing_purposes
from accounts.models import User
from accounts.roles import Purpose
from config.live.news import publish
from lockers.access.passkeys import failures
from lockers.bank import access_times, notices, places
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of_person
from lockers.doors import events
from lockers.doors.doors import STAFF
from lockers.models import AccessAttempt, Locker, Lockout
from lockers.rules.messages import refusal
from lockers.rules.opening import after_failure, may_open

State = AccessAttempt.State
Lane = AccessAttempt.Lane

LIVES = timedelta(minutes=5)  # of an attempt that no one ends
ASKED = "asked"  # the step of an attempt at which the first step of the challenge was shown
OPEN_STATES = (State.STARTED, State.CONFIRMING)


def start(
    person: User, locker: Locker, *, station: str, lane: str, at: datetime | None = None, passive_pad: bool = False
) -> AccessAttempt:
    """They have said who they are and want in. What is refused is remembered too.

    Refused `unknown_station`, `not_yours`, `not_now`, `closed_now`, `out_of_service`, `door_…`, `no_consent`,
    `delayed`, `disabled`.
    Call it outside a transaction: a rollback would forget the refusal, so that is an error.
    """
    at = at or timezone.now()
    places.require_station(locker, station)
    with transaction.atomic(durable=True):
        locker = places.locked(locker)
        code, seconds = _against(person, locker, lane, at)
        attempt = _begun(person, locker, station, lane, code, at, passive_pad)
        if not code:  # now, so that failures at the same moment need not all make it: MySQL calls that a deadlock
            Lockout.objects.get_or_create(person=person)
            failures.prepare(person)
    if code:
        status = 429 if code == "delayed" else 403
        raise access_times.refusal_for(code, locker, at, status, **({"seconds": seconds} if seconds else {}))
    return attempt


def _against(person: User, locker: Locker, lane: str, at: datetime) -> tuple[str, int]:
    """A code against it and the seconds to wait, or "" and 0."""
    if not (person.is_active and person.is_valid_on(timezone.localdate(at))):
        return "not_yours", 0
    if code := may_open(person.pk, places.facts_of(locker), timezone.localdate(at)):
        return code, 0
    if code := access_times.against(locker, at):
        return code, 0
    if lane == Lane.CARD:  # its own limits are those of the PIN, and an officer stands by
        return "", 0
    if lane == Lane.PASSKEY:
        return failures.against(person, at)
    if Purpose.LOCKERS not in standing_purposes(person):
        return "no_consent", 0
    return locked_out(person, at)


def locked_out(person: User, at: datetime) -> tuple[str, int]:
    """`disabled`, or `delayed` with the seconds that are left, or "" and 0. Of the lane by face alone."""
    row = Lockout.objects.filter(person=person).first()
    if row is None:
        return "", 0
    if row.disabled_at:
        return "disabled", 0
    seconds = math.ceil(row.tally.waits(at).total_seconds())
    return ("delayed", seconds) if seconds else ("", 0)


def _begun(
    person: User, locker: Locker, station: str, lane: str, code: str, at: datetime, passive_pad: bool
) -> AccessAttempt:
    attempt = AccessAttempt.objects.create(
        person=person,
        locker=locker,
        station=station,
        lane=lane,
        state=State.REFUSED if code else State.STARTED,
        reason=code,
        started_at=at,
        ended_at=at if code else None,
        steps=[_step("refused" if code else "started", at, code)],
        passive_pad=passive_pad,
    )
    _log("attempt.refused" if code else "attempt.started", attempt, at)
    return attempt


@transaction.atomic
def note(attempt: AccessAttempt, step: str, *, reason: str = "", at: datetime | None = None) -> AccessAttempt:
    """One step more: `challenge`, `captured`, `compared`. Refused `attempt_over`."""
    at = at or timezone.now()
    row = _running(attempt, at)
    row.steps = [*row.steps, _step(step, at, reason)]
    row.save(update_fields=["steps"])
    return row


@transaction.atomic
def fail(
    attempt: AccessAttempt,
    reason: str,
    *,
    at: datetime | None = None,
    liveness: Mapping[str, Any] | None = None,
    distances: Mapping[str, Any] | None = None,
    counts: bool = True,
) -> AccessAttempt:
    """It was not them, or not a living face. A failure that `counts` brings the lock-out nearer.

    Refused `attempt_over`. It raises nothing else: commit it, then tell the person.
    """
    at = at or timezone.now()
    row = _running(attempt, at)
    _end(row, State.FAILED, at, reason, liveness, distances)
    if counts:
        _count(row, at)
    _log("attempt.failed", row, at)
    return row


@transaction.atomic
def succeed(
    attempt: AccessAttempt,
    *,
    at: datetime | None = None,
    liveness: Mapping[str, Any] | None = None,
    distances: Mapping[str, Any] | None = None,
) -> AccessAttempt:
    """It is them, and they are there. Their failures are forgotten; a disabled lane stays disabled. Refused
    `attempt_over`, also when the lane was shut meanwhile."""
    at = at or timezone.now()
    row = _running(attempt, at)
    if row.person and _shut_meanwhile(row.person, row.lane, at):
        raise refusal("attempt_over")
    _end(row, State.SUCCEEDED, at, "", liveness, distances)
    if row.person and row.lane == Lane.PASSKEY:
        failures.passed(row.person)  # and what was tried before the camera does not become better by it
        _log("attempt.succeeded", row, at)
        return row
    Lockout.objects.filter(person=row.person, disabled_at=None).update(failures=0, until=None, passive_pad=True)
    _log("attempt.succeeded", row, at)
    return row


def _shut_meanwhile(person: User, lane: str, at: datetime) -> bool:
    if lane == Lane.PASSKEY:
        return bool(failures.against(person, at)[0])
    return lane == Lane.FACE and bool(locked_out(person, at)[0])


def _running(attempt: AccessAttempt, at: datetime) -> AccessAttempt:
    row = AccessAttempt.objects.select_for_update().get(pk=attempt.pk)
    if row.state not in OPEN_STATES or not timedelta() <= at - row.started_at <= LIVES:
        raise refusal("attempt_over")
    return row


def _end(
    row: AccessAttempt,
    state: str,
    at: datetime,
    reason: str,
    liveness: Mapping[str, Any] | None,
    distances: Mapping[str, Any] | None,
) -> None:
    row.state, row.reason, row.ended_at = state, reason[:32], at
    row.liveness, row.distances = dict(liveness or row.liveness), dict(distances or row.distances)
    row.steps = [*row.steps, _step(state, at, reason)]
    row.save(update_fields=["state", "reason", "ended_at", "liveness", "distances", "steps"])
    publish(STAFF, events.attempt_now(row))


def _step(step: str, at: datetime, reason: str = "") -> dict[str, str]:
    return {"step": str(step), "at": at.isoformat(), **({"reason": reason} if reason else {})}


def _log(kind: str, row: AccessAttempt, at: datetime) -> None:
    access_log.append(
        kind,
        at=at,
        attempt=row.pk,
        person=row.person_id,
        locker=row.locker_id,
        station=row.station,
        lane=row.lane,
        reason=row.reason or None,
        liveness=row.liveness or None,
        distances=row.distances or None,
        confirmed_by=row.confirmed_by_id,
    )


# --- lock-outs ----------------------------------------------------------------------------------


def _count(row: AccessAttempt, at: datetime) -> None:
    """One failure more in a row. Owner and officers are told when a delay begins, and when nothing more goes."""
    if row.person is None:
        return
    if row.lane == Lane.PASSKEY:
        _count_passkey(row, row.person, at)
        return
    lockout = Lockout.objects.select_for_update().get(person=row.person)
    before = lockout.tally
    after = after_failure(before, at, passive_pad=row.passive_pad)
    lockout.failures, lockout.passive_pad, lockout.until = after.failures, after.passive_pad, after.until
    lockout.disabled_at = lockout.disabled_at or (at if after.disabled else None)
    lockout.save()
    if after.disabled and not before.disabled:
        _tell("lockout.disabled", row, lockout, at)
    elif after.until and not before.until:
        _tell("lockout.delayed", row, lockout, at)


def _count_passkey(row: AccessAttempt, person: User, at: datetime) -> None:
    count, before, after = failures.failed(person, at)
    if (after.disabled and not before.disabled) or (after.until and not before.until):
        kind = "lockout.passkey_disabled" if after.disabled else "lockout.passkey_delayed"
        notices.passkeys_fail(count, row.locker, at)
        access_log.append(kind, at=at, person=person.pk, failures=count.failures, attempt=row.pk)


def _tell(kind: str, row: AccessAttempt, lockout: Lockout, at: datetime) -> None:
    notices.locked_out(lockout, row.locker, at)
    access_log.append(kind, at=at, person=lockout.person_id, failures=lockout.failures, attempt=row.pk)


@transaction.atomic
def lift(person: User, *, by: User | None, reason: str, at: datetime | None = None) -> None:
    """An officer has seen the person: they may try again. Refused `no_reason`, `not_yourself`, `not_officer`,
    `other_bank`."""
    require_officer_of_person(by, person)
    if by == person:
        raise refusal("not_yourself", 403)
    if not reason.strip():
        raise refusal("no_reason", 400)
    lifted = Lockout.objects.filter(person=person)
    passkeys = failures.lift(person)
    if lifted.update(failures=0, until=None, disabled_at=None, passive_pad=True) or passkeys:
        told = access_log.without_names(reason.strip()[:300], [person])
        access_log.append("lockout.lifted", at=at, person=person.pk, by=by and by.pk, reason=told)


def broken_off(attempt: AccessAttempt, *, at: datetime | None = None) -> AccessAttempt:
    """Cancelled, or walked away from. It is harmless before the challenge showed its first step.

    Afterwards it is a failure that counts: otherwise someone with recordings could break off until the order fits.
    """
    at = at or timezone.now()
    with transaction.atomic():
        row = AccessAttempt.objects.select_for_update().get(pk=attempt.pk)
        if row.state not in OPEN_STATES:
            return row
        asked = any(step["step"] == ASKED for step in row.steps)
        _end(row, State.FAILED if asked else State.ABANDONED, at, "broken_off", None, None)
        if asked:
            _count(row, at)
        _log("attempt.failed" if asked else "attempt.abandoned", row, at)
    return row


def give_up(now: datetime) -> list[AccessAttempt]:
    """Attempts that no one ended (by the clock)."""
    old = AccessAttempt.objects.filter(state__in=OPEN_STATES, started_at__lt=now - LIVES)[:100]
    return [row for row in (broken_off(row, at=now) for row in old) if row.reason == "broken_off"]
