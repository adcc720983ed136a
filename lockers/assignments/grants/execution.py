"""Carrying out a grant, line by line: assigning, ending, undoing. By the page, by the clock, or by a command.

Each line is a transaction of its own under its locker's row, and says afterwards what became of it: of two processes
that meet at a line the second finds it done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from config.errors import Refused
from config.live.news import publish
from config.ops.jobs.steps import for_each
from config.ops.outage import AWAY
from lockers.access import keys
from lockers.assignments import registration, waiting_list
from lockers.assignments.grants import mail
from lockers.assignments.grants.drafts import fits
from lockers.bank import places
from lockers.bank.log import access_log, webhook_events
from lockers.bank.officers import require_officer_of
from lockers.doors import events
from lockers.doors.doors import STAFF
from lockers.models import Assignment, Grant, GrantLine, Locker, Opening
from lockers.rules.doors import DoorState
from lockers.rules.messages import refusal

log = logging.getLogger("ostiary.lockers")

State, Line = Grant.State, GrantLine.State
AT_ONCE = 1.5  # s of work before others have their turn


# --- an officer's wish ----------------------------------------------------------------------------


@transaction.atomic
def start(grant: Grant, *, by: User | None, at: datetime | None = None) -> Grant:
    """What the draft planned is carried out from now on. Refused `not_officer`, `other_bank`, `not_a_draft`."""
    require_officer_of(by, grant.bank)
    at = at or timezone.now()
    _moved(grant, (State.DRAFT,), "not_a_draft", state=State.RUNNING, acting=by, started_at=at, by_command=by is None)
    lines = grant.lines.filter(state=Line.PLANNED).count()
    return _logged("grant.started", grant, by, at, lines=lines)


@transaction.atomic
def end(grant: Grant, last_day: date, *, by: User | None, at: datetime | None = None) -> Grant:
    """The last day of every locker that its line's person still has is this one; it is told and due as any other.

    Who would not even begin by then gets nothing. Yesterday: at once. Refused `not_officer`, `other_bank`,
    `grant_not_running`, `bad_dates` for a day before yesterday, or later than the grant's own.
    """
    require_officer_of(by, grant.bank)
    at = at or timezone.now()
    if not timezone.localdate(at) - timedelta(days=1) <= last_day <= grant.ends_on:
        raise refusal("bad_dates", 400)
    _moved(grant, (State.RUNNING, State.DONE), "grant_not_running", state=State.ENDING, acting=by, last_day=last_day)
    grant.lines.filter(state=Line.PLANNED).update(state=Line.CANCELLED, code="cancelled")
    return _logged("grant.ended", grant, by, at, ends_on=last_day.isoformat())


@transaction.atomic
def undo(grant: Grant, *, by: User | None, at: datetime | None = None) -> Grant:
    """Every locker that has not been opened since is free again; one that has is ended and must be emptied.

    Refused `not_officer`, `other_bank`, `grant_not_running`.
    """
    require_officer_of(by, grant.bank)
    at = at or timezone.now()
    _moved(grant, (State.RUNNING, State.DONE), "grant_not_running", state=State.UNDOING, acting=by)
    grant.lines.filter(state=Line.PLANNED).update(state=Line.CANCELLED, code="cancelled")
    return _logged("grant.undone", grant, by, at)


def _moved(grant: Grant, before: tuple[str, ...], code: str, **fields: object) -> None:
    """Of two who ask at the same moment, one may."""
    if not Grant.objects.filter(pk=grant.pk, state__in=before).update(**fields):
        raise refusal(code)


def _logged(kind: str, grant: Grant, by: User | None, at: datetime, **more: object) -> Grant:
    access_log.append(kind, at=at, grant=grant.pk, bank=grant.bank_id, by=by and by.pk, **more)
    grant.refresh_from_db()
    return grant


# --- the work -------------------------------------------------------------------------------------


def go_on(now: datetime) -> None:
    """By the clock: a slice of each grant that is not finished."""
    active = Grant.objects.filter(state__in=(State.RUNNING, State.ENDING, State.UNDOING)).order_by("pk")
    for_each(lambda grant: work(grant), active)


def work(grant: Grant, *, seconds: float = AT_ONCE, told: Callable[[int], object] = int) -> Grant:
    """Carry out lines for so long, or until none is left. `told` is called with 1 for each line."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        now = Grant.objects.select_related("acting").get(pk=grant.pk)  # an officer may have ended it meanwhile
        rows = list(_left(now)[:50])
        if not rows:
            _finish(now)
            break
        for row in rows:
            _one(now, row)
            told(1)
    grant.refresh_from_db()
    return grant


def _left(grant: Grant) -> QuerySet[GrantLine]:
    wanted = Line.PLANNED if grant.state == State.RUNNING else Line.ASSIGNED
    rows = grant.lines.filter(state=wanted) if grant.works else grant.lines.none()
    return rows.select_related("person", "locker", "assignment__locker").order_by("line")


def _finish(grant: Grant) -> None:
    done = State.DONE if grant.state == State.RUNNING else State.OVER
    if grant.works:
        Grant.objects.filter(pk=grant.pk, state=grant.state).update(state=done)


def _one(grant: Grant, row: GrantLine) -> None:
    """A line that breaks is refused, and logged: the others go on."""
    act = {State.RUNNING: _assign, State.ENDING: _end, State.UNDOING: _take_back}[State(grant.state)]
    try:
        act(grant, row)
    except Refused as refused:
        _said(row, refused.code)
    except AWAY:  # the database is away, or was too slow: the line is carried out later
        raise
    except Exception:
        log.exception("Line %d of grant %d broke", row.line, grant.pk)
        _said(row, "error")


