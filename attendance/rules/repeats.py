"""The days on which something repeats, as RFC 5545 has it: from daily to yearly, and never more work than asked. Pure.

`dateutil` walks to the year 9999 for a rule that yields nothing; here every walk ends at a last day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`weekdays`: with which of them in the month or year is meant, -1 being the last, 0 each one."""

    often: str  # DAILY, WEEKLY, MONTHLY or YEARLY
    every: int = 1
    count: int = 0  # 0: without end
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    week_starts: int = 0


def days_of(rule: Repeat, first: date, since: date, last: date, spend: Callable[[int], None]) -> Iterator[date]:
    """In order. What lies before `since` may be left out, which a rule that counts never does.

    `spend` hears how many days are looked at, and may raise.
    """
    since = first if rule.count else max(first, since)
    found = 0
    for day in PERIODS[rule.often](rule, first, since, last, spend):
        if day > last or (rule.count and found >= rule.count):
            return
        if day >= first:
            found += 1
            yield day


def _daily(rule: Repeat, first: date, since: date, last: date, spend: Callable[[int], None]) -> Iterator[date]:
    for days in _steps((since - first).days, (last - first).days, rule.every):
        spend(1)
        day = first + timedelta(days=days)
        if not rule.weekdays or _is_weekday(rule, day):
            yield day


def _weekly(rule: Repeat, first: date, since: date, last: date, spend: Callable[[int], None]) -> Iterator[date]:
    begins = first - timedelta(days=(first.weekday() - rule.week_starts) % 7)
    for weeks in _steps((since - begins).days // 7, (last - begins).days // 7, rule.every):
        spend(7)
        for days in range(7):
            day = begins + timedelta(days=7 * weeks + days)
            if _is_weekday(rule, day) if rule.weekdays else day.weekday() == first.weekday():
                yield day


def _monthly(rule: Repeat, first: date, since: date, last: date, spend: Callable[[int], None]) -> Iterator[date]:
    begins = _number(first)
    for months in _steps(_number(since) - begins, _number(last) - begins, rule.every):
        spend(1)
        year, month = divmod(begins + months, 12)
        if not rule.months or month + 1 in rule.months:
            spend(31)
            yield from _days_in(rule, first, month_of(year, month + 1), month_of(year, month + 1))


def _yearly(rule: Repeat, first: date, since: date, last: date, spend: Callable[[int], None]) -> Iterator[date]:
    whole = bool(rule.weekdays or rule.month_days)
    months = sorted(set(rule.months)) or (range(1, 13) if whole else [first.month])
    for years in _steps(since.year - first.year, last.year - first.year, rule.every):
        year = first.year + years
        for month in months:
            spend(31)
            span = month_of(year, month)
            yield from _days_in(rule, first, span, span if rule.months else (date(year, 1, 1), date(year, 12, 31)))


PERIODS = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}


def _steps(since: int, last: int, every: int) -> range:
    """0, `every`, and so on: those from the last one that is not after `since`."""
    return range(since // every * every, last + 1, every)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_of(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _days_in(rule: Repeat, first: date, month: Span, span: Span) -> Iterator[date]:
    """`span`: where weekdays are counted."""
    length = month[1].day
    month_days = rule.month_days or (() if rule.weekdays else (first.day,))
    for number in range(1, length + 1):
        day = month[0].replace(day=number)
        by_number = not month_days or number in month_days or number - length - 1 in month_days
        if by_number and (not rule.weekdays or _is_nth(rule, day, span)):
            yield day


def _is_weekday(rule: Repeat, day: date) -> bool:
    return any(weekday == day.weekday() for weekday, _which in rule.weekdays)


def _is_nth(rule: Repeat, day: date, span: Span) -> bool:
    here = {0, (day - span[0]).days // 7 + 1, -((span[1] - day).days // 7) - 1}
    return any(weekday == day.weekday() and which in here for weekday, which in rule.weekdays)
