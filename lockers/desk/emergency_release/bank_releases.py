"""Emergency release: every door of a bank, when two of its officers say so within minutes, each with a reason.

1. One officer begins it, another confirms it. Both have just typed their own password
(`lockers.access.reauthentication`).
2. A thread of the process that heard the second one tells the doors, a few at a time, each once and in a transaction of
   its own. A door that does not answer holds up no other.
3. Nothing takes it up again: not a restart, not the clock, not a request that comes twice. What has stopped stays so.

Locks are taken in the order locker, release, log.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Thread

from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from config.live.news import publish
from config.ops.jobs.steps import for_each
from lockers.bank import notices, places
from lockers.bank.log import access_log, webhook_events
from lockers.bank.officers import require_officer_of, serves
from lockers.doors import doors, events, openings
from lockers.models import Approval, Bank, BankRelease, Locker, Opening, ReleaseDoor
from lockers.rules.doors import DoorState
from lockers.rules.dual_control import in_time
from lockers.rules.messages import refusal

log = logging.getLogger("ostiary.lockers")

State = BankRelease.State
Outcome = ReleaseDoor.Outcome
AT_ONCE = 4  # doors that are told at the same time: a lock may take seconds to say nothing
STALLED = timedelta(seconds=60)  # without a door that was told, and it is over: the process stopped, or was frozen


# --- two officers ---------------------------------------------------------------------------------


def begin(bank: Bank, *, by: User, reason: str, at: datetime | None = None) -> BankRelease:
    """The first officer. Nothing opens yet.

    Refused `not_officer`, `other_bank`, `no_reason`, `own_locker`, `no_doors`, `release_waits`.
    """
    at, reason = at or timezone.now(), _reason(reason)
    _require_officer(by, bank)
    expire(at)
    with transaction.atomic():
        if not Locker.objects.filter(bank=bank).exists():
            raise refusal("no_doors")
        row = _begun(bank, by, reason, at)
        told = access_log.without_names(reason, [by])
        webhook_events.emergency_release(row, at)
        access_log.append("release.begun", at=at, release=row.pk, bank=bank.pk, by=by.pk, reason=told)
        notices.release(row, by)
        publish(doors.STAFF, events.release_now(row))
    return row


def _begun(bank: Bank, by: User, reason: str, at: datetime) -> BankRelease:
    try:
        with transaction.atomic():
            return BankRelease.objects.create(bank=bank, begun_by=by, begun_at=at, reason=reason)
    except IntegrityError as error:
        raise refusal("release_waits") from error


def confirm(release: BankRelease, *, by: User, reason: str, at: datetime | None = None) -> BankRelease:
    """The second officer: from the commit on, the doors open.

    Refused as `begin`, `not_waiting` (also when it is too late, or someone else was faster), `own_request`.
    """
    at, reason = at or timezone.now(), _reason(reason)
    _require_officer(by, release.bank)
    with transaction.atomic():
        row = BankRelease.objects.select_for_update().get(pk=release.pk)
        if row.state != State.WAITING or not in_time(row.begun_at, at, settings.LOCKER_RELEASE_WITHIN):
            raise refusal("not_waiting")
        if row.begun_by_id == by.pk:
            raise refusal("own_request", 403)
        first = row.begun_by
        if first is None or not serves(first, row.bank) or holds_here(first, row.bank):
            raise refusal("not_waiting")  # the first officer's word counts no more
        row.state, row.confirmed_by, row.confirmed_at, row.moved_at = State.RUNNING, by, at, at
        row.second_reason = reason
        row.save(update_fields=["state", "confirmed_by", "confirmed_at", "moved_at", "second_reason"])
        lockers = sorted(Locker.objects.filter(bank=row.bank), key=lambda one: places.natural(one.number))
        ReleaseDoor.objects.bulk_create(ReleaseDoor(release=row, locker=locker) for locker in lockers)
        told = access_log.without_names(reason, [by, first])
        webhook_events.emergency_release(row, at)
        access_log.append(
            "release.confirmed", at=at, release=row.pk, bank=row.bank_id, by=by.pk, reason=told, doors=len(lockers)
        )
        notices.release(row, by)
        publish(doors.STAFF, events.release_now(row))
        transaction.on_commit(partial(start, row.pk))
    return row


def _reason(reason: str) -> str:
    if not reason.strip():
        raise refusal("no_reason", 400)
    return reason.strip()[:300]


def _require_officer(by: User, bank: Bank) -> None:
    """An officer of this bank who has no locker in it: no one opens their own as an officer."""
    require_officer_of(by, bank)
    if holds_here(by, bank):
        raise refusal("own_locker", 403)


def holds_here(person: User, bank: Bank) -> bool:
    return Locker.objects.filter(places.held_by(person.pk), bank=bank).exists()


def end(release: BankRelease, *, by: User, at: datetime | None = None) -> BankRelease:
    """Any officer of the bank stops it: no further door is told. Refused `not_officer`, `other_bank`, `not_waiting`."""
    require_officer_of(by, release.bank)
    row = _stopped(release.pk, State.ENDED, at or timezone.now(), (State.WAITING, State.RUNNING), by=by)
    if row is None:
        raise refusal("not_waiting")
    return row


@transaction.atomic
def _stopped(pk: int, state: str, at: datetime, only: Iterable[str], *, by: User | None = None) -> BankRelease | None:
    """It is over, in this state. None when it was over before."""
    row = BankRelease.objects.select_for_update().get(pk=pk)
    if row.state not in only:
        return None
    row.state, row.ended_at, row.ended_by, row.open_slot = state, at, by, None
    row.save(update_fields=["state", "ended_at", "ended_by", "open_slot"])
    webhook_events.emergency_release(row, at)
    access_log.append(
        f"release.{state}",
        at=at,
        release=row.pk,
        bank=row.bank_id,
        by=by and by.pk,
        not_told=row.doors.filter(outcome=Outcome.PENDING).count() or None,
    )
    publish(doors.STAFF, events.release_now(row))
    return row


def expire(now: datetime) -> int:
    """By the clock: what no one confirmed, and what stopped on the way. It starts nothing."""
    begun = now - timedelta(seconds=settings.LOCKER_RELEASE_WITHIN)
    late = BankRelease.objects.filter(state=State.WAITING, begun_at__lt=begun)
    stalled = BankRelease.objects.filter(state=State.RUNNING, moved_at__lt=now - STALLED)
    lapsed = sum(for_each(partial(_over, State.WAITING, State.LAPSED, now), late[:20]))
    return lapsed + sum(for_each(partial(_over, State.RUNNING, State.INTERRUPTED, now), stalled[:20]))


def _over(before: str, after: str, now: datetime, row: BankRelease) -> bool:
    return _stopped(row.pk, after, now, (before,)) is not None


# --- telling the doors ----------------------------------------------------------------------------


def start(pk: int) -> None:
    """After the commit of the second officer's yes, and from nowhere else."""
    Thread(target=run, args=(pk,), name=f"release-{pk}", daemon=True).start()


