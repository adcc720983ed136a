"""Opening hours in which no staff are there: a week of spans. Pure rules on local times, without a database.

A span lies within one day, `18:00-24:00`; a night is two of them. Moments are made from local times, so a night in
which clocks change is as long as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
DAY = 24 * 60  # minutes
MOST = 6  # spans of one day


class BadSpan(ValueError):
    """`part`: what was not understood."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class UnstaffedSpan(NamedTuple):
    """Minutes after midnight; the end is not part of it."""

    begins: int
    ends: int

    def __str__(self) -> str:
        return f"{self.begins // 60:02}:{self.begins % 60:02}-{self.ends // 60:02}:{self.ends % 60:02}"


UnstaffedWeek = Mapping[str, list[str]]  # {"mon": ["18:00-22:00"], …}


def spans_of(text: str) -> list[UnstaffedSpan]:
    """`06:00-08:00, 18:00-22:00` of one day, in order. Raises BadSpan, also for spans that overlap."""
    found = sorted(_span(part) for part in (piece.strip() for piece in re.split(r"[,;]", text)) if part)
    if len(found) > MOST:
        raise BadSpan(str(found[MOST]))
    for one, other in pairwise(found):
        if other.begins < one.ends:
            raise BadSpan(str(other))
    return found


def _span(part: str) -> UnstaffedSpan:
    match = SPAN.fullmatch(part)
    if match is None:
        raise BadSpan(part[:40])
    span = UnstaffedSpan(int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4]))
    if not span.begins < span.ends <= DAY:
        raise BadSpan(part[:40])
    return span


def of_day(week: UnstaffedWeek, day: date) -> list[UnstaffedSpan]:
    """A value that cannot be read counts as none."""
    try:
        return spans_of(", ".join(week.get(DAYS[day.weekday()], [])))
    except (BadSpan, TypeError, AttributeError):
        return []


def within(week: UnstaffedWeek, since: datetime, until: datetime, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """The unstaffed times between two moments; what touches is one."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in _moments(week, since, until, zone):
        first, last = max(begins, since), min(ends, until)
        if first >= last:
            continue
        if found and found[-1][1] >= first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _moments(
    week: UnstaffedWeek, since: datetime, until: datetime, zone: tzinfo
) -> Iterator[tuple[datetime, datetime]]:
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        for span in of_day(week, day):
            yield _moment(day, span.begins, zone), _moment(day, span.ends, zone)
        day += timedelta(days=1)


def _moment(day: date, minutes: int, zone: tzinfo) -> datetime:
    if minutes == DAY:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone)


def now_until(week: UnstaffedWeek, now: datetime, zone: tzinfo) -> datetime | None:
    """When staff are there again; None while they are."""
    spans = within(week, now, now + timedelta(days=8), zone)
    return spans[0][1] if spans and spans[0][0] <= now else None
