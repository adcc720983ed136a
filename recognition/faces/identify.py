"""Who is on this picture? One function for the API and for `manage.py identify`.

Pixels live only inside these functions: what comes out is boxes, names and the decision's reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.lifecycle import require_valid
from config.errors import Refused
from recognition.engine import Box, Engine, Face, Image, Match, Vectors, images
from recognition.faces import gallery as gallery_store
from recognition.faces import photo_quality
from recognition.faces.profiles import outdated, runtime
from recognition.faces.search_fmr import search_fmr

MIN_FACE = 40  # px in the picture that is worked on
ONE_LOOK = 1  # a still picture is a single frame, and the threshold is that of a single frame


class Named(NamedTuple):
    id_number: str
    name: str


@dataclass(frozen=True, slots=True)
class FaceAnswer:
    """One face of a picture and who it is, or no one. Boxes are in pixels of the upright picture that was sent."""

    box: Box
    person: Named | None
    distance: float | None
    threshold: float
    margin: float | None
    quality: dict[str, float]
    reason: str  # "match", "too_far", "too_close_to_call", "empty_roster", "impostor_example"
    match: Match

    def as_dict(self) -> dict[str, Any]:
        """The stable shape of `manage.py identify --json` and of the API."""
        return {
            "box": list(self.box),
            "person": self.person._asdict() if self.person else None,
            "distance": _rounded(self.distance),
            "threshold": _rounded(self.threshold),
            "margin": _rounded(self.margin),
            "quality": self.quality,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the face on a picture is the one person who was named, and why."""

    match: bool
    face: FaceAnswer
    profile: str
    model: str

    def as_record(self) -> dict[str, Any]:
        match = self.face.match
        return {
            "profile": self.profile,
            "model": self.model,
            "distance": _rounded(match.distance),
            "threshold": _rounded(match.threshold),
            "target_fmr": match.target_fmr,
            "template_photos": match.template_photos,
            "probe_frames": match.probe_frames,
            "quality": self.face.quality,
            "reason": match.reason,
        }


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the engine found in a picture, before anyone is named."""

    faces: list[Face]
    vectors: Vectors
    scale: float  # from the picture that was worked on to the picture that was sent


def identify_image(
    source: bytes | Image, *, purpose: str, roster: frozenset[int] | None = None, target_fmr: float | None = None
) -> list[FaceAnswer]:
    """Everyone on the picture, largest face first, searched among `roster` (None: all who are enrolled for `purpose`).

    Raises Refused when the picture cannot be read (see `engine.images.decode`), and `photos_outdated`.
    """
    seen = _see(source)
    matches = _matches(seen, purpose=purpose, roster=roster, target_fmr=target_fmr)
    names = _names(match.person for match in matches)
    return [_answer(face, seen.scale, match, names) for face, match in zip(seen.faces, matches, strict=True)]


def verify_image(source: bytes | Image, *, person: User, purpose: str, target_fmr: float | None = None) -> Verification:
    """Compare the face on the picture with `person` and no one else.

    Raises Refused: `not_valid`, `not_enrolled`, `photos_outdated`, `no_face`, `several_faces`, or what
    `engine.images.decode` says.
    """
    require_valid(person)
    if person.pk not in gallery_store.gallery(purpose, at_once=True).ids:
        outdated.refuse_if_hiding(purpose, frozenset({person.pk}), runtime.get_engine().profile.make)
        raise Refused("not_enrolled", _("This person has no face enrolled for this purpose."), status=409)
    seen = _see(source)
    _require_one_face(seen.faces)
    match, *_bystanders = _matches(seen, purpose=purpose, roster=frozenset({person.pk}), target_fmr=target_fmr)
    profile = runtime.get_engine().profile
    answer = _answer(seen.faces[0], seen.scale, match, _names([match.person]))
    return Verification(match.person == person.pk, answer, profile.name, profile.model)


def _require_one_face(faces: list[Face]) -> None:
    _face, code = photo_quality.the_one_face(faces)
    if code:
        raise Refused(code, photo_quality.sentence(code) or code, status=422)


def _see(source: bytes | Image) -> _Seen:
    """Decode, detect and embed on the engine's own threads, so that a burst of pictures waits in one queue."""
    return runtime.executor().submit(_look, runtime.get_engine(), source).result()


def _look(engine: Engine, source: bytes | Image) -> _Seen:
    if isinstance(source, bytes):
        image = images.decode(source, max_bytes=settings.MAX_PHOTO_BYTES)
        scale = images.longest_side(source) / max(image.shape[:2])
    else:
        image, scale = source, 1.0
    faces = engine.detect(image, min_face=MIN_FACE)
    vectors = engine.embed(image, faces) if faces else np.empty((0, engine.profile.dim), np.float32)
    return _Seen(faces, vectors, max(scale, 1.0))


def _matches(seen: _Seen, *, purpose: str, roster: frozenset[int] | None, target_fmr: float | None) -> list[Match]:
    gallery = gallery_store.gallery(purpose, at_once=True)
    if not len(gallery if roster is None else gallery.restricted_to(roster)):
        outdated.refuse_if_hiding(purpose, roster, runtime.get_engine().profile.make)
    fmr = search_fmr(gallery, roster, target_fmr)
    decide = partial(gallery.match, frames=ONE_LOOK, threshold=_thresholds(fmr), target_fmr=fmr, roster=roster)
    return [decide(vector) for vector in seen.vectors]


def _thresholds(target_fmr: float) -> Callable[[int], float]:
    engine = runtime.get_engine()
    return lambda photos: engine.threshold(photos=photos, frames=ONE_LOOK, target_fmr=target_fmr)


def _names(ids: Iterable[int | None]) -> dict[int, Named]:
    people = User.objects.filter(pk__in={pk for pk in ids if pk is not None})
    return {person.pk: Named(person.id_number, person.get_full_name()) for person in people}


def _answer(face: Face, scale: float, match: Match, names: dict[int, Named]) -> FaceAnswer:
    return FaceAnswer(
        box=Box(*(round(side * scale) for side in face.box)),
        person=names.get(match.person) if match.person is not None else None,
        distance=match.distance,
        threshold=match.threshold,
        margin=match.margin,
        quality=face.quality.as_dict(),
        reason=match.reason,
        match=match,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
