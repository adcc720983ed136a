"""First in, last out: how long a person was on the premises, by day and by week, and over midnight. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from attendance.rules.statuses import NEVER, SeeingSpan, merged

# A working day ends after 13 hours at the latest: 24 less the daily rest of 11 (Directive 2003/88/EC, article 3).
LONGEST_STAY = timedelta(hours=13)
# A person seen for no longer than this has entered, and has not been seen to leave.
COMING_IN = timedelta(hours=1)
# A person seen for longer is still there when they are seen again within this time.
LONGEST_BREAK = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class SeenInSession:
    """What one session saw of a person: the day it belongs to in the site's zone, the first and last sighting.

    `key`: by which the sightings between the two can be asked for.
    """

    day: date
    first: datetime
    last: datetime
    key: int = 0


Between = Callable[[int], Iterable[datetime]]


@dataclass(frozen=True, slots=True)
class Day:
    """When a person was there: at least one span, in order, without overlaps. The last may end on the next day."""

    day: date
    spans: tuple[SeeingSpan, ...]

    @property
    def first(self) -> datetime:
        return self.spans[0].began

    @property
    def last(self) -> datetime:
        return self.spans[-1].ended

    @property
    def length(self) -> timedelta:
        return sum((span.ended - span.began for span in self.spans), NEVER)


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    days: tuple[Day, ...]  # newest first

    @property
    def length(self) -> timedelta:
        return sum((day.length for day in self.days), timedelta())


def by_day(seen: Iterable[SeenInSession], between: Between = lambda _key: ()) -> list[Day]:
    """From what sessions saw to days, oldest first. Time that two entrances saw counts once.

    A night shift belongs to the evening on which it began, even where each day is a session of its own: in at 22:00,
    out at 06:00, in again at 22:00 is eight hours on the first day. A day whose sightings all belong to the shift of
    the evening before is left out. All moments are UTC: between two of one zone, Python counts the hours of the clock
    on the wall, which summer time makes one more or less than there were.
    """
    seen = (replace(one, first=one.first.astimezone(UTC), last=one.last.astimezone(UTC)) for one in seen)
    spans: dict[date, list[SeeingSpan]] = defaultdict(list)
    stay: _Stay | None = None
    for some in _together(sorted(seen, key=lambda one: (one.first, one.last))):
        day, points = some[0].day, _points(some, stay, between)
        while stay and points and stay.goes_over_midnight_to(day, points[0]):
            spans[stay.day].append(SeeingSpan(stay.last, max(stay.last, points[0])))
            stay = stay.until(points.pop(0))
        if points:
            began = stay.last if stay and stay.goes_on_that_day(day, points[0]) else points[0]
            spans[day].append(SeeingSpan(min(began, points[0]), points[-1]))
            stay = stay.or_new(day, points) if stay else _Stay(day, points[0], points[-1])
    return [Day(day, tuple(merged(spans[day]))) for day in sorted(spans)]


@dataclass(frozen=True, slots=True)
class _Stay:
    """The last known stay of a person, while sessions are read in order."""

    day: date
    came: datetime
    last: datetime

    def goes_over_midnight_to(self, day: date, at: datetime) -> bool:
        """Whether a sighting in a session of another day belongs to this stay."""
        if day <= self.day or at - self.came > LONGEST_STAY:
            return False
        return self.last - self.came <= COMING_IN or at - self.last <= LONGEST_BREAK

    def goes_on_that_day(self, day: date, at: datetime) -> bool:
        """Whether a person who came in by one entrance is now seen at another."""
        return day == self.day and self.last - self.came <= COMING_IN and at - self.came <= LONGEST_STAY

    def until(self, at: datetime) -> _Stay:
        return _Stay(self.day, self.came, max(self.last, at))

    def or_new(self, day: date, points: list[datetime]) -> _Stay:
        if self.goes_on_that_day(day, points[0]) or (day == self.day and points[0] - self.last <= LONGEST_BREAK):
            return self.until(points[-1])
        return _Stay(day, points[0], points[-1])


def _together(seen: Iterable[SeenInSession]) -> Iterator[list[SeenInSession]]:
    """What several entrances saw of one day at the same time; the rest alone."""
    some: list[SeenInSession] = []
    for one in seen:
        if some and (one.day != some[0].day or one.first > max(other.last for other in some)):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _points(some: list[SeenInSession], stay: _Stay | None, between: Between) -> list[datetime]:
    """First and last sighting, and what lies between them where the first belongs to another day's stay."""
    ends = {at for one in some for at in (one.first, one.last)}
    first, last = min(ends), max(ends)
    if stay and stay.goes_over_midnight_to(some[0].day, first) and last > first:
        inner = (at.astimezone(UTC) for one in some for at in between(one.key))
        return sorted(ends | {at for at in inner if first < at < last})
    return [first] if first == last else [first, last]


def by_week(days: Iterable[Day]) -> list[Week]:
    """Weeks that begin on Monday, newest first."""
    newest_first = sorted(days, key=lambda day: day.day, reverse=True)
    return [Week(monday, tuple(found)) for monday, found in groupby(newest_first, key=_monday)]


def _monday(day: Day) -> date:
    return day.day - timedelta(days=day.day.weekday())
