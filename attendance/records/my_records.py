"""A person's own records, with why each says what it says. The same for the person and for who keeps the rolls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import User
from attendance.models import Appeal, AttendanceRecord, ClassSession, Course, RollEntry
from attendance.roll.time_on_premises import around, of_people
from attendance.rules.hours import Week, by_week
from attendance.rules.labels import NOTES
from attendance.rules.times import DAY, moment
from attendance.sessions.timetable import site_zone

WEEKS_SHOWN = timedelta(weeks=13)  # of hours on the premises, when no period is asked for


@dataclass(frozen=True, slots=True)
class MyRecord:
    """One record as its person reads it."""

    record: AttendanceRecord
    corrections: Sequence[RollEntry]
    appeals: Sequence[Appeal]  # newest first

    @property
    def note(self) -> str:
        return "" if self.record.corrected else str(NOTES.get(self.record.note, ""))

    @property
    def may_deny(self) -> bool:
        """Whether a camera noted them, so that it may have been another person."""
        by_camera = self.record.source in (RollEntry.Source.KIOSK, RollEntry.Source.CAMERA)
        return by_camera and self.record.first_seen is not None and self.record.session.forgotten_at is None

    @property
    def may_appeal(self) -> bool:
        waiting = any(appeal.answered_at is None for appeal in self.appeals)
        return self.record.session.state == ClassSession.State.CLOSED and not waiting


def chosen(
    records: QuerySet[AttendanceRecord], *, course: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[AttendanceRecord]:
    """The records of one course and period. Days are the site's own, both ends included."""
    if course:
        records = records.filter(session__course__code=course)
    if since:
        records = records.filter(session__starts_at__gte=moment(since, _MIDNIGHT, site_zone()))
    if until:
        records = records.filter(session__starts_at__lt=_end_of(until))
    return records


def _end_of(day: date) -> datetime:
    """The first moment after it; the last days that there are have none."""
    return moment(min(day, date.max - 2 * DAY) + DAY, _MIDNIGHT, site_zone())


_MIDNIGHT = time()


def in_order(records: QuerySet[AttendanceRecord]) -> QuerySet[AttendanceRecord]:
    """Newest first, with everything that a line of the page shows but the corrections."""
    appeals = Prefetch("appeals", Appeal.objects.select_related("answered_by").order_by("-made_at"))
    return (
        records.select_related("person", "own_status", "session__course")
        .prefetch_related(appeals)
        .order_by("-session__starts_at", "-pk")
    )


def explained(records: Iterable[AttendanceRecord]) -> list[MyRecord]:
    """One query for the corrections of all of them."""
    rows = list(records)
    lines = RollEntry.objects.filter(
        kind=RollEntry.Kind.CORRECTED,
        session__in=[row.session_id for row in rows],
        person__in={row.person_id for row in rows},
    )
    found: dict[tuple[int, int | None], list[RollEntry]] = defaultdict(list)
    for line in lines.select_related("by").order_by("pk"):
        found[line.session_id, line.person_id].append(line)
    return [MyRecord(row, found[row.session_id, row.person_id], list(row.appeals.all())) for row in rows]


def weeks_on_premises(
    person: User, records: QuerySet[AttendanceRecord], *, course: str = "", since: date | None, until: date | None
) -> list[Week]:
    """Hours of this person by week at the entrances among these records; the last WEEKS_SHOWN where `since` is None."""
    since, until = since or timezone.localdate() - WEEKS_SHOWN, until or date.max
    first, last = around(since, until)
    nearby = chosen(records, course=course, since=first, until=last)
    [(_person, _lines, days)] = of_people(nearby.filter(first_seen__isnull=False), [person.pk])
    return by_week(day for day in days if since <= day.day <= until)


def courses_of(person: User, records: QuerySet[AttendanceRecord]) -> QuerySet[Course]:
    """The courses that these records belong to."""
    return Course.objects.filter(pk__in=records.order_by().values("session__course")).order_by("title")
