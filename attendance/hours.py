"""First in, last out: how long somebody was on the premises, by day and by week. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Day:
    """`first` and `last`: the first and last sighting of that day, in the site's zone."""

    day: date
    first: datetime
    last: datetime

    @property
    def length(self) -> timedelta:
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    days: tuple[Day, ...]  # newest first

    @property
    def length(self) -> timedelta:
        return sum((day.length for day in self.days), timedelta())


def by_day(seen: Iterable[tuple[datetime, datetime]]) -> list[Day]:
    """From first and last sightings to days, newest first. Several entrances on one day are one stay.

    A day is that of the first sighting: a night shift belongs to the evening on which it began.
    """
    days: dict[date, Day] = {}
    for first, last in seen:
        known = days.get(first.date())
        if known is None:
            days[first.date()] = Day(first.date(), first, last)
        else:
            days[first.date()] = Day(known.day, min(known.first, first), max(known.last, last))
    return sorted(days.values(), key=lambda day: day.day, reverse=True)


def by_week(days: Iterable[Day]) -> list[Week]:
    """Weeks that begin on Monday, newest first."""
    newest_first = sorted(days, key=lambda day: day.day, reverse=True)
    return [Week(monday, tuple(found)) for monday, found in groupby(newest_first, key=_monday)]


def _monday(day: Day) -> date:
    return day.day - timedelta(days=day.day.weekday())
