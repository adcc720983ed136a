"""When an event of an iCalendar file begins, each time: RRULE, RDATE and EXDATE in the event's own zone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _

from attendance.imports.timetable_files.wanted import Problem
from attendance.sessions.calendars.incoming import part

PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"}
OFTEN = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
YEARS = range(1990, 2200)


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
        raise Broken("bad_date", _("The event lies too far in the past or in the future."))
    if value.tzinfo is None:
        if named := getattr(stamp, "params", {}).get("TZID"):
            words = _("The time zone '%(zone)s' is not known. Export the calendar with names such as Europe/Vienna.")
            raise Broken("unknown_zone", words % {"zone": str(named)[:60]})
        return value.replace(tzinfo=zone)
    return value


def starts_of(event: Any, zone: ZoneInfo, *, until: datetime) -> Iterator[datetime]:
    """Each start up to `until`, once each and in order, without those that the event leaves out."""
    first = aware(event["DTSTART"], zone)
    moments, days = _left_out(event, first)
    found = {start.astimezone(UTC): start for start in (*_repeated(event, first, until), *_added(event, first))}
    for instant in sorted(found):
        if instant not in moments and found[instant].date() not in days:
            yield found[instant]


def _repeated(event: Any, first: datetime, until: datetime) -> Iterator[datetime]:
    """By the clock of the event's zone: 9:00 stays 9:00 when daylight saving begins."""
    rule = event.get("RRULE")
    if rule is None:
        yield first
        return
    _require_readable(rule)
    last = min(filter(None, (_end(rule, first), _naive(until, first))))
    parts = {name: value for name, value in rule.items() if name.upper() != "UNTIL"}
    text = type(rule)(parts).to_ical().decode()
    try:
        for start in rrulestr(text, dtstart=first.replace(tzinfo=None)):
            if start > last:
                return
            yield start.replace(tzinfo=first.tzinfo)
    except (ValueError, TypeError, OverflowError) as error:
        raise _unreadable() from error


def _require_readable(rule: Any) -> None:
    """A rule that yields a meeting once in thousands of years, or each second, is not a timetable."""
    if {name.upper() for name in rule} - PARTS:
        raise _unreadable()
    often = str((rule.get("FREQ") or [""])[0]).upper()
    if not all(isinstance(one, int) and one > 0 for name in ("INTERVAL", "COUNT") for one in rule.get(name) or []):
        raise _unreadable()
    if often not in OFTEN or (often in ("DAILY", "WEEKLY") and {"BYMONTHDAY", "BYMONTH"} & set(rule)):
        raise _unreadable()


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
    """UNTIL as the clock of the event's zone; a day means all of it."""
    value = next(iter(rule.get("UNTIL") or []), None)
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
        yield from (stamp.dt for stamp in one.dts)


def _zoned(moment: datetime, first: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=first.tzinfo)
