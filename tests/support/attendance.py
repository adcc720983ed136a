"""The classroom: a course, a room camera, people, and what they do, for stories about attendance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from accounts.roles import Purpose
from attendance.models import ClassSession, Course, Enrollment
from attendance.roll import coverage, roll
from attendance.sessions import sessions
from recognition.models import Station
from tests.support.live import enrol

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def room(slug="room-1", view=Station.View.ROOM) -> Station:
    return Station.objects.get_or_create(
        slug=slug,
        defaults={"name": slug, "purpose": Purpose.ATTENDANCE, "view": view, "roster_rule": "class_now"},
    )[0]


def course(*people, code="cs101", teacher=None, station=None, **rules) -> Course:
    made = Course.objects.create(code=code, title="Algorithms", **rules)
    made.stations.add(station or room())
    if teacher:
        made.teachers.add(teacher)
    for person in people:
        Enrollment.objects.create(course=made, person=person)
    return made


def enrolled(person, name=None):
    """Somebody whom the camera can know."""
    enrol(person, name or person.first_name.lower(), Purpose.ATTENDANCE)
    return person


def session(of: Course, start=NINE, length=60, *, opened=True) -> ClassSession:
    made = ClassSession.objects.create(course=of, starts_at=start, ends_at=start + minutes(length))
    made.stations.set(of.stations.all())
    return sessions.open_session(made, at=start) if opened else made


def watched(of: ClassSession, since=0.0, until=60.0, station="room-1"):
    """The camera was seeing between these minutes."""
    coverage.CoverageSpan.objects.create(
        session=of, station=station, began_at=of.starts_at + minutes(since), ended_at=of.starts_at + minutes(until)
    )


def seen(of: ClassSession, person, *at: float, source="camera", **more):
    for minute in at:
        roll.record_arrival(of.pk, person, at=of.starts_at + minutes(minute), source=source, station="room-1", **more)


def closed(of: ClassSession, after=60.0) -> ClassSession:
    return sessions.close_session(of, at=of.starts_at + minutes(after))


def status(of: ClassSession, person) -> str:
    return of.records.get(person=person).status
