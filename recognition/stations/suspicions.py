"""Signs of a picture at a station: kept as a sighting of its own kind, and told to staff. Numbers, no picture, no name.

Whose picture it may have been is kept nowhere: a suspicion may be wrong, and it would be one against that person.
"""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.db import transaction

from accounts.webhooks import outbox
from config.live.news import publish
from recognition.faces import crypto
from recognition.models import Sighting, Station
from recognition.sightings.decisions import SuspicionEvent
from recognition.sightings.webhook_kinds import SUSPICION
from recognition.stations.app.station_app import StationApp, all_apps
from recognition.stations.events import suspicion
from recognition.stations.visibility import staff_group

log = logging.getLogger("ostiary.live")

PICTURE, SCENE = "picture", "scene"
SCENE_TOLD_FOR = 7 * 24 * 3600  # s in which the same poster is not told of again, whatever was restarted
EVERY = 55  # s: the same picture is told of once, however many processes see it; a tracker waits a little longer


def tell(event: SuspicionEvent) -> Sighting | None:
    """Keep it and tell staff. None when the same one was told of just now. Runs in a database thread.

    The apps of all purposes hear of it (StationApp.on_suspicion). One that breaks is logged, and keeps no one else
    from hearing it.
    """
    if not _is_news(event):
        return None
    with transaction.atomic():
        row = Sighting.objects.create(
            station=Station.objects.get(slug=event.station),
            outcome=Sighting.Outcome.SUSPICION,
            at=event.at,
            record=event.evidence,
        )
        _emit(event, row)
        publish(staff_group(event.purpose), suspicion(event.station, event.at, event.kind))
    for app in all_apps():
        _hand_over(app, event, row)
    return row


def _emit(event: SuspicionEvent, row: Sighting) -> None:
    """With the fields that every event had when only the library told other systems."""
    nothing = {"barcode": None, "title": None, "due_at": None}
    facts = {"id": row.pk, **nothing, "station": event.station, "detail": event.evidence}
    outbox.emit(SUSPICION.code, facts, at=event.at)


def _is_news(event: SuspicionEvent) -> bool:
    """The tracker limits the rate of one camera; this, that of all processes and of a restart."""
    mark = crypto.keyed_hash(f"{event.station}:{event.kind}:{event.mark}", purpose="suspicion")
    return bool(cache.add(f"suspicion:{mark}", 1, SCENE_TOLD_FOR if event.kind == SCENE else EVERY))


def _hand_over(app: StationApp, event: SuspicionEvent, row: Sighting) -> None:
    try:
        app.on_suspicion(event, row)
    except Exception:
        log.exception("What %s does about a suspicion failed at station %s", type(app).__name__, event.station)
