"""A person's templates: one mean of the photos for each purpose (and for each profile that embedded them)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Purpose
from recognition.engine import Vector
from recognition.faces import crypto, gallery
from recognition.faces.outliers import mean_vector
from recognition.models import FaceSample, FaceTemplate, SampleUse


def sample_vector(sample: FaceSample) -> Vector:
    context, place = crypto.sample_context(sample.person_id), crypto.embedding_place(sample.digest, sample.profile)
    return crypto.blob_to_vector(sample.embedding, context=context, place=place)


def rebuild_templates(person: User, purposes: Iterable[str] | None = None) -> None:
    """Make the templates agree with the photos that remain, and tell every process. Call it in a transaction.

    A template whose photos are all gone, or are all embedded by another profile now, goes too.
    """
    wanted = list(Purpose.values if purposes is None else purposes)
    vectors = _vectors(person, wanted)
    kept = [_save(person, purpose, profile, group) for (purpose, profile), group in vectors.items()]
    stale = FaceTemplate.objects.filter(person=person, purpose__in=wanted).exclude(pk__in=[row.pk for row in kept])
    changed = {row.purpose for row in kept} | set(stale.values_list("purpose", flat=True))
    stale.delete()
    for purpose in sorted(changed):  # always in one order, so that two people's changes never wait for each other
        gallery.bump(purpose)


def _vectors(person: User, purposes: list[str]) -> dict[tuple[str, str], list[Vector]]:
    vectors: dict[tuple[str, str], list[Vector]] = defaultdict(list)
    uses = SampleUse.objects.filter(sample__person=person, purpose__in=purposes).select_related("sample")
    for use in uses.order_by("pk"):
        vectors[use.purpose, use.sample.profile].append(sample_vector(use.sample))
    return vectors


def _save(person: User, purpose: str, profile: str, vectors: list[Vector]) -> FaceTemplate:
    context, place = crypto.template_context(person.pk, purpose), crypto.template_place(profile)
    vector = crypto.vector_to_blob(mean_vector(vectors), context=context, place=place)
    sealed = {"vector": vector, "photos": len(vectors)}
    template, _ = FaceTemplate.objects.update_or_create(
        person=person, purpose=purpose, profile=profile, defaults=sealed
    )
    return template
