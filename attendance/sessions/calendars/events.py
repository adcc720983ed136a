"""Which sessions stand in a person's calendar: those that they teach, and those that they are expected in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from attendance.models import ClassSession, Course, Enrollment
from attendance.rules.times import DAY, moment
from attendance.rules.visibility import keeps_rolls
from attendance.sessions.timetable import HORIZON, site_zone

PAST = timedelta(days=90)
State = ClassSession.State


@dataclass(frozen=True, slots=True)
class Event:
    """One session as a calendar shows it. `number` never changes, whatever else does."""

    number: int
    title: str
    place: str
    starts: datetime
    ends: datetime
    cancelled: bool
    note: str


def events_of(person: User, now: datetime | None = None) -> list[Event]:
    """From three months ago as far as sessions are planned, in order. A class, not the opening hours of a door."""
    now = now or timezone.now()
    sessions = _sessions(person, now - PAST, now + HORIZON + DAY)
    return [_event(session) for session in sessions]


def _sessions(person: User, since: datetime, until: datetime) -> QuerySet[ClassSession]:
    mine = Q(pk=None)
    if keeps_rolls(person):
        mine |= Q(course__in=person.courses_taught.all())
    for enrolment in person.enrollments.all():
        mine |= _covered(enrolment)
    rows = ClassSession.objects.filter(mine, starts_at__gte=since, starts_at__lt=until)
    rows = rows.filter(course__kind=Course.Kind.CLASS).select_related("course").prefetch_related("stations")
    return rows.order_by("starts_at", "pk")


def _covered(enrolment: Enrollment) -> Q:
    """The sessions of an enrolment's course, from its first to its last day where the site is."""
    covered = Q(course=enrolment.course_id, group__in=("", enrolment.group))
    if enrolment.since:
        covered &= Q(starts_at__gte=moment(enrolment.since, time(), site_zone()))
    if enrolment.until:
        covered &= Q(starts_at__lt=moment(enrolment.until + DAY, time(), site_zone()))
    return covered


def _event(session: ClassSession) -> Event:
    places = {station.place or station.name for station in session.stations.all()}
    return Event(
        number=session.pk,
        title=f"{session.course.title} ({session.course.code})",
        place=", ".join(sorted(places)),
        starts=session.starts_at,
        ends=session.ends_at,
        cancelled=session.state == State.CANCELLED,
        note=session.note if session.state == State.CANCELLED else "",
    )
