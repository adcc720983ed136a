"""The rows behind a face: photos, the purposes they serve, and the templates made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from accounts.consent.consent import require_consent
from accounts.models import Consent, User
from recognition.engine import Vector
from recognition.faces import access_log, crypto
from recognition.faces.permissions import purposes_for, require_may_enrol
from recognition.faces.photo_checks import PhotoCheck
from recognition.faces.profiles.runtime import get_engine
from recognition.faces.templates import rebuild_templates, sample_vector
from recognition.models import FaceSample, SampleUse


class Known(NamedTuple):
    """Of a person's photos those that already serve one of the purposes: anyone who enrols learns of no others."""

    digests: dict[str, int]
    vectors: list[Vector]


def known_of(person: User, purposes: list[str]) -> Known:
    if person.pk is None:  # the dry run of a person who would be created
        return Known({}, [])
    samples = FaceSample.objects.filter(person=person, uses__purpose__in=purposes).distinct()
    comparable = samples.filter(profile=get_engine().profile.make)
    return Known(dict(samples.values_list("digest", "pk")), [sample_vector(sample) for sample in comparable])


def keep(
    person: User,
    looks: list[PhotoCheck],
    *,
    purposes: list[str],
    by: User | None,
    source: str,
    refused: list[str],
    chosen: bool = False,
) -> dict[str, int]:
    """Write good looks as photos, with their uses, the templates and a line in the log; ids by digest.

    `refused`: the codes of the photos that were rejected, and `chosen`: that someone has chosen these by hand among
    photos that disagreed; both for the log.
    """
    by_hand = {"chosen": True} if chosen else {}
    with transaction.atomic():
        lock(person, purposes)
        samples = {look.digest: _sample(person, look, by=by, source=source) for look in looks}
        SampleUse.objects.bulk_create(
            [SampleUse(sample_id=pk, purpose=purpose) for pk in samples.values() for purpose in purposes],
            ignore_conflicts=True,
        )
        if samples:
            rebuild_templates(person, purposes)
        access_log.record(
            "enrolled",
            actor=by,
            person=person,
            purposes=purposes,
            photos=len(samples),
            refused=refused,
            source=source,
            **by_hand,
        )
    return samples


def remove_sample(sample: FaceSample, *, by: User | None) -> None:
    """Stop using a photo for the purposes that `by` serves; a photo that no purpose uses is deleted."""
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=sample.person_id)
        uses = SampleUse.objects.filter(sample_id=sample.pk)
        served = set(uses.values_list("purpose", flat=True))
        mine = sorted(served if by is None else served & purposes_for(by))
        if served and not mine:
            require_may_enrol(by, served)
        stop_using(person, [sample.pk], mine)
        access_log.record("photo_removed", actor=by, person=person, sample=sample.pk, purposes=mine)


def stop_using(person: User, samples: list[int], purposes: list[str]) -> None:
    """Photos that no purpose uses any more are deleted. Call it in a transaction, with the person locked."""
    SampleUse.objects.filter(sample__person=person, sample_id__in=samples, purpose__in=purposes).delete()
    FaceSample.objects.filter(person=person, pk__in=samples, uses=None).delete()
    rebuild_templates(person, purposes)


def remove_samples(samples: Iterable[FaceSample], *, by: User | None) -> int:
    """All of them or none: what a mistaken enrolment added. How many were removed."""
    with transaction.atomic():
        rows = list(samples)
        for sample in rows:
            remove_sample(sample, by=by)
    return len(rows)


def lock(person: User, purposes: list[str]) -> None:
    """No one else enrols this person now, and a consent withdrawn a moment ago is seen.

    Consents first, then the person: the order in which a withdrawal locks them.
    """
    list(Consent.objects.select_for_update().filter(person=person, purpose__in=purposes, standing=True))
    User.objects.select_for_update().get(pk=person.pk)
    require_consent(person, purposes)


def _sample(person: User, look: PhotoCheck, *, by: User | None, source: str) -> int:
    assert look.face is not None and look.vector is not None  # noqa: S101  what `Look.good` promises
    context, profile = crypto.sample_context(person.pk), get_engine().profile.make
    crop, vector = crypto.crop_place(look.digest), crypto.embedding_place(look.digest, profile)
    sample, _created = FaceSample.objects.get_or_create(
        person=person,
        digest=look.digest,
        defaults={
            "crop": crypto.encrypt(look.crop, context=context, place=crop),
            "embedding": crypto.vector_to_blob(look.vector, context=context, place=vector),
            "profile": profile,
            "quality": look.face.quality.as_dict(),
            "source": source,
            "added_by": by,
        },
    )
    return sample.pk
