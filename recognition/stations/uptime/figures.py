"""How much of its opening hours a station was online, and when it was last seen. A few queries for all stations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Q
from django.utils import timezone

from config.live.news import clock
from recognition.models import Station, StationDevice, StationOutage
from recognition.stations.events import Uptime
from recognition.stations.uptime.hours import Span, open_spans

DAY, WEEK = timedelta(hours=24), timedelta(days=7)


def of(stations: Iterable[Station], now: datetime | None = None) -> dict[str, Uptime]:
    rows, now = list(stations), now or timezone.now()
    devices = StationDevice.objects.filter(station__in=rows)
    known: dict[int, Mapping[str, Any]] = {
        one["station"]: one
        for one in devices.order_by()
        .values("station")
        .annotate(paired=Min("paired_at"), seen=Max("last_seen_at", filter=Q(revoked_at=None)))
    }
    outages = _outages(rows, now)
    return {row.slug: _uptime(row, known.get(row.pk, {}), outages[row.pk], now) for row in rows}


def _uptime(station: Station, known: Mapping[str, Any], outages: Sequence[Span], now: datetime) -> Uptime:
    paired, seen = known.get("paired"), known.get("seen")
    return {
        "day": percent(station, outages, max(paired, now - DAY), now) if paired and seen else None,
        "week": percent(station, outages, max(paired, now - WEEK), now) if paired and seen else None,
        "seen_at": clock(seen) if seen else None,
    }


def percent(station: Station, outages: Sequence[Span], since: datetime, now: datetime) -> int | None:
    """Rounded down, so that only a station that was never offline has 100."""
    spans = list(open_spans(station, since, now))
    whole = sum((ends - begins).total_seconds() for begins, ends in spans)
    if not whole:
        return None
    lost = sum(_shared(span, outage) for span in spans for outage in outages)
    return int(100 * max(0.0, whole - lost) / whole)


def _shared(one: Span, other: Span) -> float:
    return max(0.0, (min(one[1], other[1]) - max(one[0], other[0])).total_seconds())


def _outages(stations: Sequence[Station], now: datetime) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    lately = Q(ended_at=None) | Q(ended_at__gte=now - WEEK)
    for row in StationOutage.objects.filter(lately, station__in=stations).only("station", "began_at", "ended_at"):
        found[row.station_id].append((row.began_at, row.ended_at or now))
    return found