def run(pk: int) -> None:
    """Every door that was not told yet. It ends by itself when the release does."""
    try:
        pending = list(_pending(pk).values_list("pk", flat=True))
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"release-{pk}") as several:
            list(several.map(partial(_tell, pk), pending))
        if not _pending(pk).exists():
            _stopped(pk, State.FINISHED, timezone.now(), (State.RUNNING,))
    except Exception:
        log.exception("Release %d broke", pk)
    finally:
        connections.close_all()


def _pending(pk: int) -> QuerySet[ReleaseDoor]:
    return ReleaseDoor.objects.filter(release=pk, outcome=Outcome.PENDING)


def _tell(pk: int, door: int) -> None:
    """One door, in a thread of its own. Whatever goes wrong with it, the others are told."""
    try:
        opening = _authorised(pk, door, timezone.now())
        if opening is not None:
            openings.command(opening.pk)
    except Exception:
        log.exception("A door of release %d could not be told", pk)
        ReleaseDoor.objects.filter(pk=door, outcome=Outcome.PENDING).update(outcome=Outcome.ERROR)
    finally:
        connections.close_all()


@transaction.atomic
def _authorised(pk: int, door: int, now: datetime) -> Opening | None:
    """The opening of this door, as long as the release runs and has not stood still. None: nothing is told."""
    row = ReleaseDoor.objects.select_related("locker__bank").get(pk=door)
    locker = places.locked(row.locker)
    release = BankRelease.objects.select_for_update().get(pk=pk)
    if release.state != State.RUNNING or release.moved_at is None or now - release.moved_at > STALLED:
        return None
    if not _pending(pk).filter(pk=door).exists():
        return None
    opening = None if locker.door == DoorState.OPEN else _opening(release, locker, now)
    row.outcome, row.opening = (Outcome.TOLD if opening else Outcome.OPEN_ALREADY), opening
    row.save(update_fields=["outcome", "opening"])
    release.moved_at = max(release.moved_at, now)
    release.save(update_fields=["moved_at"])
    publish(doors.STAFF, events.release_now(release))
    return opening


def _opening(release: BankRelease, locker: Locker, now: datetime) -> Opening:
    """Authorised by both, whatever is known of its door: a lock that is thought to be away may answer."""
    opening = Opening.objects.create(
        transaction=secrets.token_hex(16),
        locker=locker,
        route=Opening.Route.RELEASE,
        person=release.begun_by,
        reason=release.reason,
        state=Opening.State.AUTHORISED,
        requested_at=now,
        authorised_at=now,
    )
    Approval.objects.create(opening=opening, officer=release.confirmed_by, at=now)
    notices.overridden(opening)
    access_log.append(
        "opening.authorised",
        at=now,
        opening=opening.pk,
        transaction=opening.transaction,
        locker=locker.pk,
        release=release.pk,
    )
    return opening
