"""The present state of stations, as the staff page shows it before any news arrives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from recognition.models import Sighting, Station
from recognition.sightings import sightings
from recognition.stations import liveness_policy, presence
from recognition.stations.events import Greeting, StationCard, Stranger, Suspected, greeting, stranger, suspicion
from recognition.stations.uptime import figures
from recognition.stations.visibility import DEMO_SLUG, may_watch


def cards(stations: Iterable[Station], user: Any) -> list[StationCard]:
    rows = list(stations)
    slugs = [station.slug for station in rows]
    times = figures.of(rows)
    now, latest = presence.of(slugs), sightings.latest(slugs)
    return [
        {
            "slug": station.slug,
            "name": station.name,
            "place": station.place,
            "purpose": station.get_purpose_display(),
            "purpose_code": station.purpose,
            "now": now[station.slug],
            "latest": [_seen(station, row) for row in latest[station.slug]],
            "liveness": liveness_policy.words_for(station),
            "picture": may_watch(user, station),
            "uptime": times[station.slug],
        }
        for station in rows
    ]


def _seen(station: Station, sighting: Sighting) -> Greeting | Stranger | Suspected:
    if sighting.outcome == Sighting.Outcome.SUSPICION:
        return suspicion(station.slug, sighting.at, sighting.record.get("kind", "picture"))
    if sighting.person is None:
        return stranger(station.slug, sighting.at)
    return greeting(station.slug, sighting.person, sighting.at, lane=sighting.record.get("lane", "face"))


def demo() -> list[StationCard]:
    return cards(Station.objects.filter(slug=DEMO_SLUG, active=True), None)
