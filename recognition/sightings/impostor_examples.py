"""Impostor examples as rows: made from a denied look, reviewed and removed by staff, and loaded with the gallery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from recognition.engine import Vector, Vectors
from recognition.faces import access_log, crypto, gallery
from recognition.faces.permissions import purposes_for, require_may_enrol
from recognition.faces.profiles.runtime import get_engine
from recognition.faces.templates import sample_vector
from recognition.models import FaceSample, FaceTemplate, ImpostorExample, KeptLook, Sighting
from recognition.sightings import impostor_rules, kept_looks

State, Source, Why = ImpostorExample.State, ImpostorExample.Source, ImpostorExample.Why


def examples_for(user: User) -> QuerySet[ImpostorExample]:
    """Those of the purposes that this person's role looks after."""
    return ImpostorExample.objects.filter(purpose__in=purposes_for(user)).select_related("person", "told_by")


def learn_from(sighting: Sighting, *, source: str, by: User | None) -> ImpostorExample | None:
    """Make an example of a denied sighting's look. The second time it is the one that was made first.

    None where nothing can be learned: the look was not kept, or not under this profile, or the person has withdrawn.
    Call it in a transaction.
    """
    known = ImpostorExample.objects.filter(sighting_number=sighting.pk).first()
    look = KeptLook.objects.filter(sighting=sighting).select_related("sighting__station").first()
    person, purpose = sighting.person, sighting.station.purpose
    if known or look is None or person is None or not _may_learn(person, purpose, look):
        return known
    vector = kept_looks.opened(look)
    why = _why_wait(person, purpose, vector, source)
    example = _written(sighting, look, vector, why=why, source=source, by=by)
    if example.state == State.ACTIVE:
        _make_room(example)
    gallery.bump(purpose)
    access_log.record(
        "impostor_reported", actor=by, person=person, purpose=purpose, source=source, state=example.state, why=why
    )
    return example


def accept(example: ImpostorExample, *, by: User) -> None:
    """Staff have looked at it: it is used from now on. Refused `not_allowed`, `no_consent`. Twice is harmless."""
    require_may_enrol(by, [example.purpose])
    with transaction.atomic():
        if not kept_looks.covered(example.person, example.purpose):
            raise Refused("no_consent", _("The person's consent no longer covers this."), status=409)
        waiting = ImpostorExample.objects.filter(pk=example.pk, state=State.WAITING)
        if waiting.update(state=State.ACTIVE, why="", accepted_by=by):
            _make_room(example)
            gallery.bump(example.purpose)
            access_log.record("impostor_accepted", actor=by, person=example.person, purpose=example.purpose)
    example.refresh_from_db()


def remove(example: ImpostorExample, *, by: User | None) -> None:
    """It is forgotten at once, and the identity is as strict as before. Refused `not_allowed`."""
    require_may_enrol(by, [example.purpose])
    _forget(ImpostorExample.objects.filter(pk=example.pk), by=by)


def withdraw(sighting_number: int, *, by: User | None) -> None:
    """Anyone who decides about the sighting says that it was this person after all."""
    _forget(ImpostorExample.objects.filter(sighting_number=sighting_number), by=by)


def purge(now: datetime) -> int:
    """Forget what is older than IMPOSTOR_DAYS; how many."""
    rows = ImpostorExample.objects.filter(created_at__lt=now - timedelta(days=settings.IMPOSTOR_DAYS))
    purposes = set(rows.values_list("purpose", flat=True))
    count, _by_model = rows.delete()
    for purpose in sorted(purposes):
        gallery.bump(purpose)
    return count


def photos_lost(example: ImpostorExample) -> tuple[int, int]:
    """How many of the owner's photos would be lost because of it, and of how many; (0, 0) where no one can say."""
    own = _own_vectors(example.person, example.purpose)
    if len(own) < impostor_rules.FEWEST_PHOTOS or example.profile != get_engine().profile.make:
        return 0, 0
    return impostor_rules.locked_out(gallery.opened_example(example), own), len(own)


