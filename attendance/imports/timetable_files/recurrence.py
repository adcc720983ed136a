"""When an event of an iCalendar file begins, each time: RRULE, RDATE and EXDATE in the event's own zone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from attendance.imports.timetable_files.wanted import Problem
from attendance.rules.repeats import Repeat, days_of
from attendance.sessions.calendars.incoming import part
from config.errors import Refused

PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"}
OFTEN = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
YEARS = range(1990, 2200)
MOST_DAYS = 400_000
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class Broken(Exception):
    """The event cannot be read, in a code and a sentence."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.problem: Problem = (code, words)


def aware(stamp: Any, zone: ZoneInfo) -> datetime:
    """With its zone; a time that names none is the site's. Raises Broken for a day, and for a zone no one knows."""
    value = stamp.dt
    if not isinstance(value, datetime):
        raise Broken("all_day", _("This is an all-day event, so it has no hours. Sessions need a start and an end."))
    if value.year not in YEARS:
        raise _far()
    if value.tzinfo is None:
        if named := getattr(stamp, "params", {}).get("TZID"):
            words = _("The time zone '%(zone)s' is not known. Export the calendar with names such as Europe/Vienna.")
            raise Broken("unknown_zone", words % {"zone": str(named)[:60]})
        return value.replace(tzinfo=zone)
    return value


@dataclass
class Budget:
    """How many days may be looked at for one whole file: no file of a teacher keeps a server busy for minutes."""

    left: int = field(default_factory=lambda: MOST_DAYS)

    def spend(self, days: int) -> None:
        self.left -= days
        if self.left < 0:
            raise Refused("too_large", _("This calendar has too many meetings. Split it."), status=413)


def starts_of(event: Any, zone: ZoneInfo, *, since: datetime, until: datetime, budget: Budget) -> Iterator[datetime]:
    """Each start up to `until`, once each and in order, without those that the event leaves out.

    Of what repeats, what lies before `since` may be left out.
    """
    first = aware(event["DTSTART"], zone)
    try:
        moments, days = _left_out(event, first)
        starts = (*_repeated(event, first, since, until, budget), *_added(event, first))
        found = {start.astimezone(UTC): start for start in starts}
    except OverflowError as error:
        raise _far() from error
    for instant in sorted(found):
        if instant not in moments and found[instant].date() not in days:
            yield found[instant]


def _repeated(event: Any, first: datetime, since: datetime, until: datetime, budget: Budget) -> Iterator[datetime]:
    """By the clock of the event's zone: 9:00 stays 9:00 when daylight saving begins."""
    rule = event.get("RRULE")
    if rule is None:
        yield first
        return
    _require_readable(rule)
    last = min(filter(None, (_end(rule, first), _naive(until, first))))
    clock = first.replace(tzinfo=None)
    days = days_of(_repeat(rule), first.date(), _naive(since, first).date(), last.date(), budget.spend)
    for day in days:
        if (start := datetime.combine(day, clock.time())) <= last:
            yield start.replace(tzinfo=first.tzinfo)


def _require_readable(rule: Any) -> None:
    """A rule that yields a meeting each second is not a timetable."""
    if {name.upper() for name in rule} - PARTS:
        raise _unreadable()
    often = str((rule.get("FREQ") or [""])[0]).upper()
    if not all(isinstance(one, int) and one > 0 for name in ("INTERVAL", "COUNT") for one in rule.get(name) or []):
        raise _unreadable()
    if often not in OFTEN or (often in ("DAILY", "WEEKLY") and {"BYMONTHDAY", "BYMONTH"} & set(rule)):
        raise _unreadable()


def _repeat(rule: Any) -> Repeat:
    """Raises Broken where a number or a weekday cannot be read, and for leap months of other calendars."""
    try:
        return Repeat(
            often=str(rule["FREQ"][0]).upper(),
            every=_number(rule, "INTERVAL", 1),
            count=_number(rule, "COUNT", 0),
            weekdays=tuple(map(_weekday, rule.get("BYDAY") or [])),
            month_days=tuple(int(str(day)) for day in rule.get("BYMONTHDAY") or []),
            months=tuple(int(str(month)) for month in rule.get("BYMONTH") or []),
            week_starts=_weekday((rule.get("WKST") or ["MO"])[0])[0],
        )
    except ValueError as error:
        raise _unreadable() from error


def _number(rule: Any, name: str, usual: int) -> int:
    return int((rule.get(name) or [usual])[0])


def _weekday(text: Any) -> tuple[int, int]:
    """Which of them as well: -1FR is the last Friday."""
    found = BYDAY.fullmatch(str(text).upper())
    if found is None:
        raise ValueError(text)
    return WEEKDAYS.index(found[2]), int(found[1] or 0)


def _far() -> Broken:
    return Broken("bad_date", _("The event lies too far in the past or in the future."))


def _unreadable() -> Broken:
    words = _("The way this event repeats is not understood. Daily, weekly, monthly and yearly rules are.")
    return Broken("bad_rule", words)


ONCE = {"DTSTART": "dt", "DTEND": "dt", "DURATION": "dt", "RECURRENCE-ID": "dt", "RRULE": "items"}
LISTS = ("EXDATE", "RDATE")


def sound(event: Any) -> None:
    """Raises Broken for an event that has a time twice, or one that cannot be read."""
    once = (part(event[name], kind) for name, kind in ONCE.items() if name in event)
    several = (part(one, "dts") for name in LISTS if name in event for one in _listed(event[name]))
    if None in (*once, *several):
        raise Broken("broken", _("The event is damaged: one of its times appears twice or cannot be read."))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _end(rule: Any, first: datetime) -> datetime | None:
    """UNTIL as the clock of the event's zone; a day means all of it. A year such as 9999 means that there is none."""
    value = next(iter(rule.get("UNTIL") or []), None)
    if isinstance(value, date) and value.year >= YEARS.stop:
        return None
    if isinstance(value, date) and value.year not in YEARS:
        raise _far()
    if isinstance(value, datetime):
        return _naive(value, first)
    return datetime.combine(value, time.max) if isinstance(value, date) else None


def _naive(moment: datetime, first: datetime) -> datetime:
    return (moment.astimezone(first.tzinfo) if moment.tzinfo else moment).replace(tzinfo=None)


def _left_out(event: Any, first: datetime) -> tuple[set[datetime], set[date]]:
    moments: set[datetime] = set()
    days: set[date] = set()
    for value in _values(event, "EXDATE"):
        if isinstance(value, datetime):
            moments.add(_zoned(value, first).astimezone(UTC))
        elif isinstance(value, date):
            days.add(value)
    return moments, days


def _added(event: Any, first: datetime) -> Iterator[datetime]:
    for value in _values(event, "RDATE"):
        start = value[0] if isinstance(value, tuple) else value
        if isinstance(start, datetime):
            yield _zoned(start, first)
        elif isinstance(start, date):
            yield datetime.combine(start, first.time(), tzinfo=first.tzinfo)


def _values(event: Any, name: str) -> Iterator[Any]:
    for one in _listed(event.get(name, [])):
        for stamp in one.dts:
            if getattr(stamp.dt[0] if isinstance(stamp.dt, tuple) else stamp.dt, "year", YEARS.start) not in YEARS:
                raise _far()
            yield stamp.dt


def _zoned(moment: datetime, first: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=first.tzinfo)
