"""What stations decided, row by row: the answer to "why did it not know me?"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from config.errors import Refused
from recognition.identity import IdentityEvent
from recognition.models import FaceTemplate, Sighting, Station

# Who else came near concerns neither the person seen nor a stranger.
NOT_KEPT = ("best", "second", "person")
# Of a stranger only how the search was done: they were told that nothing is kept about them.
KEPT_OF_STRANGERS = ("reason", "threshold", "target_fmr", "roster_size", "probe_frames", "profile", "model")


def record(event: IdentityEvent) -> Sighting:
    """Keep one decision. A stranger is counted: no name, no nearest neighbour, no measure of the face.

    Raises Refused `person_gone` when the person was erased, or withdrew, in the meantime.
    """
    with transaction.atomic():
        person = _person(event)
        return Sighting.objects.create(
            station=Station.objects.get(slug=event.station),
            person=person,
            outcome=Sighting.Outcome.RECOGNISED if person else Sighting.Outcome.UNKNOWN,
            at=event.at,
            distance=event.match.get("distance") if person else None,
            threshold=event.match.get("threshold"),
            margin=event.match.get("margin") if person else None,
            record=_kept(event),
        )


def _person(event: IdentityEvent) -> User | None:
    if event.person_id is None:
        return None
    # The lock that an erasure holds too: a frame decided before it must leave nothing behind after it.
    person = User.objects.select_for_update().filter(pk=event.person_id).first()
    by_face = event.lane == "face"
    if person is None or (by_face and not FaceTemplate.objects.filter(person=person, purpose=event.purpose).exists()):
        raise Refused("person_gone", "This person is no longer on record.", status=404)
    return person


def _kept(event: IdentityEvent) -> dict[str, Any]:
    if event.lane != "face":
        return {"lane": event.lane}
    if event.person_id is None:
        return {name: event.match[name] for name in KEPT_OF_STRANGERS if name in event.match}
    decision = {name: value for name, value in event.match.items() if name not in NOT_KEPT}
    return {**decision, "quality": event.quality, "track": event.track}


def latest(slugs: Iterable[str], *, each: int = 6) -> dict[str, list[Sighting]]:
    """The newest sightings of each station, people and strangers, newest first."""
    rows = Sighting.objects.select_related("person")
    return {slug: list(rows.filter(station__slug=slug)[:each]) for slug in slugs}
