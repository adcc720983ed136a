"""A film shown to the passive policy, as a walk-up station would see it: would anyone who is in it have been named?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from recognition.engine.images import bounded
from recognition.engine.types import Engine, Face, Image
from recognition.liveness.passive.minifasnet import Passive
from recognition.liveness.passive.types import Life, LifeState
from recognition.liveness.passive.watch import PassiveWatch

LEAST_FACE = 60  # px
LONGEST = 1280  # px, as stations bound their pictures
BORDER = 0.35  # of the shorter side, repeated around a picture that a face overfills
DETECT_EVERY = 1.0  # s: in between the face is followed by its mesh
FRAMES = 10.0  # a second: what is shown of a film that has more


@dataclass(frozen=True, slots=True)
class ShownFilm:
    """What became of a film."""

    passed: bool
    reason: str | None  # None when passed; picture, not_shown, no_face
    named_at: float | None  # s since the face was first seen
    suspected_at: float | None  # s since the film began, when it was first called a picture
    life: Life


def show(frames: Iterable[tuple[Image, float]], engine: Engine, networks: Passive | None) -> ShownFilm:
    """RGB frames with their time in seconds. Ends as soon as the face is called alive."""
    watch, follower, suspected = PassiveWatch(engine, networks), Follower(engine), None
    life, seen = Life(), 0
    for image, at in frames:
        found = follower.find(image, at)
        if found is None:
            continue
        seen, life = seen + 1, watch.see(*found, at)
        if life.state is LifeState.LIVING:
            return ShownFilm(True, None, life.since, suspected, life)
        if life.state is LifeState.PICTURE and suspected is None:
            suspected = at
    reason = "no_face" if not seen else "picture" if suspected is not None else "not_shown"
    return ShownFilm(False, reason, None, suspected, life)


def thinned(frames: Iterable[tuple[Image, float]], rate: float = FRAMES) -> Iterator[tuple[Image, float]]:
    """At most so many frames a second."""
    due = -np.inf
    for image, at in frames:
        if at + 1e-6 >= due:
            due = max(due, at) + 1.0 / rate if np.isfinite(due) else at + 1.0 / rate
            yield image, at


class Follower:
    """The largest face of a film, from frame to frame."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._face: Face | None = None
        self._detected_at, self._border = -np.inf, 0

    def find(self, image: Image, at: float) -> tuple[Image, Face] | None:
        """The picture, with a border where the face overfills it, and the face in it."""
        picture = bounded(image, LONGEST)
        bordered = _bordered(picture, self._border)
        face = self._face
        if face is not None and at - self._detected_at < DETECT_EVERY:
            face = self._engine.follow(bordered, face)
        elif face is not None:
            self._detected_at = at
            face = next(iter(self._engine.detect(bordered, min_face=LEAST_FACE, near=[face.box], limit=1)), None)
        self._face = face or self._search(picture, at)
        return None if self._face is None else (_bordered(picture, self._border), self._face)

    def _search(self, picture: Image, at: float) -> Face | None:
        self._detected_at = at
        for border in (0, round(BORDER * min(picture.shape[:2]))):
            found = self._engine.detect(_bordered(picture, border), min_face=LEAST_FACE, limit=1, quick=True)
            if found:
                self._border = border
                return found[0]
        return None


def _bordered(picture: Image, border: int) -> Image:
    if not border:
        return picture
    made = cv2.copyMakeBorder(picture, border, border, border, border, cv2.BORDER_REPLICATE)
    return np.asarray(made, np.uint8)
