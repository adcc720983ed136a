"""When the library is open, in its own time zone: what due times go by. Pure, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)
LONGEST_CLOSURE = 366  # days that a due date may be put off by closed days
LAST_SECOND = time(23, 59, 59)

# From opening to closing, both in UTC, where a change of clocks makes no difference.
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class OpeningCalendar:
    """Without `hours`, every day that is not closed is open all day."""

    zone: ZoneInfo
    closed: frozenset[date] = frozenset()
    shut: frozenset[int] = frozenset()  # weekdays; 0 is Monday
    hours: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=dict)  # by weekday

    def is_open(self, day: date) -> bool:
        weekday = day.weekday()
        return day not in self.closed and weekday not in self.shut and (not self.hours or weekday in self.hours)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        return datetime.combine(day, LAST_SECOND, tzinfo=self.zone)

    def spans(self, day: date) -> list[Span]:
        """In the order of the day."""
        if not self.is_open(day):
            return []
        known = self.hours.get(day.weekday(), ((time(0), LAST_SECOND),))
        return sorted((self._moment(day, opens), self._moment(day, closes)) for opens, closes in known)

    def is_open_at(self, moment: datetime) -> bool:
        return any(opens <= moment <= closes for opens, closes in self.spans(self.day_of(moment)))

    def end_of_day_after(self, moment: datetime) -> datetime | None:
        """When the library next closes for the day; neither a break at noon nor a midnight it is open over is its end.

        None where it does not close in the days that are looked at.
        """
        ends = (spans[-1][1] for spans in self._from(self.day_of(moment)))
        return next((end for end in ends if end > moment and not self.goes_on(end)), None)

    def goes_on(self, closing: datetime) -> bool:
        """The next day begins where this one ends, for no one leaves at a midnight of a library that is open."""
        local = closing.astimezone(self.zone)
        return (local.hour, local.minute) == (23, 59) and self.is_open_at(closing + A_MINUTE)

    def last_closing(self, after: datetime, until: datetime) -> datetime | None:
        """The latest one between the two, breaks included."""
        day, first = self.day_of(until), self.day_of(after)
        while day >= first:
            for _opens, closes in reversed(self.spans(day)):
                if after < closes <= until and not self.goes_on(closes):
                    return closes
            day -= DAY
        return None

    def next_opening(self, after: datetime) -> datetime | None:
        starts = (opens for spans in self._from(self.day_of(after)) for opens, _closes in spans)
        return next((opens for opens in starts if opens >= after), None)

    def open_time(self, begin: datetime, end: datetime) -> timedelta:
        """How long the library was open between the two."""
        total, day, last = timedelta(), self.day_of(begin), self.day_of(end)
        while day <= last:
            for opens, closes in self.spans(day):
                total += max(timedelta(), min(closes, end) - max(opens, begin))
            day += DAY
        return total

    def _from(self, day: date) -> Iterator[list[Span]]:
        """The open days from this one on, as far as it makes sense to look."""
        for number in range(LONGEST_CLOSURE):
            if spans := self.spans(day + DAY * number):
                yield spans

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)
