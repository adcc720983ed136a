"""From a camera picture to a `Frame`: find the face, follow it, and see whether it is alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from config.errors import Refused
from recognition.engine.align import similarity
from recognition.engine.images import bounded
from recognition.engine.types import Box, Engine, Face, Image, Vector
from recognition.liveness.looks import Frame, eye_distance
from recognition.liveness.passive import Passive

T = TypeVar("T")
LONGEST = 640  # px: larger pictures are shrunk
LEAST_FACE = 70  # px: a face that small is found, and asked to come closer
DETECT_EVERY = 0.15  # s between two looks of the detector; in between the points of the face are followed
JUMP, WARP = 0.25, 0.075  # eye distances: shift and change of shape after which followed points are not believed
WHOLE_EVERY = 0.5  # s between two searches of the whole picture for a second face
SECOND_FACE = 0.5  # of the first one's size: smaller ones stand behind, and are no partner
BORDER = 0.35  # of the shorter side, repeated around a picture that a face overfills
OVERFULL = 0.45  # of the shorter side: least size of a face that is searched for beyond the borders
ROOM = (
    1.5  # picture over face, least: with less around the face the passive models reject the living (docs/liveness.md)
)


class Watcher:
    """Watches one camera. Not thread-safe: one watcher, one caller at a time."""

    def __init__(self, engine: Engine, passive: Passive | None = None, *, detect_every: float = DETECT_EVERY) -> None:
        """`detect_every` s: 0 asks the detector in every frame, where time does not matter."""
        self._engine, self._passive, self._detect_every = engine, passive, detect_every
        self._near: Face | None = None  # of the frame before, in the picture with its border
        self._detected_at = -1e9
        self._border = 0  # px around the picture, while the face overfills it
        self._whole_at = -1e9
        self._others = 0  # faces beside the first one, when the whole picture was last searched
        self._number = -1

    @property
    def has_passive(self) -> bool:
        return self._passive is not None

    def threshold(self, *, photos: int, frames: int, target_fmr: float) -> float:
        return self._engine.threshold(photos=photos, frames=frames, target_fmr=target_fmr)

    def look(self, image: Image, at: float) -> Frame:
        """What this RGB picture holds. Refused `liveness_unavailable` where the 68 points may not be used."""
        self._number += 1
        picture = bounded(image, LONGEST)
        face = self._followed(picture, at) or self._searched(picture, at)
        self._near = face
        if face is None:
            return Frame(at, self._number, 0, None, _nothing, _no_score)
        if len(face.landmarks) != 68:
            raise Refused("liveness_unavailable", UNAVAILABLE, status=503)
        self._count_others(picture, face, at)
        return self._frame(picture, face, at, image.shape[1] / picture.shape[1])

    # --- finding --------------------------------------------------------------------------------

    def _followed(self, picture: Image, at: float) -> Face | None:
        """The face of the frame before, looked for only around its old place."""
        if self._near is None:
            return None
        bordered = self._bordered(picture)
        if at - self._detected_at < self._detect_every:
            followed = self._engine.follow(bordered, self._near)
            if not _jumped(self._near.landmarks, followed.landmarks):
                return followed
        self._detected_at = at
        return self._detected(bordered, self._near)

    def _detected(self, bordered: Image, near: Face) -> Face | None:
        found = self._engine.detect(bordered, min_face=LEAST_FACE, near=[near.box], limit=1)
        return found[0] if found else None

    def _searched(self, picture: Image, at: float) -> Face | None:
        """In the whole picture; where there is none, one so large that the picture cuts it off."""
        self._border, self._whole_at, self._detected_at = 0, at, at
        found = self._engine.detect(picture, min_face=LEAST_FACE, quick=True)
        self._others = _partners(found)
        if found:
            return found[0]
        self._border = round(BORDER * min(picture.shape[:2]))
        least = max(LEAST_FACE, round(OVERFULL * min(picture.shape[:2])))
        found = self._engine.detect(self._bordered(picture), min_face=least, limit=1, quick=True)
        return found[0] if found else None

    def _count_others(self, picture: Image, face: Face, at: float) -> None:
        if at - self._whole_at < WHOLE_EVERY or self._border:
            return
        self._whole_at = at
        least = max(LEAST_FACE, round(SECOND_FACE * face.box.size))
        self._others = _partners(self._engine.detect(picture, min_face=least, quick=True, limit=4))

    def _bordered(self, picture: Image) -> Image:
        if not self._border:
            return picture
        width = self._border
        return np.asarray(cv2.copyMakeBorder(picture, width, width, width, width, cv2.BORDER_REPLICATE), np.uint8)

    # --- handing over ---------------------------------------------------------------------------

    def _frame(self, picture: Image, face: Face, at: float, scale: float) -> Frame:
        """`scale`: how much larger the picture given was."""
        bordered, border, detected = self._bordered(picture), self._border, self._detected_at == at
        box = Box(face.box.x - border, face.box.y - border, face.box.w, face.box.h)
        shown = replace(face, box=Box(*(round(value * scale) for value in box)))

        def vector() -> Vector:
            sure = face if detected else self._detected(bordered, face) or face  # some embedders want its own points
            return np.asarray(self._engine.embed(bordered, [sure])[0], np.float32)

        def passive() -> float | None:
            return None if self._passive is None else self._passive(picture, box)

        overfull = min(picture.shape[:2]) < ROOM * box.size
        score = _no_score if overfull else once(passive)
        return Frame(at, self._number, 1 + self._others, shown, once(vector), score, overfull)


UNAVAILABLE = (
    "Liveness needs the 68-point model, which this site may not use: see docs/liveness.md. Use the way without a face."
)


def once(work: Callable[[], T]) -> Callable[[], T]:
    """The same answer however often it is asked for."""
    return lru_cache(maxsize=1)(work)


def _jumped(before: NDArray[np.float32], now: NDArray[np.float32]) -> bool:
    """Whether followed points moved or bent more than a face does between two frames: then they may stray."""
    apart = eye_distance(now.astype(np.float64))
    if float(np.linalg.norm((now - before).mean(axis=0))) > JUMP * apart:
        return True
    matrix = similarity(before, now)
    off = before @ matrix[:, :2].T + matrix[:, 2] - now
    return float(np.sqrt((off**2).sum(axis=1).mean())) > WARP * apart


def _partners(found: list[Face]) -> int:
    """How many faces beside the largest are large enough to belong to somebody at the kiosk."""
    return sum(one.box.size >= SECOND_FACE * found[0].box.size for one in found[1:])


def _nothing() -> Vector:
    raise LookupError("There is no face in this frame.")


def _no_score() -> None:
    return None
