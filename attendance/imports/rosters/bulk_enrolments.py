"""Many new enrolments in few statements, each of them in the audit log too, as if it had been saved alone."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from accounts.people.audit_bulk import log_created
from attendance.models import Enrollment

AT_ONCE = 1000  # rows


class Additions:
    """Collects, and saves a thousand at a time. Call `finish` at the end."""

    def __init__(self, by: User | None) -> None:
        self.by = by
        self.waiting: list[Enrollment] = []

    def add(self, made: Enrollment) -> None:
        """Course and person may have been saved only a moment ago: their numbers are known now."""
        made.course_id, made.person_id = made.course.pk, made.person.pk
        self.waiting.append(made)
        if len(self.waiting) >= AT_ONCE:
            self.finish()

    def finish(self) -> None:
        if not self.waiting:
            return
        Enrollment.objects.bulk_create(self.waiting)
        rows = self.waiting if self.waiting[0].pk else _with_numbers(self.waiting)  # MySQL does not tell them
        log_created(rows, self.by)
        self.waiting = []


def _with_numbers(saved: Sequence[Enrollment]) -> list[Enrollment]:
    courses, people = {row.course_id for row in saved}, {row.person_id for row in saved}
    pairs = {(row.course_id, row.person_id) for row in saved}
    found = Enrollment.objects.filter(course__in=courses, person__in=people).select_related("course", "person")
    return [row for row in found if (row.course_id, row.person_id) in pairs]
