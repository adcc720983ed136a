"""Recognition's areas of a person's export, and their own photos. No vectors: they open doors elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import User
from accounts.people.own_export import ExportArea
from recognition.faces import access_log, crypto
from recognition.faces.own_looks import looks_at
from recognition.models import FaceSample, Sighting

AREAS = (
    ExportArea(
        "recognition-sightings",
        {"at": "at", "station": "station__name", "purpose": "station__purpose", "outcome": "outcome"},
        lambda person: Sighting.objects.filter(person=person),
    ),
    ExportArea("recognition-looks", {"at": "at", "action": "action"}, looks_at),
    ExportArea(
        "recognition-photos",
        {"number": "pk", "source": "source", "quality": "quality", "purposes": "uses__purpose"},
        lambda person: FaceSample.objects.filter(person=person),
    ),
)


def photos(person: User) -> Iterator[tuple[str, bytes]]:
    """Logged before the first leaves."""
    samples = list(FaceSample.objects.filter(person=person).order_by("pk"))
    if samples:
        access_log.record("photos_downloaded", actor=person, person=person, photos=len(samples))
    for sample in samples:
        context, place = crypto.sample_context(person.pk), crypto.crop_place(sample.digest)
        yield f"photos/{sample.pk}.jpg", crypto.decrypt(sample.crop, context=context, place=place)
