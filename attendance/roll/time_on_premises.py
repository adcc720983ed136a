"""Hours on the premises from the rows: which records belong together, and the sightings between, asked for once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from attendance.models import AttendanceRecord, Course, RollEntry
from attendance.roll.roll import standing
from attendance.rules.hours import LONGEST_STAY, Day, SeenInSession, by_day
from attendance.rules.times import DAY

PEOPLE_AT_ONCE = 100
SESSIONS_AT_ONCE = 500


def around(since: date, until: date) -> tuple[date, date]:
    """One day more on each side: a shift of the evening before ends in the period, one of its last evening after it."""
    return max(since, date.min + DAY) - DAY, min(until, date.max - DAY) + DAY


class StayLine(NamedTuple):
    """One record of a person at an entrance; `first` and `last` are None where they were not seen."""

    person: int
    session: int
    starts_at: datetime
    code: str
    status: str
    first: datetime | None
    last: datetime | None

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)


FIELDS = ("person_id", "session_id", "session__starts_at", "session__course__code", "status", "first_seen", "last_seen")


def of_people(
    records: QuerySet[AttendanceRecord], people: Sequence[int]
) -> Iterator[tuple[int, list[StayLine], list[Day]]]:
    """For each of these people their records at entrances and the days made of them, in the order of `people`."""
    at_entrances = records.filter(session__course__kind=Course.Kind.PREMISES)
    for begin in range(0, len(people), PEOPLE_AT_ONCE):
        chunk = people[begin : begin + PEOPLE_AT_ONCE]
        rows = at_entrances.filter(person__in=chunk).order_by("person_id", "session__starts_at", "session_id")
        lines = {
            person: list(those) for person, those in groupby(map(StayLine._make, rows.values_list(*FIELDS)), _person)
        }
        between = _between(lines.values())
        for person in chunk:
            theirs = lines.get(person, [])
            yield person, theirs, _days(theirs, between)


def _person(line: StayLine) -> int:
    return line.person


def _days(lines: Iterable[StayLine], between: Callable[[int, int], list[datetime]]) -> list[Day]:
    lines = list(lines)
    seen = [SeenInSession(line.day, line.first, line.last, line.session) for line in lines if line.first and line.last]
    return by_day(seen, lambda session: between(lines[0].person, session))


def _between(of_everybody: Iterable[list[StayLine]]) -> Callable[[int, int], list[datetime]]:
    """The sightings of those records that may hold the end of one shift and the beginning of the next."""
    wanted = {key for lines in of_everybody for key in _doubtful(lines)}
    people, sessions = {person for person, _ in wanted}, sorted({session for _, session in wanted})
    found: dict[tuple[int, int], list[datetime]] = {}
    for begin in range(0, len(sessions), SESSIONS_AT_ONCE):
        seen = RollEntry.objects.filter(
            kind=RollEntry.Kind.SEEN, person__in=people, session__in=sessions[begin : begin + SESSIONS_AT_ONCE]
        )
        entries = standing(seen)
        for person, session, at in entries.values_list("person_id", "session_id", "at"):
            if (person, session) in wanted:
                found.setdefault((person, session), []).append(at)
    return lambda person, session: found.get((person, session), [])


def _doubtful(lines: list[StayLine]) -> Iterator[tuple[int, int]]:
    """Those that may begin with the end of a shift that began on an earlier day, at whichever entrance."""
    left: datetime | None = None
    seen = (line for line in lines if line.first and line.last)
    for _day, those in groupby(seen, key=lambda line: line.day):
        of_day = list(those)
        for line in of_day:
            if left and line.first != line.last and line.first - left <= LONGEST_STAY:  # type: ignore[operator]
                yield line.person, line.session
        left = max(line.last for line in of_day if line.last)
