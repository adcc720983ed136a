"""From a good key, or an officer's override, to a door that moves and is shut again.

The lock is told once, after the commit, and only within seconds of the authorisation. Nothing here ever tries again:
what was lost on the way needs a new key.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from config.live.news import publish
from config.ops.jobs.steps import for_each
from lockers.bank import access_times, notices, places
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of, serves
from lockers.doors import actuators, doors, events, officer_keys
from lockers.models import Approval, Locker, OfficerKey, Opening, SecurityKey
from lockers.rules.doors import Command, NotOpened
from lockers.rules.dual_control import against_pair, in_time
from lockers.rules.messages import refusal
from lockers.rules.opening import (
    COMMAND_WITHIN,
    is_authorised,
    key_needs_officer,
    may_approve,
    may_command,
    may_move,
    may_open,
)

log = logging.getLogger("ostiary.lockers")

State = Opening.State
Route = Opening.Route


def _transaction() -> str:
    return secrets.token_hex(16)


# --- by key -------------------------------------------------------------------------------------


def by_key(key: SecurityKey, *, nonce: str, at: datetime) -> Opening:
    """In the transaction that uses up the key; the log entry `key.used` records it.

    Authorised, and told to the lock after the commit; or, at a vault that takes two keys, waiting for the officer's.
    """
    locker = key.locker
    takes_two = key_needs_officer(locker.kind, officer_for_vaults=locker.bank.officer_for_vaults)
    half = _officers_half(key, at) if takes_two else None
    waits = takes_two and half is None
    opening = Opening.objects.create(
        transaction=_transaction(),
        locker=locker,
        route=Route.KEY,
        person=key.person,
        key=key,
        nonce=nonce,
        station=key.station,
        state=State.REQUESTED if waits else State.AUTHORISED,
        requested_at=at,
        authorised_at=None if waits else at,
    )
    if waits:
        _log("opening.requested", opening, at, person=key.person_id)
        publish(doors.STAFF, events.opening_now(opening))
    else:
        if half is not None:
            officer_keys.use(half, opening, at)
            _approved(opening, half.officer, at)
        doors.doubted(locker, at)
        _command_after_commit(opening, at)
    return opening


# --- by two keys ----------------------------------------------------------------------------------


def _officers_half(key: SecurityKey, at: datetime) -> OfficerKey | None:
    """The officer's turned key, if it may open together with this one."""
    half = officer_keys.waiting(key.locker, at)
    if half is None or _against_two(half.officer, key.person_id, key, key.locker):
        return None
    return half


def _against_two(officer: User, customer: int, key: SecurityKey | None, locker: Locker) -> str:
    """Also `other_bank`, for who is no longer an officer there."""
    if not serves(officer, locker.bank):
        return "other_bank"
    vouched = key.attempt.confirmed_by_id if key and key.attempt else None
    holders = places.facts_of(locker).holders
    return against_pair(officer.pk, customer=customer, holders=holders, vouched=vouched)


def waiting_for_officer(locker: Locker, at: datetime) -> Opening | None:
    """The opening of this vault whose customer's key was typed, and which waits for the officer's."""
    rows = Opening.objects.filter(locker=locker, route=Route.KEY, state=State.REQUESTED).order_by("-pk")
    opening = rows.select_related("key__attempt", "person", "locker__bank").first()
    return opening if opening is not None and not _too_late(opening, at) else None


def against_meeting(opening: Opening, officer: User, at: datetime) -> str:
    """A code against this officer's key for it, or "". The customer may have lost the locker since typing theirs."""
    person = opening.person
    day = timezone.localdate(at)
    if person is None or not (person.is_active and person.is_valid_on(day)):
        return "not_yours"
    facts = places.facts_of(opening.locker)
    against = _against_two(officer, person.pk, opening.key, opening.locker) or may_open(person.pk, facts, day)
    return against or access_times.against(opening.locker, at)


