"""Sessions that are over, written straight into the database, for stories about reports."""

from __future__ import annotations

from datetime import timedelta

from attendance.models import AttendanceRecord, ClassSession
from tests.support.attendance import NINE, minutes

SEEN = {"present", "late", "left_early"}


def held(course, statuses, start=NINE, length=60, *, came=1.0, went=55.0, **fields) -> ClassSession:
    """A closed session in which each person has the status given; `came` and `went` are minutes after the start."""
    session = ClassSession.objects.create(
        course=course,
        starts_at=start,
        ends_at=start + minutes(length),
        closed_at=start + minutes(length),
        state=ClassSession.State.CLOSED,
        **fields,
    )
    AttendanceRecord.objects.bulk_create(
        record(session, person, status, came=15.0 if status == "late" else came, went=went)
        for person, status in statuses.items()
    )
    return session


def record(session, person, status, *, came=1.0, went=55.0) -> AttendanceRecord:
    seen = status in SEEN
    return AttendanceRecord(
        session=session,
        person=person,
        status=status,
        first_seen=session.starts_at + minutes(came) if seen else None,
        last_seen=session.starts_at + minutes(went) if seen else None,
        sightings=3 if seen else 0,
        source="camera" if seen else "",
    )


def days(number: float) -> timedelta:
    return timedelta(days=number)
