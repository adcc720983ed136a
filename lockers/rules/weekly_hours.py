"""When a door may open: weekdays, hours, closed days. Pure rules on instants and a time zone, without a database.

A span belongs to the day on which it begins and may run past midnight. Clock changes: an hour that comes twice belongs
to a span as a whole, from the first time it begins to the last time it ends; a time that is skipped counts as the
moment of the change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
DAY = 24 * 60  # minutes
MOST = 8  # spans of one day
AHEAD = 400  # days that are looked at for the next opening


class BadHours(ValueError):
    """Text or a stored value that does not give hours. `part`: what was not understood."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True, order=True)
class OpenSpan:
    """From `opens` until just before `closes`, minutes after midnight; `closes` ≤ `opens`: of the next day."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"

    @property
    def length(self) -> int:
        """Minutes, 1 to 1,440."""
        return self.closes - self.opens if self.closes > self.opens else self.closes + DAY - self.opens


Week = tuple[tuple[OpenSpan, ...], ...]  # seven days, Monday first
Range = tuple[date, date]  # first and last closed day


@dataclass(frozen=True, slots=True)
class Hours:
    """`week` None: at any time. `closed`: days on which nothing opens, and on which no span begins."""

    week: Week | None = None
    closed: tuple[Range, ...] = ()

    def is_closed(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.closed)


NEVER = Hours(week=((),) * 7)  # what a value that cannot be read counts as


# --- reading and writing --------------------------------------------------------------------------


def spans_of(text: str) -> tuple[OpenSpan, ...]:
    """`8:00-12:00, 13:00-18:00` of one day; 22:00-02:00 runs past midnight, 00:00-24:00 is the whole day. Raises
    BadHours."""
    found = []
    for part in (piece.strip() for piece in re.split(r"[,;]", text)):
        if not part:
            continue
        match = SPAN.fullmatch(part)
        if match is None:
            raise BadHours(part[:40])
        opens, closes = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if closes > DAY or opens == closes:
            raise BadHours(part[:40])
        found.append(OpenSpan(opens, closes))
    if len(found) > MOST:
        raise BadHours(text[:40])
    return tuple(sorted(set(found)))


def week_of(value: Any) -> Week | None:
    """As it is stored: {"mon": ["08:00-18:00"], …}; a day that is not named is closed; empty: always open.
    Raises BadHours."""
    if not isinstance(value, Mapping):
        raise BadHours(str(value)[:40])
    if unknown := set(value) - set(DAYS):
        raise BadHours(str(sorted(map(str, unknown))[0])[:40])
    if not value:
        return None
    return tuple(_day_of(value.get(day, [])) for day in DAYS)


def _day_of(texts: Any) -> tuple[OpenSpan, ...]:
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadHours(str(texts)[:40])
    return spans_of(",".join(texts))


def stored(week: Week | None) -> dict[str, list[str]]:
    """What `week_of` reads. A week in which every day is empty is kept: it means never."""
    if week is None:
        return {}
    return {day: [str(span) for span in spans] for day, spans in zip(DAYS, week, strict=True)}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# --- open or not ----------------------------------------------------------------------------------


def is_open(hours: Hours, at: datetime, zone: tzinfo) -> bool:
    """Whether a door may open at this moment."""
    today, at = at.astimezone(zone).date(), at.astimezone(UTC)  # in one zone: times that come twice never compare equal
    if hours.is_closed(today):
        return False
    if hours.week is None:
        return True
    return any(begin <= at < end for day in _around(today) for begin, end in _of(hours, day, zone))


def all_open(hours: Iterable[Hours], at: datetime, zone: tzinfo) -> bool:
    return all(is_open(one, at, zone) for one in hours)


def opens_again(hours: Sequence[Hours], at: datetime, zone: tzinfo) -> datetime | None:
    """The next moment from which all of them are open; None: not within AHEAD days."""
    return next((moment for moment in _turns(hours, at, zone, 0) if all_open(hours, moment, zone)), None)


def closes_next(hours: Sequence[Hours], at: datetime, zone: tzinfo) -> datetime | None:
    """Of what is open: the next moment at which one of them is not; None: not within AHEAD days."""
    return next((moment for moment in _turns(hours, at, zone, 1) if not all_open(hours, moment, zone)), None)


def _turns(hours: Sequence[Hours], at: datetime, zone: tzinfo, end: int) -> Iterator[datetime]:
    """Moments after `at` at which something can change, in order: begins (0) or ends (1) of spans, and midnights."""
    today, at = at.astimezone(zone).date(), at.astimezone(UTC)
    for ahead in range(-1, AHEAD):
        day = today + timedelta(days=ahead)
        spans = [span[end] for one in hours for span in _of(one, day, zone)]
        yield from sorted(moment for moment in {*spans, instant(datetime.combine(day, time.min), zone)} if moment > at)


def _around(day: date) -> list[date]:
    """Days whose spans can reach into this one, also where a whole date is skipped."""
    return [day + timedelta(days=shift) for shift in (-2, -1, 0)]


def _of(hours: Hours, day: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The spans that begin on this day, as instants."""
    if hours.week is None or hours.is_closed(day):
        return
    midnight = datetime.combine(day, time.min)
    for span in hours.week[day.weekday()]:
        begin = instant(midnight + timedelta(minutes=span.opens), zone)
        end = instant(midnight + timedelta(minutes=span.opens + span.length), zone, last=True)
        if begin < end:
            yield begin, end


# --- clock changes --------------------------------------------------------------------------------


def instant(wall: datetime, zone: tzinfo, *, last: bool = False) -> datetime:
    """When the clock on the wall shows this (naive) time: the first time, or the `last`; UTC.

    Where it is skipped, the moment of the change.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != wall:  # skipped: the two lie around the change
        return _change(min(first, second), max(first, second), zone)
    return max(first, second) if last else min(first, second)


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment between the two at which the offset changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle <= before:
            break
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == old else (before, middle)
    return after
