"""Quiet hours: when no e-mail goes out. Pure; all moments are aware datetimes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

Hours = tuple[time, time]  # from the first to the second on the site's clock; over midnight when the first is later


def is_quiet(at: datetime, hours: Hours | None, zone: ZoneInfo) -> bool:
    if hours is None:
        return False
    begin, end = hours
    clock = at.astimezone(zone).time()
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def after_quiet(at: datetime, hours: Hours | None, zone: ZoneInfo) -> datetime:
    """The first moment, not before `at`, at which an e-mail may go out."""
    while hours is not None and is_quiet(at, hours, zone):
        at = _next(hours[1], at, zone)
    return at


def _next(clock: time, after: datetime, zone: ZoneInfo) -> datetime:
    """The next moment after `after` at which the site's clock shows `clock`.

    An hour that daylight saving skips is taken as one later; one that happens twice may be the second of the two.
    """
    after, day = after.astimezone(UTC), after.astimezone(zone).date()
    moments = [
        datetime.combine(day + timedelta(days=days), clock.replace(fold=fold), tzinfo=zone).astimezone(UTC)
        for days in (0, 1, 2)
        for fold in (0, 1)
    ]
    return min(moment for moment in moments if moment > after)