def meet(opening: Opening, half: OfficerKey, at: datetime) -> None:
    """The officer's key joins the customer's, under the locker's row: the door is told to open after the commit."""
    officer_keys.use(half, opening, at)
    _approved(opening, half.officer, at)
    _authorise(opening, at)


# --- by an officer ------------------------------------------------------------------------------


def override(locker: Locker, *, by: User, reason: str, at: datetime | None = None) -> Opening:
    """An officer opens, with a reason. A vault waits for another officer. The holders are told.

    Refused `not_officer`, `other_bank`, `no_reason`, `own_locker`, and what is wrong with the door.
    """
    at = at or timezone.now()
    require_officer_of(by, locker.bank)
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
    told = access_log.without_names(reason, [by, *User.objects.filter(pk__in=facts.holders)])
    outside = bool(access_times.against(locker, at)) or None
    _log("opening.requested", opening, at, by=by.pk, reason=told, outside_hours=outside)
    publish(doors.STAFF, events.opening_now(opening))
    if is_authorised(locker.kind, asked_by=by.pk, approved_by=()):
        _authorise(opening, at)
    return opening


@transaction.atomic
def approve(opening: Opening, *, by: User, at: datetime | None = None) -> Opening:
    """An officer says yes to the override of another one. A customer's key takes a key:
    `lockers.access.vaults.approve`.

    Refused `not_officer`, `other_bank`, `not_waiting`, `own_request`, `approved_already`, `own_locker`, `door_…`, and
    `officer_key_needed` for a customer's key.
    """
    at = at or timezone.now()
    require_officer_of(by, opening.locker.bank)
    if opening.route == Route.KEY:
        raise refusal("officer_key_needed")
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
    """Any officer of the bank stops what waits for approval. Refused `not_officer`, `other_bank`, `not_waiting`."""
    require_officer_of(by, opening.locker.bank)
    if not give_up(opening, "withdrawn", at or timezone.now(), by=by.pk, only=State.REQUESTED):
        raise refusal("not_waiting")
    opening.refresh_from_db()
    return opening


def _too_late(opening: Opening, at: datetime) -> bool:
    return not in_time(opening.requested_at, at, settings.LOCKER_APPROVE_WITHIN)


def _authorise(opening: Opening, at: datetime) -> None:
    opening.state, opening.authorised_at = State.AUTHORISED, at
    opening.save(update_fields=["state", "authorised_at"])
    if opening.route == Route.OVERRIDE:
        notices.overridden(opening)
    doors.doubted(opening.locker, at)
    _log("opening.authorised", opening, at)
    _command_after_commit(opening, at)


# --- telling the lock ---------------------------------------------------------------------------


def _command_after_commit(opening: Opening, at: datetime) -> None:
    began = timezone.now()
    transaction.on_commit(lambda: command(opening.pk, lambda: at + (timezone.now() - began)))


def command(pk: int, now: Callable[[], datetime] = timezone.now) -> None:
    """Tell the lock, once. Anyone who comes second, or late, tells it nothing.

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
    """By the clock: what no one approved, and openings after which no door moved."""
    late = Opening.objects.filter(
        state=State.REQUESTED, requested_at__lt=now - timedelta(seconds=settings.LOCKER_APPROVE_WITHIN)
    )
    silent = Opening.objects.filter(state=State.AUTHORISED, authorised_at__lt=now - doors.OPENS_WITHIN)
    count = 0
    for rows, reason in ((late, "not_approved"), (silent, "no_answer")):
        count += sum(for_each(partial(_expired, reason, now), rows[:100]))
    return count


def _expired(reason: str, now: datetime, opening: Opening) -> bool:
    return give_up(opening, reason, now)


def _log(kind: str, opening: Opening, at: datetime, **more: Any) -> None:
    access_log.append(
        kind, at=at, opening=opening.pk, transaction=opening.transaction, locker=opening.locker_id, **more
    )
