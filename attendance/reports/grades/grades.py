"""What each person of a course has earned in a period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import AttendanceRecord, Course
from attendance.reports import scope
from attendance.reports.queries import ReportKind, Wanted
from attendance.roll import own_statuses
from attendance.rules.points import Earned, earned
from attendance.rules.visibility import require_may_keep
from config.errors import Refused


@dataclass(frozen=True, slots=True)
class GradeRow:
    person: User
    group: str
    earned: Earned
    grade: Decimal | None  # None: nothing counts yet


def grades(course: Course, since: date, until: date, out_of: Decimal, *, by: User) -> list[GradeRow]:
    """By name, everyone who has a record in a session that is over. Refused `not_allowed`, `bad_period`."""
    require_may_keep(by, course)
    if until < since:
        raise Refused("bad_period", _("The period ends before it begins."))
    found = scope.records(Wanted(kind=ReportKind.RECORDS, since=since, until=until, course=course), by)
    points = _points(course, found.select_related("person", "own_status"))
    groups = dict(course.enrollments.values_list("person_id", "group"))
    return [
        GradeRow(person, groups.get(person.pk, ""), one, one.grade(out_of)) for person, one in sorted(points, key=_name)
    ]


def _points(course: Course, records: QuerySet[AttendanceRecord]) -> list[tuple[User, Earned]]:
    statuses = own_statuses.set_of(course)
    people: dict[int, User] = {}
    each: dict[int, list[Decimal | None]] = defaultdict(list)
    for record in records.iterator(chunk_size=2000):
        people[record.person_id] = record.person
        each[record.person_id].append(statuses.points_of(record.status, record.own_status))
    return [(people[pk], earned(points, statuses.most)) for pk, points in each.items()]


def _name(row: tuple[User, Earned]) -> tuple[str, str, str]:
    person = row[0]
    return person.last_name.casefold(), person.first_name.casefold(), person.id_number