def _said(row: GrantLine, code: str, detail: str = "") -> None:
    """Why nothing was done: refused where it was to be assigned, kept where it was to be ended."""
    for before, after in ((Line.PLANNED, Line.REFUSED), (Line.ASSIGNED, Line.KEPT)):
        changed = {"state": after, "code": code, "detail": detail}
        if GrantLine.objects.filter(pk=row.pk, state=before).update(**changed):
            return


def _by(grant: Grant) -> User | None:
    """Who does it: None for a command. Refused `not_officer`, `other_bank` when the officer is none any more."""
    if grant.acting is None and not grant.by_command:
        raise refusal("not_officer", 403)
    require_officer_of(grant.acting, grant.bank)
    return grant.acting


# --- assigning ------------------------------------------------------------------------------------


def _assign(grant: Grant, row: GrantLine) -> None:
    """The locker of the plan; for any free one, if that is taken by now, the next that fits."""
    if row.person is None:
        raise refusal("person_gone", 404)
    by = _by(grant)
    try:
        return _assigned(grant, row, row.locker, by)
    except Refused as refused:
        if not row.any_free or refused.code not in ("locker_taken", "out_of_service"):
            _said(row, refused.code, row.locker.number if row.locker else "")
            return None
    for locker in _others(grant, row):
        try:
            return _assigned(grant, row, locker, by)
        except Refused as refused:
            if refused.code not in ("locker_taken", "out_of_service"):
                raise
    raise refusal("no_free")


def _others(grant: Grant, row: GrantLine) -> list[Locker]:
    """Free ones that fit, none of which another line of this grant waits for."""
    planned = grant.lines.filter(state=Line.PLANNED).exclude(pk=row.pk).exclude(locker=None).values("locker")
    free = places.free_lockers().filter(bank=grant.bank_id, kind=grant.kind).exclude(pk__in=planned)
    bounds = grant.first_number, grant.last_number
    fitting = [locker for locker in free if fits(locker, grant.kind, bounds)]
    return sorted(fitting, key=lambda locker: places.natural(locker.number))[:100]


@transaction.atomic
def _assigned(grant: Grant, row: GrantLine, locker: Locker | None, by: User | None) -> None:
    """1. The locker's row, then the line's, then the person's. 2. One locker of this bank for each. 3. As any other."""
    if locker is None or row.person is None:
        raise refusal("no_free")
    places.locked(locker)
    if GrantLine.objects.select_for_update().get(pk=row.pk).state != Line.PLANNED:
        return  # someone else was faster
    person = User.objects.select_for_update().filter(pk=row.person.pk).first()
    if person is None:
        raise refusal("person_gone", 404)
    if Assignment.objects.filter(customer=person, locker__bank=grant.bank_id, open_slot=1).exists():
        raise refusal("has_locker_here")
    made = registration.assign(locker, person, by=by, starts_on=row.starts_on, ends_on=row.ends_on)
    GrantLine.objects.filter(pk=row.pk).update(state=Line.ASSIGNED, locker=locker, assignment=made, code="", detail="")
    mail.granted(made)


# --- ending ---------------------------------------------------------------------------------------


def _end(grant: Grant, row: GrantLine) -> None:
    mine, by = row.assignment, _by(grant)
    last_day = grant.last_day or timezone.localdate()
    if mine is None or mine.open_slot is None:
        _became(row, Line.ENDED)
    elif mine.starts_on > last_day:
        if not _back(row, mine, by):
            _said(row, "opened_since")
    else:
        with transaction.atomic():
            if mine.ends_on is None or mine.ends_on > last_day:
                registration.set_end(mine, last_day, by=by)
            _became(row, Line.ENDED)


def _take_back(grant: Grant, row: GrantLine) -> None:
    mine, by = row.assignment, _by(grant)
    if mine is None or mine.open_slot is None:
        _became(row, Line.ENDED)
    elif not _back(row, mine, by):
        last_day = max(mine.starts_on, timezone.localdate() - timedelta(days=1))
        with transaction.atomic():
            if mine.ends_on is None or mine.ends_on > last_day:
                registration.set_end(mine, last_day, by=by)
            _said(row, "opened_since")


def _became(row: GrantLine, state: str) -> None:
    GrantLine.objects.filter(pk=row.pk, state=Line.ASSIGNED).update(state=state)


@transaction.atomic
def _back(row: GrantLine, mine: Assignment, by: User | None) -> bool:
    """Free again, without a checklist: no one has opened it since it was given. False when someone has."""
    now = timezone.now()
    locker = places.locked(mine.locker)
    mine = Assignment.objects.select_related("customer").get(pk=mine.pk)
    if mine.customer is not None and mine.customer == by:
        raise refusal("not_yourself", 403)
    used = Opening.objects.filter(locker=locker, requested_at__gte=mine.assigned_at)
    if used.exists() or locker.door not in (DoorState.LOCKED, DoorState.UNKNOWN):
        return False
    if mine.open_slot is not None:
        _released(mine, locker, by, now)
    _became(row, Line.TAKEN_BACK)
    return True


def _released(mine: Assignment, locker: Locker, by: User | None, now: datetime) -> None:
    keys.void(locker, now)
    mine.released_at, mine.released_by, mine.open_slot = now, by, None
    mine.save(update_fields=["released_at", "released_by", "open_slot"])
    mine.joint_holders.filter(open_slot=1).update(until=now, open_slot=None)
    waiting_list.tell(locker.bank, locker.kind, now)
    webhook_events.released(mine, now)
    access_log.append(
        "locker.taken_back", at=now, locker=locker.pk, assignment=mine.pk, person=mine.customer_id, by=by and by.pk
    )
    publish(STAFF, events.door_now(locker))
