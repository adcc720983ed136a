"""From a decision to the app that acts on it."""

from __future__ import annotations

import logging

from config.errors import Refused
from recognition.sightings.decisions import IdentityEvent
from recognition.stations.app.station_app import app_of
from recognition.stations.events import Trouble, not_recorded
from recognition.stations.ways import way_counts

log = logging.getLogger("ostiary.identity")


def dispatch(event: IdentityEvent) -> Trouble | None:
    """Hand the event to the app of its purpose, or greet and record where there is none: nothing seen is lost.

    Runs in a database thread. What the app refuses comes back as the sentence for the page; an
    app that breaks is logged, and the page is told that nothing was recorded.
    """
    try:
        app_of(event.purpose).on_identity(event)
    except Refused as refusal:
        _count(event, accepted=False)
        return {"kind": "trouble", "station": event.station, "code": refusal.code, "message": refusal.message}
    except Exception:
        log.exception("What the app of %s does failed at station %s", event.purpose, event.station)
        return not_recorded(event.station)
    _count(event, accepted=event.person_id is not None)
    return None


def _count(event: IdentityEvent, *, accepted: bool) -> None:
    """Anyone who stays in view came in once."""
    if not event.again:
        way_counts.note(event.purpose, event.lane, accepted=accepted, seconds=event.seconds)
