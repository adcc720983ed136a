"""The gallery of each purpose, decrypted into memory, reloaded in every process when the database moves on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import F

from config.errors import Refused
from recognition.engine.search.gallery import Gallery
from recognition.engine.search.impostors import Impostors
from recognition.engine.types import Vector
from recognition.faces import crypto
from recognition.faces.profiles.runtime import get_engine
from recognition.models import FaceTemplate, GalleryVersion, ImpostorExample

log = logging.getLogger("ostiary.biometrics")

LOOK_EVERY = 0.5  # s between questions to the database about the version

_lock = threading.Lock()
_loaded: dict[str, _Loaded] = {}


@dataclass(slots=True)
class _Loaded:
    profile: str
    version: int
    gallery: Gallery
    checked: float


def bump(purpose: str) -> None:
    """Tell every process that this purpose's templates changed. Call it in the transaction that changed them."""
    if GalleryVersion.objects.filter(purpose=purpose).update(version=F("version") + 1):
        return
    try:
        with transaction.atomic():
            GalleryVersion.objects.create(purpose=purpose, version=1)
    except IntegrityError:  # another process was first
        GalleryVersion.objects.filter(purpose=purpose).update(version=F("version") + 1)


def version(purpose: str) -> int:
    return GalleryVersion.objects.filter(purpose=purpose).values_list("version", flat=True).first() or 0


def gallery(purpose: str, *, at_once: bool = False) -> Gallery:
    """The purpose's templates in the active profile, at most half a second old (`at_once`: read now).

    Short database reads; call it on the engine's threads or in a request, never on the event loop.
    Raises Refused `wrong_key` when a template cannot be decrypted.
    """
    profile = get_engine().profile.make
    with _lock:
        known = _loaded.get(purpose)
        if known and known.profile == profile and not at_once and time.monotonic() - known.checked < LOOK_EVERY:
            return known.gallery
        now = version(purpose)
        if known is None or known.profile != profile or known.version != now:
            # The version was read before the rows: a change in between is loaded now and once more later.
            known = _Loaded(profile, now, _load(purpose, profile), 0.0)
            _loaded[purpose] = known
        known.checked = time.monotonic()
        return known.gallery


def forget() -> None:
    """Drop what is in memory: after a change of profile, and between tests."""
    with _lock:
        _loaded.clear()


def _load(purpose: str, profile: str) -> Gallery:
    rows = FaceTemplate.objects.filter(purpose=purpose, profile=profile).values_list("person_id", "vector", "photos")
    fetched = cast("Generator[tuple[int, bytes, int], None, None]", rows.iterator(chunk_size=2000))
    with closing(fetched) as found:  # a lost key must not leave a cursor open
        return Gallery.build(
            ((person, _opened(blob, person, purpose, profile), photos) for person, blob, photos in found),
            Impostors.build(_impostors(purpose, profile)),
        )


def _impostors(purpose: str, profile: str) -> Iterator[tuple[int, Vector]]:
    """(person, example) of all that are in use. One that does not open is left out: it must not close the door."""
    rows = ImpostorExample.objects.filter(purpose=purpose, profile=profile, state=ImpostorExample.State.ACTIVE)
    for example in rows.order_by("pk"):
        try:
            yield example.person_id, opened_example(example)
        except Refused as refusal:
            log.error("Impostor example %s does not open: %s", example.pk, refusal.code)


def opened_example(example: ImpostorExample) -> Vector:
    """The vector of an impostor example. Raises Refused as `crypto.decrypt`."""
    context = crypto.impostor_context(example.person_id, example.purpose)
    place = crypto.look_place(example.sighting_number, example.profile)
    return crypto.blob_to_vector(example.vector, context=context, place=place)


def _opened(blob: bytes, person: int, purpose: str, profile: str) -> Vector:
    context, place = crypto.template_context(person, purpose), crypto.template_place(profile)
    return crypto.blob_to_vector(blob, context=context, place=place)
