"""Looking at enrolment photos: from bytes to a face, its vector and its crop, or to what is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from django.conf import settings

from config.errors import Refused
from recognition.engine import Engine, Face, Image, Vector, images
from recognition.faces import crypto, photo_quality
from recognition.faces.profiles.runtime import executor, get_engine

log = logging.getLogger("ostiary.enrolment")

EASY_FACE = 80  # px: what a detector finds without enlarging the picture
SMALLEST_FACE = 40  # px: what is looked for, to be able to say that it is too small


class AnyPhoto(Protocol):
    """Something with a name and bytes. Reading `data` may be slow, and may raise Refused."""

    @property
    def name(self) -> str: ...

    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Photo:
    """A file as it came in. `name` is what the person who sent it calls it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class PhotoCheck:
    """What a photo shows. `code` says why it cannot be enrolled; without one, `vector` and `crop` are there."""

    name: str
    digest: str
    face: Face | None = None
    code: str | None = None
    reason: str | None = None
    vector: Vector | None = None
    crop: bytes = b""

    @property
    def good(self) -> bool:
        return self.code is None

    def refused(self, code: str) -> PhotoCheck:
        log.info("Photo refused: %s", code)
        return replace(self, code=code, reason=photo_quality.sentence(code))


def look_at(photos: Iterable[AnyPhoto]) -> list[PhotoCheck]:
    """A look at each photo, in order, on the engine's threads. No database. Never call it from those threads."""
    engine = get_engine()
    return list(executor().map(partial(_examine, engine), photos))


def judge(data: bytes) -> tuple[Face | None, str | None, str | None]:
    """One photo's face, and the code and sentence of what is wrong with it. No database."""
    look, _ = _find(get_engine(), Photo("", data))
    return look.face, look.code, look.reason


def _examine(engine: Engine, photo: AnyPhoto) -> PhotoCheck:
    look, image = _find(engine, photo)
    if not look.good or image is None or look.face is None:
        log.info("Photo refused: %s", look.code)
        return look
    vector = engine.embed(image, [look.face])[0]
    return replace(look, vector=vector, crop=images.to_jpeg(engine.crop(image, look.face)))


def _find(engine: Engine, photo: AnyPhoto) -> tuple[PhotoCheck, Image | None]:
    digest = ""
    try:
        data = photo.data
        digest = crypto.keyed_hash(data, purpose="photo")
        image = images.decode(data, max_bytes=settings.MAX_PHOTO_BYTES)
    except Refused as refusal:
        return PhotoCheck(photo.name, digest, code=refusal.code, reason=refusal.message), None
    face, code = photo_quality.the_one_face(_faces(engine, image))
    code = code or (photo_quality.fault(face.quality) if face else None)
    return PhotoCheck(photo.name, digest, face=face, code=code, reason=photo_quality.sentence(code)), image


def _faces(engine: Engine, image: Image) -> list[Face]:
    """The faces, largest first, and none that matters left out.

    Small faces cost a detector most, so they are looked for only where one could still count: as a bystander next
    to a small face, or as the only face.
    """
    faces = engine.detect(image, min_face=EASY_FACE)
    matters = int(photo_quality.BYSTANDER * faces[0].box.size) if faces else SMALLEST_FACE
    return faces if matters >= EASY_FACE else engine.detect(image, min_face=max(SMALLEST_FACE, matters))
