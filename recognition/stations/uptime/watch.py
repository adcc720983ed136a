"""Notices that a station is offline, and that it is back. A job of the clock, once a minute.

A sign of life is the presence that every process keeps, or the moment that a paired device has noted in the database:
the clock may be another process, with another cache.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from config.delivery.purging import delete_in_pieces
from config.ops.jobs.steps import for_each
from recognition.models import Station, StationOutage
from recognition.stations import presence
from recognition.stations.uptime import hours, telling

SILENT = timedelta(seconds=150)  # devices note themselves once a minute: two of these and a half
CALM = timedelta(minutes=3)  # a screen that restarts, or is switched on at opening time, is told to no one
KEPT = timedelta(days=90)


def watch(now: datetime) -> None:
    """1. Who is silent gets an open outage. 2. Who is back, off or no longer paired ends theirs. 3. Tell, once each."""
    rows = list(watched())
    online = presence.of(row.slug for row in rows)
    silent = {row.pk: row.seen_at for row in rows if not online[row.slug]["online"] and row.seen_at < now - SILENT}
    for_each(lambda station: _begin(station, now), [row for row in rows if row.pk in silent])
    for_each(lambda outage: _go_on(outage, now, silent=outage.station_id in silent), list(_open()))


def watched() -> QuerySet[Any]:
    """Stations with a device that has been online at least once: a spare that waits is not missed."""
    seen = Max("devices__last_seen_at", filter=Q(devices__revoked_at=None))
    return Station.objects.filter(active=True).annotate(seen_at=seen).exclude(seen_at=None).order_by("pk")


def _open() -> QuerySet[StationOutage]:
    return StationOutage.objects.filter(open_slot=1).select_related("station")


def _begin(station: Any, now: datetime) -> None:
    if StationOutage.objects.filter(station=station, open_slot=1).exists():
        return
    try:
        with transaction.atomic():
            StationOutage.objects.create(station=station, began_at=station.seen_at, noticed_at=now)
    except IntegrityError:
        return  # another process was faster


def _go_on(outage: StationOutage, now: datetime, *, silent: bool) -> None:
    if not silent:
        _end(outage, now)
    elif outage.told_at is None and _should_be_told(outage, now):
        _tell(outage, now)


def _should_be_told(outage: StationOutage, now: datetime) -> bool:
    """In its opening hours, for a few minutes already: the hours may have begun while it was offline."""
    station, before = outage.station, now - CALM
    return outage.noticed_at <= before and hours.is_open(station, now) and hours.is_open(station, before)


@transaction.atomic
def _tell(outage: StationOutage, now: datetime) -> None:
    mine = StationOutage.objects.filter(pk=outage.pk, told_at=None, open_slot=1)
    if mine.update(told_at=now):
        telling.offline(outage)


@transaction.atomic
def _end(outage: StationOutage, now: datetime) -> None:
    """Who was told that it is offline is told that it is back; not where it was switched off, or its pairing ended."""
    if not StationOutage.objects.filter(pk=outage.pk, open_slot=1).update(open_slot=None, ended_at=now):
        return
    outage.ended_at = now
    if outage.told_at is not None and watched().filter(pk=outage.station_id).exists():
        telling.online(outage)


def purge(now: datetime) -> dict[str, int]:
    old = StationOutage.objects.filter(open_slot=None, ended_at__lt=now - KEPT)
    return {"station_outages": delete_in_pieces(old)}
