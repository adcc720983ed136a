"""Days from and to, both included, as the moments that a query wants."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone


class OfDays:
    """For a dataclass with `since` and `until`: days of the site's own calendar, both included."""

    __slots__ = ()

    since: date
    until: date

    @property
    def began(self) -> datetime:
        return midnight(self.since)

    @property
    def ended(self) -> datetime:
        """The first moment after the period."""
        return midnight(self.until + timedelta(days=1))


def midnight(day: date) -> datetime:
    """When this day begins in the site's own time."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
