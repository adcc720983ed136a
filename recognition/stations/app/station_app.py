"""What the app of a station's purpose does there: `StationApp`, and settings.STATION_APPS, which names one by purpose.

Each domain's subclass is in its `wiring/station_app.py`. The defaults are a station that greets who comes in and
records it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from config.live.news import publish, station_group
from recognition.engine import Image
from recognition.models import Sighting, Station
from recognition.sightings import sightings
from recognition.sightings.decisions import Denial, IdentityEvent, SuspicionEvent
from recognition.stations.events import StationNote, greeting, station_note, stranger
from recognition.stations.visibility import staff_group
from recognition.stations.ways.way_figures import WayFigures

log = logging.getLogger("ostiary.live")

AfterFrame = Callable[[], None]
RosterRule = Callable[[Station], Iterable[int] | None]


class StationApp:
    """What one app does at the stations of its purpose. It has no state of its own: one object serves all stations."""

    # --- what a station says ------------------------------------------------------------------------

    def on_identity(self, event: IdentityEvent) -> None:
        """Someone was recognised, or was not. What it refuses is shown at the station."""
        greet_and_record(event)

    def on_denied(self, denial: Denial) -> None:
        """A face was not the person who was named. Refused where it cannot be set right."""

    def on_suspicion(self, event: SuspicionEvent, row: Sighting) -> None:
        """Signs of a picture, at a station of any purpose: an app may have something of its own to do then."""

    def on_seeing(self, slug: str, at: datetime) -> None:
        """A station of this purpose is really seeing. Called every few seconds."""

    # --- what a station asks ------------------------------------------------------------------------

    def rosters(self) -> Mapping[str, RosterRule]:
        """The roster rules that this app adds, by name: person ids, or None for everyone enrolled."""
        return {}

    def repeat_every(self, station: Station) -> float | None:
        """How often (s) someone who stays in view is told again. None: never."""
        return None

    def note(self, station: Station) -> StationNote:
        """What the kiosk says is going on."""
        return station_note(station.slug, "", "")

    def page(self, station: Station) -> dict[str, Any] | None:
        """{template, script, style, words, states, …} of the purpose's own part of the kiosk page."""
        return None

    def state(self, station: Station) -> dict[str, Any] | None:
        """What `hello` carries beside the station's own state."""
        return None

    def read_frame(self, station: Station, image: Image, at: datetime) -> AfterFrame | None:
        """Look at a camera picture, on the engine's thread; what is to be done then, in a database thread."""
        return None

    def read_card(self, typed: str) -> str:
        """The number of a card, of what a scanner there has typed."""
        return typed

    # --- what a site's records say ------------------------------------------------------------------

    def way_records(self, days: int) -> Iterable[WayFigures]:
        """How each way in fared in the last days, where the app keeps records of its own."""
        return ()


def app_of(purpose: str) -> StationApp:
    """The app of a purpose. Where settings.STATION_APPS names none, people are greeted and recorded."""
    path = settings.STATION_APPS.get(purpose)
    return _built(path) if path else StationApp()


def all_apps() -> list[StationApp]:
    """In the order of settings.STATION_APPS."""
    return [_built(path) for path in settings.STATION_APPS.values()]


@lru_cache
def _built(path: str) -> StationApp:
    """Imported at its first use: an app may bring a lot with it."""
    found = import_string(path)()
    if not isinstance(found, StationApp):
        raise TypeError(f"settings.STATION_APPS: {path} is not a StationApp.")
    return found


def read_frame(station: Station, image: Image, at: datetime) -> AfterFrame | None:
    """Let the purpose's app look at a picture. One that breaks is logged: faces are recognised without it."""
    try:
        return app_of(station.purpose).read_frame(station, image, at)
    except Exception:
        log.exception("The frame reader of station %s failed", station.slug)
        return None


def greet_and_record(event: IdentityEvent) -> None:
    """Record the sighting, and tell the station and the staff page who came, or that a stranger did."""
    with transaction.atomic():
        person = sightings.record(event).person
        news = (
            greeting(event.station, person, event.at, lane=event.lane) if person else stranger(event.station, event.at)
        )
        publish(station_group(event.station), news)
        publish(staff_group(event.purpose), news)
