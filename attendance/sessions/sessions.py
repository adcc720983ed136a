"""Opening and closing: by the clock or by hand, once each, whichever comes first."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from attendance.models import AttendanceRecord, ClassSession, Course, RollEntry
from attendance.notices import notices
from attendance.roll import csv_file, excuses, roll, roster, state
from attendance.sessions import timetable
from attendance.sessions.station_app import seeable, tell_stations
from config.errors import Refused

log = logging.getLogger(__name__)
LONGEST_NOTE = 2000
State, Kind, Source = ClassSession.State, RollEntry.Kind, RollEntry.Source


@transaction.atomic
def open_session(session: ClassSession, *, by: User | None = None, at: datetime | None = None) -> ClassSession:
    """Begin to keep the roll. Of two that try at once, one opens it. Refused `not_planned` otherwise."""
    at = at or timezone.now()
    opened = ClassSession.objects.filter(pk=session.pk, state=State.PLANNED)
    if not opened.update(state=State.OPEN, opened_at=at, opened_by=by):
        raise Refused("not_planned", _("This session has already been opened, or was cancelled."), status=409)
    session = roll.locked(session.pk)
    expected = [AttendanceRecord(session=session, person_id=person) for person in sorted(roster.people_of(session))]
    excuses.excuse(expected, excuses.excused_in(session))
    AttendanceRecord.objects.bulk_create(expected, ignore_conflicts=True, batch_size=500)
    roll.add_line(session, Kind.OPENED, at, Source.TEACHER if by else Source.SYSTEM, by=by)
    state.tell_session(session)
    tell_stations(session)
    return session


@transaction.atomic
def close_session(session: ClassSession, *, by: User | None = None, at: datetime | None = None) -> ClassSession:
    """End the roll, set every status, make the CSV file whole, and let the notices go. Refused `not_open`."""
    at = at or timezone.now()
    if not ClassSession.objects.filter(pk=session.pk, state=State.OPEN).update(
        state=State.CLOSED, closed_at=at, closed_by=by
    ):
        raise Refused("not_open", _("This session is not open."), status=409)
    session = roll.locked(session.pk)
    resettle(session)
    roll.add_line(session, Kind.CLOSED, at, Source.TEACHER if by else Source.SYSTEM, by=by)
    transaction.on_commit(lambda: csv_file.finish(session.pk))
    state.tell_people(session, session.records.values_list("person_id", flat=True))
    tell_stations(session)
    notices.session_closed(session)
    return session


def resettle(session: ClassSession) -> None:
    """Derive the records of a session again: after its rules, its roll or its coverage have changed.

    Refused `forgotten` once its sightings were deleted: what was derived from them would turn into absences.
    """
    if session.forgotten_at is not None:
        words = ngettext(
            "The sightings of this session were deleted after %(days)d day, so it cannot be recalculated. "
            "Its records are kept.",
            "The sightings of this session were deleted after %(days)d days, so it cannot be recalculated. "
            "Its records are kept.",
            settings.ATTENDANCE_DAYS,
        )
        raise Refused("forgotten", words % {"days": settings.ATTENDANCE_DAYS}, status=409)
    people = frozenset(session.records.values_list("person_id", flat=True))
    roll.settle(session, seeable(people, since=session.starts_at))


@transaction.atomic
def recompute(session: ClassSession) -> ClassSession:
    """The same, from outside: the records follow the roll, and open boards follow the records."""
    session = roll.locked(session.pk)
    resettle(session)
    state.tell_people(session, session.records.values_list("person_id", flat=True))
    notices.session_closed(session)
    return session


@transaction.atomic
def start_now(course: Course, *, by: User | None, minutes: int = 60, at: datetime | None = None) -> ClassSession:
    """Begin now: the session that is planned, or a new one. Refused `overlap`, `already_open`, `too_long`."""
    at = at or timezone.now()
    if not 1 <= minutes <= 24 * 60:
        raise Refused("too_long", _("A session lasts from one minute to 24 hours."))
    Course.objects.select_for_update().get(pk=course.pk)
    if course.sessions.filter(state=State.OPEN).exists():
        raise Refused("already_open", _("A session of this course is already open."), status=409)
    soon = at + timedelta(minutes=30)
    planned = (
        course.sessions.filter(state=State.PLANNED, starts_at__lte=soon, ends_at__gt=at).order_by("starts_at").first()
    )
    if planned is None:
        start = at.replace(microsecond=0)
        planned = timetable.add_session(course, start, start + timedelta(minutes=minutes))
    return open_session(planned, by=by, at=at)


@transaction.atomic
def cancel(session: ClassSession, *, by: User | None, reason: str = "") -> ClassSession:
    """The meeting does not take place. Refused `not_planned` once it was opened."""
    cancelled = ClassSession.objects.filter(pk=session.pk, state=State.PLANNED)
    if not cancelled.update(state=State.CANCELLED, note=reason[:500]):
        raise Refused("not_planned", _("This session has begun, so it cannot be cancelled."), status=409)
    session.refresh_from_db()
    state.tell_session(session)
    tell_stations(session)
    return session


def set_note(session: ClassSession, text: str) -> None:
    """What the teacher wants to remember of this meeting. Refused `too_long`."""
    if len(text) > LONGEST_NOTE:
        words = ngettext(
            "The note is longer than %(most)d character. Shorten it.",
            "The note is longer than %(most)d characters. Shorten it.",
            LONGEST_NOTE,
        )
        raise Refused("too_long", words % {"most": LONGEST_NOTE})
    session.note = text.strip()
    session.save(update_fields=["note"])


# --- by the clock -------------------------------------------------------------------------------


def open_due(now: datetime) -> int:
    """Open what begins soon; each course says how long before."""
    opened = 0
    near = ClassSession.objects.filter(state=State.PLANNED, starts_at__lte=now + timedelta(hours=2), ends_at__gt=now)
    for session in near.select_related("course"):
        if session.starts_at - timedelta(minutes=session.course.open_before) <= now:
            opened += _tried(open_session, session, at=now)
    return opened


def close_due(now: datetime) -> int:
    """Close what is over. What the system slept through is opened and closed: there, people are unverified."""
    closed = 0
    for session in ClassSession.objects.filter(state=State.PLANNED, ends_at__lte=now):
        _tried(open_session, session, at=session.ends_at)
    for session in ClassSession.objects.filter(state=State.OPEN, ends_at__lte=now):
        closed += _tried(close_session, session, at=max(session.ends_at, session.opened_at or session.ends_at))
    return closed


def _tried(act: object, session: ClassSession, *, at: datetime) -> bool:
    """Another process may have been faster: that is not a failure. One that breaks is logged and stops no other."""
    try:
        act(session, at=at)  # type: ignore[operator]
    except Refused:
        return False
    except Exception:
        log.exception("The session %s could not be opened or closed.", session)
        return False
    return True
