"""What a door says of itself, and what follows: an opening that has opened or closed, an alarm that rings."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.live.news import STAFF_GROUP, publish
from config.ops.jobs.steps import for_each
from lockers.bank import notices, places
from lockers.bank.log import access_log, webhook_events
from lockers.bank.officers import require_officer_of
from lockers.doors import actuators, events, news
from lockers.models import Alarm, Locker, Opening
from lockers.rules.doors import DoorState, Report
from lockers.rules.opening import OPENS_WITHIN, AlarmKind, is_forced, may_step, standing_alarms

State = Opening.State
STAFF = f"{STAFF_GROUP}.lockers"
ON_THE_WAY = (State.AUTHORISED, State.FAILED)  # states from which a door may still turn out to have opened

__all__ = ["OPENS_WITHIN", "acknowledge", "answered", "failed", "look", "not_opened", "reported", "unlocking"]


# --- reports ------------------------------------------------------------------------------------


@transaction.atomic
def reported(locker: Locker, state: DoorState, *, transaction_id: str = "", at: datetime | None = None) -> Locker:
    """A door reports its state; the same report twice changes nothing. `transaction_id`: of the command, where known.

    1. The row. 2. The opening that has so opened or ended. 3. The alarms that begin or end. 4. The log and the pages.
    """
    at = at or timezone.now()
    locker = places.locked(locker)
    before = DoorState(locker.door)
    locker.heard_at = at
    if state == before:
        locker.save(update_fields=["heard_at"])
        return locker
    if before == DoorState.UNLOCKING and state == DoorState.UNKNOWN and not transaction_id:
        return locker
    opening = _opening_of(locker, state, transaction_id, at)
    forced = opening is None and is_forced(before, state, _last_authorised(locker), at)
    _stand(locker, state, at)
    if opening is not None:
        _move(opening, state, at)
    _ring(locker, state, forced, at)
    access_log.append(
        "door.state",
        at=at,
        locker=locker.pk,
        before=str(before),
        after=str(state),
        opening=opening and opening.pk,
        transaction=transaction_id or None,
    )
    news.door(STAFF, locker)
    return locker


def _stand(locker: Locker, state: DoorState, at: datetime) -> None:
    locker.door, locker.door_since = str(state), at
    locker.save(update_fields=["door", "door_since", "heard_at"])


def _opening_of(locker: Locker, state: DoorState, transaction_id: str, at: datetime) -> Opening | None:
    """The opening that this report is about: named by the lock, or the only one that can be meant."""
    rows = Opening.objects.filter(locker=locker).order_by("-pk")
    if state == DoorState.OPEN or (state == DoorState.UNKNOWN and transaction_id):
        fresh = rows.filter(commanded_at__isnull=False, authorised_at__gte=at - OPENS_WITHIN, authorised_at__lte=at)
        waiting = fresh.filter(state__in=ON_THE_WAY)
        if transaction_id:
            return waiting.filter(transaction=transaction_id).first() or _still_open(rows)
        return waiting.first() or _still_open(rows)
    if state in (DoorState.LOCKED, DoorState.UNKNOWN):
        return _still_open(rows)
    if state == DoorState.JAMMED:
        return rows.filter(state=State.AUTHORISED, commanded_at__isnull=False).first()
    return None


def _still_open(rows: QuerySet[Opening]) -> Opening | None:
    return rows.filter(state=State.OPENED).first()


def _last_authorised(locker: Locker) -> datetime | None:
    rows = Opening.objects.filter(locker=locker, commanded_at__isnull=False, state__in=(State.AUTHORISED, State.OPENED))
    last = rows.order_by("-authorised_at").first()
    return last.authorised_at if last else None


def _move(opening: Opening, state: DoorState, at: datetime) -> None:
    if state in (DoorState.OPEN, DoorState.UNKNOWN):  # unknown: the lock has opened and has no sensor
        _step(opening, State.OPENED, at)
    elif state == DoorState.LOCKED:
        _step(opening, State.CLOSED, at)
    elif state == DoorState.JAMMED:
        failed(opening, "door_jammed", at)


def _step(opening: Opening, state: str, at: datetime) -> None:
    if not may_step(opening.state, state):
        return
    opening.state, opening.failure = state, ""
    moment = "opened_at" if state == State.OPENED else "closed_at"
    setattr(opening, moment, at)
    opening.save(update_fields=["state", "failure", moment])
    if state == State.OPENED:
        notices.opened(opening, at)
    webhook_events.opening(opening, at)
    access_log.append(
        f"opening.{state}", at=at, opening=opening.pk, transaction=opening.transaction, locker=opening.locker_id
    )
    news.opening(STAFF, opening)


def doubted(locker: Locker, at: datetime) -> None:
    """Someone opens a door whose sensor says open already: written down, and the officers look. No one is kept out."""
    if locker.door == DoorState.OPEN:
        _raise(locker, AlarmKind.SENSOR, at)


# --- an opening and its lock ----------------------------------------------------------------------


@transaction.atomic
def unlocking(opening: Opening, at: datetime | None = None) -> None:
    """The lock is being told now."""
    at = at or timezone.now()
    locker = places.locked(opening.locker)
    _stand(locker, DoorState.UNLOCKING, at)
    access_log.append("opening.commanded", at=at, opening=opening.pk, transaction=opening.transaction, locker=locker.pk)
    news.door(STAFF, locker)


@transaction.atomic
def not_opened(opening: Opening, reason: str, at: datetime | None = None) -> None:
    """The lock refused or did not answer. The door state is unknown until it reports."""
    at = at or timezone.now()
    locker = places.locked(opening.locker)
    if locker.door == DoorState.UNLOCKING:
        # A lock that never speaks by itself could not become available again.
        away = reason == "unavailable" and actuators.speaks(locker)
        after = DoorState.UNAVAILABLE if away else DoorState.UNKNOWN
        _stand(locker, DoorState.JAMMED if reason == "door_jammed" else after, at)
    failed(opening, reason, at)
    news.door(STAFF, locker)


@transaction.atomic
def failed(opening: Opening, reason: str, at: datetime, *, by: int | None = None, only: str = "") -> bool:
    """The opening ends without an open door. False when it has moved on already."""
    places.locked(opening.locker)
    row = Opening.objects.select_for_update().get(pk=opening.pk)
    if (only and row.state != only) or not may_step(row.state, State.FAILED):
        return False
    row.state, row.failure = State.FAILED, reason[:32]
    row.save(update_fields=["state", "failure"])
    if reason == "no_answer":
        Locker.objects.filter(pk=row.locker_id, door=DoorState.UNLOCKING).update(door=DoorState.UNKNOWN, door_since=at)
    webhook_events.opening(row, at)
    access_log.append(
        "opening.failed", at=at, opening=row.pk, transaction=row.transaction, locker=row.locker_id, reason=reason, by=by
    )
    news.opening(STAFF, row)
    return True


@transaction.atomic
def answered(opening: Opening, report: Report, at: datetime) -> None:
    """What the lock said to the command, unless its own messages were faster and the door has moved on since."""
    locker = places.locked(opening.locker)
    if Opening.objects.filter(pk=opening.pk, state=State.AUTHORISED).exists():
        reported(locker, report.state, transaction_id=report.transaction or opening.transaction, at=at)


# --- alarms -------------------------------------------------------------------------------------


def _ring(locker: Locker, state: DoorState, forced: bool, at: datetime) -> None:
    if forced:
        _raise(locker, AlarmKind.FORCED, at)
    if state == DoorState.LOCKED:
        _end(locker, at)


def _raise(locker: Locker, kind: AlarmKind, at: datetime) -> bool:
    opening = _still_open(Opening.objects.filter(locker=locker).order_by("-pk"))
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(locker=locker, kind=str(kind), opening=opening, raised_at=at)
    except IntegrityError:  # it rings already
        return False
    notices.alarm(alarm)
    webhook_events.alarm(alarm)
    access_log.append("alarm.raised", at=at, alarm=alarm.pk, locker=locker.pk, alarm_kind=str(kind))
    publish(STAFF, events.alarm_now(alarm))
    return True


def _end(locker: Locker, at: datetime) -> None:
    """The door is shut. That someone forced it, or held it open, stays on the board until it is taken note of."""
    standing = Alarm.objects.filter(locker=locker, ended_at=None)
    for alarm in standing:
        access_log.append("alarm.ended", at=at, alarm=alarm.pk, locker=locker.pk, alarm_kind=alarm.kind)
    standing.update(ended_at=at)


def look(now: datetime) -> int:
    """By the clock: which open doors have become an alarm. How many began to ring."""
    held = timedelta(seconds=settings.LOCKER_HELD_OPEN_AFTER)
    not_closed = timedelta(seconds=settings.LOCKER_NOT_CLOSED_AFTER)
    standing = Locker.objects.filter(door=DoorState.OPEN, door_since__lte=now - min(held, not_closed))
    return sum(for_each(lambda locker: _look_at(locker, now, held, not_closed), standing))


@transaction.atomic
def _look_at(locker: Locker, now: datetime, held: timedelta, not_closed: timedelta) -> int:
    """One alarm of each kind for each time a door is open, also after it was acknowledged."""
    locker = places.locked(locker)
    due = standing_alarms(DoorState(locker.door), locker.door_since, now, held_after=held, not_closed_after=not_closed)
    rung = Alarm.objects.filter(locker=locker, raised_at__gte=locker.door_since).values_list("kind", flat=True)
    return sum(_raise(locker, kind, now) for kind in sorted(due - {AlarmKind(kind) for kind in rung}))


@transaction.atomic
def acknowledge(alarm: Alarm, *, by: User, note: str = "", at: datetime | None = None) -> Alarm:
    """An officer has taken note of it. Refused `not_officer`, `other_bank`, `acknowledged_already`."""
    at = at or timezone.now()
    require_officer_of(by, places.locked(alarm.locker).bank)
    alarm = Alarm.objects.select_related("locker__bank").get(pk=alarm.pk)
    if alarm.open_slot is None:
        raise Refused("acknowledged_already", _("This alarm has already been acknowledged."), status=409)
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.note, alarm.open_slot = at, by, note.strip()[:300], None
    alarm.save(update_fields=["acknowledged_at", "acknowledged_by", "note", "open_slot"])
    access_log.append("alarm.acknowledged", at=at, alarm=alarm.pk, locker=alarm.locker_id, by=by.pk)
    publish(STAFF, events.alarm_now(alarm))
    return alarm
