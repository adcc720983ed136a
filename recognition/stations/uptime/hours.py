"""When a station is expected to be online: its own hours, else the site's (STATION_HOURS), on STATION_DAYS.

Not on the closed days of its library, its bank of lockers or the courses (config.ops.registries.closed_days).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from config.ops.registries.closed_days import CLOSED_DAYS, ClosedOn
from recognition.models import Station

Span = tuple[datetime, datetime]
DAY = timedelta(days=1)
MIDNIGHT = time(0)
KNOWN = 60  # s for which closed days are remembered: one query for all stations of a purpose


def open_spans(station: Station, since: datetime, until: datetime) -> Iterator[Span]:
    """The opening hours between two moments, in their order. They may go over midnight, as the screen's do."""
    day, last = timezone.localdate(since) - DAY, timezone.localdate(until)
    closed = _closed(station.purpose, day, last)
    while day <= last:
        if day.isoweekday() in settings.STATION_DAYS and not closed & {(None, day), (station.pk, day)}:
            opens, closes = _of_day(station, day)
            begins, ends = max(opens, since), min(closes, until)
            if begins < ends:
                yield begins, ends
        day += DAY


def is_open(station: Station, at: datetime) -> bool:
    return any(open_spans(station, at, at + timedelta(seconds=1)))


def _closed(purpose: str, first: date, last: date) -> frozenset[ClosedOn]:
    source = CLOSED_DAYS.get(purpose)
    if source is None:
        return frozenset()
    key = f"closed-days:{purpose}:{first}:{last}"
    known: list[tuple[int | None, str]] | None = cache.get(key)
    if known is None:
        known = [(station, day.isoformat()) for station, day in source(first, last)]
        cache.set(key, known, KNOWN)
    return frozenset((station, date.fromisoformat(day)) for station, day in known)


def _of_day(station: Station, day: date) -> Span:
    opens, closes = _clock(station)
    after = day + DAY if closes <= opens else day
    zone = timezone.get_default_timezone()
    return datetime.combine(day, opens, zone), datetime.combine(after, closes, zone)


def _clock(station: Station) -> tuple[time, time]:
    """Both times. From midnight to midnight where neither the station nor the site has any."""
    if station.opens_at is not None and station.closes_at is not None:
        return station.opens_at, station.closes_at
    span: tuple[time, time] | None = settings.STATION_HOURS
    return span or (MIDNIGHT, MIDNIGHT)
