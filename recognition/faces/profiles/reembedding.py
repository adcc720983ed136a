"""Embedding every photo again after a change of profile. Person by person; what is done already is skipped."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from config.errors import Refused
from recognition.engine import Vector, images
from recognition.faces import access_log, crypto
from recognition.faces.profiles import outdated
from recognition.faces.profiles.runtime import executor, get_engine
from recognition.faces.templates import rebuild_templates
from recognition.models import FaceSample

log = logging.getLogger("ostiary.biometrics")


def remaining() -> QuerySet[FaceSample]:
    """Photos that another profile than the active one embedded."""
    return outdated.photos(get_engine().profile.make)


def reembed() -> Iterator[dict[str, int]]:
    """Yields, for each person who had outdated photos, how many are done and how many failed."""
    people = User.objects.filter(face_samples__in=remaining()).distinct().order_by("pk")
    for pk in list(people.values_list("pk", flat=True)):
        yield _tried(pk)


def _tried(pk: int) -> dict[str, int]:
    """A person among whose photos one does not open any more keeps no one else from being recognised again."""
    try:
        return _reembed_person(pk)
    except Refused as refusal:
        log.error("The photos of person %s cannot be embedded: %s", pk, refusal.message)
        return {"done": 0, "failed": remaining().filter(person_id=pk).count()}


def _reembed_person(pk: int) -> dict[str, int]:
    """1. Embed the stored crops, without a lock. 2. Swap vectors and templates in one transaction."""
    samples = list(remaining().filter(person_id=pk))
    vectors = list(executor().map(_vector, samples))
    done = {sample: vector for sample, vector in zip(samples, vectors, strict=True) if vector is not None}
    profile = get_engine().profile.make
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=pk)
        for sample, vector in done.items():
            place = crypto.embedding_place(sample.digest, profile)
            sealed = crypto.vector_to_blob(vector, context=crypto.sample_context(pk), place=place)
            FaceSample.objects.filter(pk=sample.pk).update(embedding=sealed, profile=profile)
        rebuild_templates(person)
        access_log.record("reembedded", actor=None, person=person, photos=len(done))
    return {"done": len(done), "failed": len(samples) - len(done)}


def _vector(sample: FaceSample) -> Vector | None:
    """The vector of a stored crop, or None when it does not open or the new detector finds no face in it."""
    engine = get_engine()
    try:
        context, place = crypto.sample_context(sample.person_id), crypto.crop_place(sample.digest)
        image = images.decode(crypto.decrypt(sample.crop, context=context, place=place))
        faces = engine.detect(image)
    except Refused as refusal:
        log.error("Photo %s cannot be embedded: %s", sample.pk, refusal.message)
        return None
    if not faces:
        log.error("Photo %s cannot be embedded: no face was found in its crop.", sample.pk)
        return None
    vector: Vector = engine.embed(image, faces[:1])[0]
    return vector