# --- making one -----------------------------------------------------------------------------------


def _may_learn(person: User, purpose: str, look: KeptLook) -> bool:
    fits = look.profile == get_engine().profile.make
    return bool(settings.IMPOSTOR_EXAMPLES) and fits and kept_looks.covered(person, purpose)


def _why_wait(person: User, purpose: str, vector: Vector, source: str) -> str:
    own, template = _own_vectors(person, purpose), _template(person, purpose)
    if template is None:
        return str(Why.TOO_FEW)
    if why := impostor_rules.why_wait(vector, own, template, _own_region()):
        return why
    return str(Why.MANY) if source == Source.KIOSK and _unconfirmed(person, purpose) else ""


def _own_region() -> Callable[[int], float]:
    threshold = partial(get_engine().threshold, frames=3, target_fmr=impostor_rules.OWN_FMR)
    return lambda photos: threshold(photos=photos)


def _unconfirmed(person: User, purpose: str) -> bool:
    """Whether enough reports by people who did not sign in are in use already, without anyone having looked."""
    anonymous = ImpostorExample.objects.filter(person=person, purpose=purpose, source=Source.KIOSK, accepted_by=None)
    return anonymous.count() >= impostor_rules.UNCONFIRMED


def _own_vectors(person: User, purpose: str) -> Vectors:
    profile = get_engine().profile
    samples = FaceSample.objects.filter(person=person, uses__purpose=purpose, profile=profile.make)
    found = [sample_vector(sample) for sample in samples]
    return np.stack(found) if found else np.empty((0, profile.dim), np.float32)


def _template(person: User, purpose: str) -> Vector | None:
    profile = get_engine().profile.make
    row = FaceTemplate.objects.filter(person=person, purpose=purpose, profile=profile).first()
    if row is None:
        return None
    context, place = crypto.template_context(person.pk, purpose), crypto.template_place(profile)
    return crypto.blob_to_vector(row.vector, context=context, place=place)


def _written(
    sighting: Sighting, look: KeptLook, vector: Vector, *, why: str, source: str, by: User | None
) -> ImpostorExample:
    person, purpose = sighting.person_id or 0, sighting.station.purpose
    context, place = crypto.impostor_context(person, purpose), crypto.look_place(sighting.pk, look.profile)
    fields = {
        "person_id": person,
        "purpose": purpose,
        "vector": crypto.vector_to_blob(vector, context=context, place=place),
        "profile": look.profile,
        "state": State.WAITING if why else State.ACTIVE,
        "why": why,
        "source": source,
        "station": sighting.station.slug,
        "distance": sighting.distance,
        "seen_at": sighting.at,
        "told_by": by,
    }
    try:
        with transaction.atomic():
            return ImpostorExample.objects.create(sighting_number=sighting.pk, **fields)
    except IntegrityError:  # someone else said so in the same moment
        return ImpostorExample.objects.get(sighting_number=sighting.pk)


def _make_room(newest: ImpostorExample) -> None:
    """Of more than IMPOSTOR_EXAMPLES the oldest that no one has accepted go first, then the oldest."""
    same = ImpostorExample.objects.filter(person_id=newest.person_id, purpose=newest.purpose, state=State.ACTIVE)
    others = list(same.exclude(pk=newest.pk).only("accepted_by", "created_at"))
    surplus = len(others) + 1 - settings.IMPOSTOR_EXAMPLES
    if surplus > 0:
        others.sort(key=lambda row: (row.accepted_by_id is not None, row.created_at, row.pk))
        ImpostorExample.objects.filter(pk__in=[row.pk for row in others[:surplus]]).delete()


def _forget(rows: QuerySet[ImpostorExample], *, by: User | None) -> None:
    with transaction.atomic():
        for example in rows.select_related("person"):
            example.delete()
            gallery.bump(example.purpose)
            access_log.record("impostor_removed", actor=by, person=example.person, purpose=example.purpose)
