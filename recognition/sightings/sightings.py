"""What stations decided, row by row: the answer to "why did it not know me?"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.webhooks import outbox
from config.errors import Refused
from recognition.models import FaceTemplate, Sighting, Station
from recognition.sightings import kept_looks, template_age
from recognition.sightings.decisions import IdentityEvent
from recognition.sightings.webhook_kinds import RECOGNISED, UNKNOWN

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
        sighting = Sighting.objects.create(
            station=Station.objects.get(slug=event.station),
            person=person,
            outcome=Sighting.Outcome.RECOGNISED if person else Sighting.Outcome.UNKNOWN,
            at=event.at,
            distance=event.match.get("distance") if person else None,
            threshold=event.match.get("threshold"),
            margin=event.match.get("margin") if person else None,
            record=_kept(event),
        )
        if person is not None and event.lane == "face":
            kept_looks.keep(sighting, event)
            template_age.note(person, event)
        _emit(sighting, event)
        return sighting


def _emit(sighting: Sighting, event: IdentityEvent) -> None:
    seen = {"id": sighting.pk, "station": event.station, "purpose": event.purpose}
    how = {"by": event.lane, "liveness": event.liveness, "life": event.life_score}
    kind = RECOGNISED if sighting.person else UNKNOWN
    outbox.emit(kind.code, seen | how, person=sighting.person, at=event.at)


def _person(event: IdentityEvent) -> User | None:
    if event.person_id is None:
        return None
    # The lock that an erasure holds too: a frame decided before it must leave nothing behind after it.
    person = User.objects.select_for_update().filter(pk=event.person_id).first()
    by_face = event.lane == "face"
    if person is None or (by_face and not FaceTemplate.objects.filter(person=person, purpose=event.purpose).exists()):
        raise Refused("person_gone", _("This person is no longer on record."), status=404)
    return person


def _kept(event: IdentityEvent) -> dict[str, Any]:
    if event.lane != "face":
        return {"lane": event.lane}
    if event.person_id is None:
        return {name: event.match[name] for name in KEPT_OF_STRANGERS if name in event.match}
    decision = {name: value for name, value in event.match.items() if name not in NOT_KEPT}
    life = {"life": event.life} if event.life else {}
    return {**decision, "quality": event.quality, "track": event.track, "liveness": event.liveness, **life}


def latest(slugs: Iterable[str], *, each: int = 6) -> dict[str, list[Sighting]]:
    """The newest sightings of each station, people and strangers, newest first."""
    rows = Sighting.objects.select_related("person")
    return {slug: list(rows.filter(station__slug=slug)[:each]) for slug in slugs}
