"""From a timetable's weekday and hours to moments: time zones, daylight saving, midnight. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """One line of a timetable. `ends` at or before `starts` means the next day. `weekday` 0 is Monday."""

    weekday: int
    starts: time
    ends: time
    first_day: date
    last_day: date
    interval: int = 1  # weeks; 2 is every second week, beginning with the first meeting on or after `first_day`


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC moment at which the site's clocks show `clock`.

    An hour that daylight saving skips is taken as one later, an hour that happens twice as the first of the two
    (PEP 495, fold 0).
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def meeting(day: date, starts: time, ends: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of what begins on this day, the start always first; `ends` at or before `starts` is the next day.

    A shift over a change of the clocks has its true length: 22:00-06:00 is seven, eight or nine hours. But
    02:30-03:15 in the night whose clocks go from 02:00 to 03:00 begins at 03:30, which is after its end, and of
    02:30-03:35 five minutes would be left: such a session keeps the length that the timetable gives it.
    """
    last = day if ends > starts else day + DAY
    start, end = moment(day, starts, zone), moment(last, ends, zone)
    length = datetime.combine(last, ends) - datetime.combine(day, starts)
    is_skipped = start.astimezone(zone).time() != starts
    return start, start + length if is_skipped and end - start < length / 2 else end


def occurrences(
    rule: Weekly, zone: ZoneInfo, *, since: date, until: date, closed: Collection[date] = ()
) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of every session of this line from `since` to `until`, closed days left out."""
    step = 7 * max(1, rule.interval)
    day = rule.first_day + DAY * ((rule.weekday - rule.first_day.weekday()) % 7)
    if since > day:
        day += DAY * (-(-(since - day).days // step) * step)
    while day <= min(until, rule.last_day):
        if day not in closed:
            yield meeting(day, rule.starts, rule.ends, zone)
        day += step * DAY


def overlap(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> bool:
    """Whether two times share a moment; one that begins when the other ends does not."""
    return first[0] < second[1] and second[0] < first[1]
