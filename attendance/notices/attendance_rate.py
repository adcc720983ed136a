"""How a person stands in a course: the share of counted sessions that they attended. For the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from attendance.models import STATUS_CHOICES, AttendanceRecord, ClassSession, Course
from attendance.rules.statuses import ATTENDED, counted, percentage_of


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers of closed sessions by status."""

    counts: dict[str, int] = field(default_factory=dict)

    @property
    def tally(self) -> list[tuple[str, int]]:
        """The statuses that occur, in their usual order."""
        return [(code, self.counts[code]) for code, _label in STATUS_CHOICES if self.counts.get(code)]

    @property
    def attended(self) -> int:
        return sum(number for status, number in self.counts.items() if status in ATTENDED)

    @property
    def counted(self) -> int:
        return counted(self.counts)

    @property
    def percentage(self) -> float | None:
        """0-100. None when nothing counts yet."""
        return percentage_of(self.counts)

    def is_at_risk(self, limit: int) -> bool:
        return self.percentage is not None and self.percentage < limit


def of_people(course: Course, people: Iterable[int] | None = None) -> dict[int, Standing]:
    """By person, in one query. A person without a record has no entry."""
    records = _closed().filter(session__course=course)
    if people is not None:
        records = records.filter(person__in=list(people))
    return _grouped(records, "person")


def of_courses(courses: Iterable[int]) -> dict[int, Standing]:
    """By course, everyone together."""
    return _grouped(_closed().filter(session__course__in=list(courses)), "session__course")


def of_records(records: QuerySet[AttendanceRecord]) -> dict[int, Standing]:
    """By course, of these records alone."""
    return _grouped(records.filter(session__state=ClassSession.State.CLOSED), "session__course")


def _closed() -> QuerySet[AttendanceRecord]:
    return AttendanceRecord.objects.filter(session__state=ClassSession.State.CLOSED)


def _grouped(records: QuerySet[AttendanceRecord], key: str) -> dict[int, Standing]:
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    for one, status, number in records.order_by().values_list(key, "status").annotate(Count("pk")):
        found[one][status] = number
    return {one: Standing(counts) for one, counts in found.items()}
