"""From a good key, or an officer's override, to a door that moves and is shut again.

The lock is told once, after the commit, and only within seconds of the authorisation. Nothing here ever tries again:
what was lost on the way needs a new key.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from config.live import publish
from lockers import access_log, actuators, doors, events, notices, places
from lockers.hardware.types import Command, NotOpened
from lockers.models import Approval, Locker, Opening, SecurityKey
from lockers.rules import COMMAND_WITHIN, is_authorised, may_approve, may_command, may_move
from lockers.visibility import require_officer
from lockers.words import refusal

log = logging.getLogger("ostiary.lockers")

State = Opening.State
Route = Opening.Route


def _transaction() -> str:
    return secrets.token_hex(16)


# --- by key -------------------------------------------------------------------------------------


def authorised_by_key(key: SecurityKey, *, nonce: str, at: datetime) -> Opening:
    """In the transaction that uses up the key; the log entry `key.used` stands for it."""
    opening = Opening.objects.create(
        transaction=_transaction(),
        locker=key.locker,
        route=Route.KEY,
        person=key.person,
        key=key,
        nonce=nonce,
        station=key.station,
        state=State.AUTHORISED,
        requested_at=at,
        authorised_at=at,
    )
    _command_after_commit(opening, at)
    return opening


# --- by an officer ------------------------------------------------------------------------------


def override(locker: Locker, *, by: User, reason: str, at: datetime | None = None) -> Opening:
    """An officer opens, with a reason. A vault waits for another officer. The holders are told.

    Refused `not_officer`, `no_reason`, `own_locker`, and what is wrong with the door.
    """
    at = at or timezone.now()
    require_officer(by)
    if not reason.strip():
        raise refusal("no_reason", 400)
    found = _override(locker, by, reason.strip()[:300], at)
    if isinstance(found, str):
        raise refusal(found, 403 if found == "own_locker" else 409)
    found.refresh_from_db()  # the lock may have answered meanwhile
    return found


@transaction.atomic
def _override(locker: Locker, by: User, reason: str, at: datetime) -> Opening | str:
    """The opening, or a code against it: the refusal is in the log too, so it is committed."""
    locker = places.locked(locker)
    facts = places.facts_of(locker)
    if code := ("own_locker" if by.pk in facts.holders else "") or may_move(facts):
        access_log.append("opening.refused", at=at, locker=locker.pk, by=by.pk, reason=code)
        return code
    opening = Opening.objects.create(
        transaction=_transaction(),
        locker=locker,
        route=Route.OVERRIDE,
        person=by,
        reason=reason,
        requested_at=at,
    )
    _log("opening.requested", opening, at, by=by.pk, reason=reason)
    publish(doors.STAFF, events.opening_now(opening))
    if is_authorised(locker.kind, asked_by=by.pk, approved_by=()):
        _authorise(opening, at)
    return opening


@transaction.atomic
def approve(opening: Opening, *, by: User, at: datetime | None = None) -> Opening:
    """The second officer says yes to the override of the first.

    Refused `not_officer`, `not_waiting`, `own_request`, `approved_already`, `own_locker`, `door_…`.
    """
    at = at or timezone.now()
    require_officer(by)
    locker = places.locked(opening.locker)
    opening = Opening.objects.select_for_update().get(pk=opening.pk)
    if opening.state != State.REQUESTED or opening.person_id is None or _too_late(opening, at):
        raise refusal("not_waiting")
    facts, approved_by = places.facts_of(locker), _approved_by(opening)
    code = may_approve(by.pk, asked_by=opening.person_id, approved_by=approved_by, holders=facts.holders)
    if code := code or may_move(facts):
        raise refusal(code, 403 if code.startswith("own_") else 409)
    _approved(opening, by, at)
    if is_authorised(locker.kind, asked_by=opening.person_id, approved_by=[*approved_by, by.pk]):
        _authorise(opening, at)
    return opening


def _approved_by(opening: Opening) -> list[int]:
    rows = Approval.objects.filter(opening=opening, officer__isnull=False)
    return [pk for pk in rows.values_list("officer_id", flat=True) if pk is not None]


def _approved(opening: Opening, by: User, at: datetime) -> None:
    try:
        with transaction.atomic():
            Approval.objects.create(opening=opening, officer=by, at=at)
    except IntegrityError as error:
        raise refusal("approved_already") from error
    _log("opening.approved", opening, at, by=by.pk)
    publish(doors.STAFF, events.opening_now(opening))


@transaction.atomic
def withdraw(opening: Opening, *, by: User, at: datetime | None = None) -> Opening:
    """Any officer stops an override that waits for approval. Refused `not_officer`, `not_waiting`."""
    require_officer(by)
    if not give_up(opening, "withdrawn", at or timezone.now(), by=by.pk, only=State.REQUESTED):
        raise refusal("not_waiting")
    opening.refresh_from_db()
    return opening


def _too_late(opening: Opening, at: datetime) -> bool:
    return at - opening.requested_at > timedelta(seconds=settings.LOCKER_APPROVE_WITHIN)


def _authorise(opening: Opening, at: datetime) -> None:
    opening.state, opening.authorised_at = State.AUTHORISED, at
    opening.save(update_fields=["state", "authorised_at"])
    notices.overridden(opening)
    _log("opening.authorised", opening, at)
    _command_after_commit(opening, at)


# --- telling the lock ---------------------------------------------------------------------------


def _command_after_commit(opening: Opening, at: datetime) -> None:
    began = timezone.now()
    transaction.on_commit(lambda: command(opening.pk, lambda: at + (timezone.now() - began)))


def command(pk: int, now: Callable[[], datetime] = timezone.now) -> None:
    """Tell the lock, once. Whoever comes second, or late, tells it nothing.

    Called after the commit of the authorisation, never by the clock or at a start. Every error leaves the door shut
    and the opening failed, and raises nothing: what was committed stands.
    """
    try:
        if opening := _claimed(pk, now()):
            _tell(opening, now)
    except Exception:
        log.exception("Opening %d could not be told to its lock", pk)
        _gave_up(pk, now())


def _claimed(pk: int, now: datetime) -> Opening | None:
    """Of several who would send the command, one may."""
    mine = Opening.objects.filter(pk=pk, state=State.AUTHORISED, commanded_at=None)
    opening = Opening.objects.select_related("locker__bank").get(pk=pk)
    if opening.authorised_at is None or not may_command(opening.authorised_at, now):
        return None
    return opening if mine.update(commanded_at=now) else None


def _tell(opening: Opening, now: Callable[[], datetime]) -> None:
    lock, at = actuators.of(opening.locker), now()
    doors.unlocking(opening, at)
    try:
        answer = lock.open(Command(opening.transaction, opening.locker.lock_address, at, at + COMMAND_WITHIN))
    except NotOpened as no:
        log.warning("%s did not open: %s", opening.locker, no)
        doors.not_opened(opening, no.reason, now())
    else:
        doors.answered(opening, answer, now())


def _gave_up(pk: int, at: datetime) -> None:
    try:
        doors.not_opened(Opening.objects.select_related("locker").get(pk=pk), "error", at)
    except Exception:
        log.exception("Opening %d could not be given up", pk)


def give_up(opening: Opening, reason: str, at: datetime, *, by: int | None = None, only: str = "") -> bool:
    """It failed, with the reason. False when it is not in a state that can fail."""
    return doors.failed(opening, reason, at, by=by, only=only)


def expire(now: datetime) -> int:
    """By the clock: overrides that nobody approved, and openings after which no door moved."""
    late = Opening.objects.filter(
        state=State.REQUESTED, requested_at__lt=now - timedelta(seconds=settings.LOCKER_APPROVE_WITHIN)
    )
    silent = Opening.objects.filter(state=State.AUTHORISED, authorised_at__lt=now - doors.OPENS_WITHIN)
    count = 0
    for rows, reason in ((late, "not_approved"), (silent, "no_answer")):
        for opening in rows[:100]:
            count += give_up(opening, reason, now)
    return count


def _log(kind: str, opening: Opening, at: datetime, **more: Any) -> None:
    access_log.append(
        kind, at=at, opening=opening.pk, transaction=opening.transaction, locker=opening.locker_id, **more
    )
