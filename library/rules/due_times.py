"""Until when a loan lasts, and how late it is: by days, by hours, or on fixed dates. Pure rules, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from library.rules.lending import AtClosing, LoanPeriod, LoanTerms, WhenClosed
from library.rules.opening import DAY, LONGEST_CLOSURE, OpeningCalendar

HOUR = timedelta(hours=1)


def due_at(taken: datetime, terms: LoanTerms, calendar: OpeningCalendar) -> datetime:
    """By hours: at a time. Otherwise the end of a day, in the site's time."""
    if terms.period == LoanPeriod.HOURS:
        return _due_in_hours(taken, terms, calendar).astimezone(calendar.zone)
    today = calendar.day_of(taken)
    day = next_fixed(today, terms) or today + DAY * terms.days
    return calendar.end_of(off_closed_days(day, terms.when_closed, calendar, first=today + DAY))


def _due_in_hours(taken: datetime, terms: LoanTerms, calendar: OpeningCalendar) -> datetime:
    """Real hours: a night in which the clocks are changed makes them neither more nor fewer."""
    due = taken.astimezone(UTC) + HOUR * terms.hours
    shorten = terms.at_closing == AtClosing.SHORTEN
    if shorten and (end := calendar.end_of_day_after(taken)):
        due = min(due, end)
    if terms.at_closing == AtClosing.KEEP or calendar.is_open_at(due):
        return due
    closing = calendar.last_closing(taken, due) if shorten else None
    return closing or calendar.next_opening(due) or due


def next_fixed(today: date, terms: LoanTerms) -> date | None:
    """The next fixed date that is far enough away; None where there is none, and the days count."""
    if terms.period != LoanPeriod.FIXED:
        return None
    first = today + DAY * terms.least_days
    return min((day for day in terms.fixed if day >= first), default=None)


def off_closed_days(day: date, how: WhenClosed, calendar: OpeningCalendar, *, first: date) -> date:
    """The open day before it, though not before `first`, or the one after it."""
    if how == WhenClosed.KEEP or calendar.is_open(day):
        return day
    before = (day - DAY * number for number in range(1, (day - first).days + 1))
    after = (day + DAY * number for number in range(1, LONGEST_CLOSURE))
    earlier = next(filter(calendar.is_open, before), None) if how == WhenClosed.EARLIER else None
    return earlier or next(filter(calendar.is_open, after), day)


def renewed_until(due: datetime, now: datetime, terms: LoanTerms, calendar: OpeningCalendar) -> datetime:
    """From now, and never earlier than it was due before."""
    return max(due, due_at(now, terms, calendar))


def is_at_a_time(due: datetime, zone: ZoneInfo) -> bool:
    """Not the end of a day, as other systems name it too: with or without its seconds."""
    local = due.astimezone(zone)
    return (local.hour, local.minute) not in ((23, 59), (0, 0))


# --- late ---------------------------------------------------------------------------------------


def days_late(due: datetime, back: datetime, zone: ZoneInfo) -> int:
    """Calendar days in the site's time; on the day itself nothing is late."""
    return max(0, (back.astimezone(zone).date() - due.astimezone(zone).date()).days)


def days_until(due: datetime, now: datetime, zone: ZoneInfo) -> int:
    return (due.astimezone(zone).date() - now.astimezone(zone).date()).days


def hours_late(due: datetime, back: datetime, calendar: OpeningCalendar) -> int:
    """Each hour begun in which the library was open: no one can bring anything back at night."""
    return max(0, -(-calendar.open_time(due, back) // HOUR))


def fine(late: int, price: Decimal, caps: Iterable[Decimal | None] = ()) -> Decimal:
    """For so many days or hours. Never more than any of the caps leaves room for, and never less than nothing."""
    room = [max(cap, Decimal(0)) for cap in caps if cap is not None]
    return min([price * late, *room])
