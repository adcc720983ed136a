"""What the charts are drawn from: counted in few queries, scoped as reports are, in days and hours of the site."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, Func, QuerySet
from django.utils import timezone

from attendance.models import AttendanceRecord, ClassSession, Course
from attendance.notices.at_risk import LEAST_COUNTED
from attendance.reports.counts import Tally, tallies_by
from attendance.reports.people import named
from attendance.reports.queries import Wanted
from attendance.reports.scope import Reader, records, sessions
from attendance.rules.arrivals import bin_of, bins
from config.ops.cache import storable

DAYS_APART = 45  # a longer period is shown by week


@storable
@dataclass(frozen=True, slots=True)
class PersonAtRisk:
    """A person whose attendance in a course lies below its limit."""

    person: int
    id_number: str
    name: str
    course: str
    title: str
    tally: Tally
    limit: float

    @property
    def share(self) -> float:
        return self.tally.percentage or 0.0


@storable
@dataclass(slots=True)
class Numbers:
    by_week: bool
    over_time: dict[date, Tally] = field(default_factory=dict)  # by day, or by the week's Monday
    by_hour: dict[tuple[int, int], Tally] = field(default_factory=dict)  # weekday from 0 (Monday), hour
    courses: list[tuple[str, str, Tally]] = field(default_factory=list)  # code, title; the lowest share first
    arrivals: list[int] = field(default_factory=list)  # one for each bin, see bins()
    late_after: int | None = None  # minutes, where all courses agree
    limit: float = 75.0  # percent: of the course, or of the courses together
    at_risk: list[PersonAtRisk] = field(default_factory=list)  # the lowest share first
    total: Tally = field(default_factory=Tally)


def numbers(wanted: Wanted, by: Reader, *, below: float | None = None) -> Numbers:
    """`below`: a limit in percent for everyone, instead of each course's own."""
    held = list(_sessions(wanted, by).values_list("pk", "starts_at", "course_id"))
    known = Course.objects.in_bulk({course for _pk, _at, course in held})
    found = Numbers(by_week=(wanted.until - wanted.since).days > DAYS_APART)
    _count(found, held, known, tallies_by(_records(wanted, by), "session_id"))
    limits = {course.at_risk_below for course in known.values()}
    found.limit = below if below is not None else float(limits.pop()) if len(limits) == 1 else 75.0
    late = {course.late_after for course in known.values()}
    found.late_after = late.pop() if len(late) == 1 else None
    found.arrivals = _arrivals(wanted, by)
    found.at_risk = _at_risk(wanted, by, known, below)
    return found


def _records(wanted: Wanted, by: Reader) -> QuerySet[AttendanceRecord]:
    """Of classes. An entrance has no hour at which one should be there; it is drawn when it is asked for by name."""
    found = records(wanted, by)
    return found if wanted.course else found.filter(session__course__kind=Course.Kind.CLASS)


def _sessions(wanted: Wanted, by: Reader) -> QuerySet[ClassSession]:
    found = sessions(wanted, by).select_related(None)
    return found if wanted.course else found.filter(course__kind=Course.Kind.CLASS)


def _count(
    found: Numbers, held: list[tuple[int, datetime, int]], known: dict[int, Course], tallies: dict[int, Tally]
) -> None:
    by_course: dict[int, Tally] = {}
    for pk, starts_at, course in held:
        tally, at = tallies.get(pk), timezone.localtime(starts_at)
        if tally is None:
            continue
        day = at.date() - timedelta(days=at.weekday()) if found.by_week else at.date()
        found.over_time.setdefault(day, Tally()).include(tally)
        found.by_hour.setdefault((at.weekday(), at.hour), Tally()).include(tally)
        by_course.setdefault(course, Tally()).include(tally)
        found.total.include(tally)
    found.courses = [(known[pk].code, known[pk].title, tally) for pk, tally in by_course.items()]
    found.courses.sort(key=lambda line: (101.0 if line[2].percentage is None else line[2].percentage, line[0]))


# --- punctuality --------------------------------------------------------------------------------


def _arrivals(wanted: Wanted, by: Reader) -> list[int]:
    seen = _records(wanted, by).exclude(first_seen=None).annotate(late=SecondsAfter("first_seen", "session__starts_at"))
    counts: Counter[int] = Counter()
    for seconds, number in seen.values_list("late").annotate(Count("pk")):
        counts[bin_of(seconds / 60)] += number
    return [counts[number] for number in range(len(bins()) + 1)]


# --- at risk ------------------------------------------------------------------------------------


def _at_risk(wanted: Wanted, by: Reader, known: dict[int, Course], below: float | None) -> list[PersonAtRisk]:
    tallies = _by_person_and_course(wanted, by)
    low = {
        (course, person): tally
        for (course, person), tally in tallies.items()
        if course in known and is_at_risk(tally, known[course].at_risk_below if below is None else below)
    }
    names = dict(named(list({person for _course, person in low})))
    found = [_line(known[course], person, names[person], tally, below) for (course, person), tally in low.items()]
    return sorted(found, key=lambda line: (line.share, line.course, line.name))


def is_at_risk(tally: Tally, limit: float) -> bool:
    share = tally.percentage
    return tally.counted >= LEAST_COUNTED and share is not None and share < limit


def _by_person_and_course(wanted: Wanted, by: Reader) -> dict[tuple[int, int], Tally]:
    tallies: dict[tuple[int, int], Tally] = {}
    counted = _records(wanted, by).values_list("session__course_id", "person_id", "status").annotate(number=Count("pk"))
    for course, person, status, number in counted:
        tallies.setdefault((course, person), Tally()).add(status, number)
    return tallies


def _line(course: Course, person: int, names: tuple[str, str, str], tally: Tally, below: float | None) -> PersonAtRisk:
    limit = course.at_risk_below if below is None else below
    return PersonAtRisk(person, names[0], names[1], course.code, course.title, tally, float(limit))


class SecondsAfter(Func):
    """`SecondsAfter(moment, start)`: how long after `start`, rounded down; negative before it."""

    output_field = BigIntegerField()
    arity = 2

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM (%(expressions)s))) AS bigint)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """TIMESTAMPDIFF takes the earlier moment first, so its sign is turned."""
        template = "FLOOR(-TIMESTAMPDIFF(MICROSECOND, %(expressions)s) / 1000000)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """There moments are texts, and strftime gives the seconds since 1970 as one."""
        (moment, one), (start, other) = (compiler.compile(part) for part in self.source_expressions)
        return f"(strftime('%%s', {moment}) - strftime('%%s', {start}))", (*one, *other)
