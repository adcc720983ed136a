"""Looks at which someone was recognised, sealed and kept for a few days, so that a mistake can be learned from."""

from __future__ import annotations

import datetime

from django.conf import settings

from accounts.models import Consent, User
from recognition.engine import Vector
from recognition.faces import crypto
from recognition.models import KeptLook, Sighting
from recognition.sightings import probes
from recognition.sightings.decisions import IdentityEvent


def covered(person: User, purpose: str) -> bool:
    """Whether the person agreed to a notice that says that looks are kept, and this site keeps any."""
    standing = Consent.objects.filter(person=person, purpose=purpose, standing=True, notice__keeps_looks=True)
    return bool(settings.KEPT_LOOK_DAYS) and standing.exists()


def keep(sighting: Sighting, event: IdentityEvent) -> KeptLook | None:
    """Keep the look of a sighting, in its transaction. None of a stranger, or of who has not agreed to it."""
    probe = probes.take(event.look) if event.look else None
    if probe is None or sighting.person is None or not covered(sighting.person, event.purpose):
        return None
    context = crypto.look_context(sighting.person.pk, event.purpose)
    place = crypto.look_place(sighting.pk, probe.profile)
    sealed = crypto.vector_to_blob(probe.vector, context=context, place=place)
    return KeptLook.objects.create(sighting=sighting, vector=sealed, profile=probe.profile, frames=probe.frames)


def opened(look: KeptLook) -> Vector:
    """The vector of a kept look. Raises Refused as `crypto.decrypt`."""
    sighting = look.sighting
    context = crypto.look_context(sighting.person_id or 0, sighting.station.purpose)
    return crypto.blob_to_vector(look.vector, context=context, place=crypto.look_place(sighting.pk, look.profile))


def expired(now: datetime.datetime) -> datetime.datetime:
    """Looks from before this moment are not kept."""
    return now - datetime.timedelta(days=settings.KEPT_LOOK_DAYS)
