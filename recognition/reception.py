"""The first purpose: greet who comes in, and keep a record of it."""

from __future__ import annotations

from django.db import transaction

from config.live import publish, station_group
from recognition import sightings
from recognition.events import greeting, stranger
from recognition.identity import IdentityEvent
from recognition.visibility import staff_group


def on_identity(event: IdentityEvent) -> None:
    """Record the sighting, and tell the station and the staff page who came, or that a stranger did."""
    with transaction.atomic():
        person = sightings.record(event).person
        news = greeting(event.station, person, event.at) if person else stranger(event.station, event.at)
        publish(station_group(event.station), news)
        publish(staff_group(event.purpose), news)
