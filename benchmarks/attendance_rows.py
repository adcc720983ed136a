"""Fills the database of a temporary site with rolls, and opens a session for an administrator.

python -m benchmarks.attendance_rows 2000 500      sessions, people in each; prints the session's cookie
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402  needs the apps
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.models import Department, User  # noqa: E402
from attendance.models import AttendanceRecord, ClassSession, Course, CoverageSpan, Enrollment  # noqa: E402

FIRST = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)  # a Monday
COURSES, BATCH = 40, 5_000
COLUMNS = (
    "session",
    "person",
    "status",
    "first_seen",
    "last_seen",
    "sightings",
    "sure",
    "confidence",
    "source",
    "note",
    "corrected",
)
STATUSES = ("present",) * 14 + ("late", "late", "left_early", "absent", "absent", "excused", "unverified")


def main(sessions: int, people: int) -> None:
    departments = Department.objects.bulk_create(Department(code=f"d-{n}", name=f"Department {n}") for n in range(8))
    crowd = User.objects.bulk_create(
        User(
            id_number=f"s-{number:05}",
            first_name=f"First{number}",
            last_name=f"Last{number * 7919 % 10_007:05}",
            department=departments[number % len(departments)],
        )
        for number in range(people * 10)
    )
    courses = Course.objects.bulk_create(Course(code=f"c-{n:02}", title=f"Course number {n}") for n in range(COURSES))
    rolls = [[crowd[(course * 37 + number) % len(crowd)] for number in range(people)] for course in range(COURSES)]
    Enrollment.objects.bulk_create(
        (
            Enrollment(course=course, person=person, group="ABCD"[number % 4])
            for course, roll in zip(courses, rolls, strict=True)
            for number, person in enumerate(roll)
        ),
        batch_size=BATCH,
    )
    held = ClassSession.objects.bulk_create((_session(courses, number) for number in range(sessions)), batch_size=500)
    CoverageSpan.objects.bulk_create(
        (CoverageSpan(session=one, station="room", began_at=one.starts_at, ended_at=one.ends_at) for one in held),
        batch_size=500,
    )
    _fill((line for number, one in enumerate(held) for line in _roll(one, rolls[number % COURSES], number)))
    print(_signed_in())


def _fill(lines: Iterable[tuple[object, ...]]) -> None:
    """A million rows by the driver itself: objects for them would take ten times as long."""
    names = [AttendanceRecord._meta.get_field(name).column for name in COLUMNS]
    words = f"INSERT INTO {AttendanceRecord._meta.db_table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    with transaction.atomic():
        connection.connection.executemany(words, lines)


def _session(courses: list[Course], number: int) -> ClassSession:
    """Forty courses, one hour after the other on working days."""
    day, hour = divmod(number, 10)
    start = FIRST + timedelta(days=day // 5 * 7 + day % 5, hours=hour)
    return ClassSession(
        course=courses[number % COURSES],
        starts_at=start,
        ends_at=start + timedelta(minutes=50),
        closed_at=start + timedelta(minutes=50),
        state=ClassSession.State.CLOSED,
    )


def _roll(session: ClassSession, people: list[User], number: int) -> Iterator[tuple[object, ...]]:
    """In the order of COLUMNS."""
    start, end = session.starts_at.replace(tzinfo=None), session.ends_at.replace(tzinfo=None)
    for place, person in enumerate(people):
        status = STATUSES[(place * 31 + number * 17) % len(STATUSES)]
        if status not in ("present", "late", "left_early"):
            yield session.pk, person.pk, status, None, None, 0, False, None, "", "", False
            continue
        came = start + timedelta(seconds=(place * 13 + number * 7) % 500 + (700 if status == "late" else -100))
        went = end - timedelta(minutes=20 if status == "left_early" else 1)
        yield session.pk, person.pk, status, str(came), str(went), 20, False, 0.93, "camera", "", False


def _signed_in() -> str:
    administrator = User.objects.create_superuser("bench", "correct horse battery", first_name="Bench")
    session = SessionStore()
    session[SESSION_KEY] = str(administrator.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.RoleBackend"
    session[HASH_SESSION_KEY] = administrator.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
