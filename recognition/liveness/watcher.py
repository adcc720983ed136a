"""From a camera picture to a `FrameContent`: find the face, follow it, and see whether it is alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

import cv2
import numpy as np

from recognition.engine.images import bounded
from recognition.engine.mesh.face_mesh import Mesh
from recognition.engine.tracking import sameness
from recognition.engine.types import Box, Engine, Face, Image, Vector
from recognition.liveness.cues.upright import upright
from recognition.liveness.frames import FrameContent, Lids
from recognition.liveness.passive.minifasnet import Passive
from recognition.liveness.passive.types import LifeState
from recognition.liveness.passive.watch import PassiveWatch

T = TypeVar("T")
LONGEST = 640  # px: larger pictures are shrunk
LEAST_FACE = 70  # px: a face that small is found, and asked to come closer
WHOLE_EVERY = 0.5  # s between two searches of the whole picture for a second face
SECOND_FACE = 0.5  # of the first one's size: smaller ones stand behind, and are not a partner
BORDER = 0.35  # of the shorter side, repeated around a picture that a face overfills
OVERFULL = 0.45  # of the shorter side: least size of a face that is searched for beyond the borders
ROOM = 1.5  # picture over face, least: with less around it the photo-attack check rejects the living (docs/liveness.md)


class Watcher:
    """Watches one camera. Not thread-safe: one watcher, one caller at a time."""

    def __init__(self, engine: Engine, passive: Passive | None = None) -> None:
        self._engine, self._passive = engine, passive
        self._life = PassiveWatch(engine, passive, tireless=True)
        self._near: Face | None = None  # of the frame before, in the picture with its border
        self._border = 0  # px around the picture, while the face overfills it
        self._whole_at = -1e9
        self._others = 0  # faces beside the first one, when the whole picture was last searched
        self._number = -1
        self._whole: sameness.Small | None = None  # the picture before this one, tiny

    @property
    def has_passive(self) -> bool:
        return self._passive is not None

    def threshold(self, *, photos: int, frames: int, target_fmr: float) -> float:
        return self._engine.threshold(photos=photos, frames=frames, target_fmr=target_fmr)

    def look(self, image: Image, at: float) -> FrameContent:
        """What this RGB picture holds. A face that is covered so far that it has no mesh is not a face."""
        self._number += 1
        picture = bounded(image, LONGEST)
        if self._is_cut(picture):
            self._near = None
        face = self._followed(picture) or self._searched(picture, at)
        self._near = face
        if face is None or face.mesh is None:
            return FrameContent(at, self._number, 0, None, _nothing, _none, _none)
        self._count_others(picture, face, at)
        return self._frame(picture, face, face.mesh, at, image.shape[1] / picture.shape[1])

    # --- finding --------------------------------------------------------------------------------

    def _is_cut(self, picture: Image) -> bool:
        """Whether this is another scene: a face may not be followed from one to the other."""
        before, self._whole = self._whole, sameness.whole(picture)
        return sameness.is_cut(before, self._whole)

    def _followed(self, picture: Image) -> Face | None:
        """The face of the frame before, around its old place."""
        return None if self._near is None else self._engine.follow(self._bordered(picture), self._near)

    def _searched(self, picture: Image, at: float) -> Face | None:
        """In the whole picture; where there is none, one so large that the picture cuts it off."""
        self._border, self._whole_at = 0, at
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

    def _frame(self, picture: Image, face: Face, mesh: Mesh, at: float, scale: float) -> FrameContent:
        """`scale`: how much larger the picture given was."""
        bordered, border = self._bordered(picture), self._border
        box = Box(face.box.x - border, face.box.y - border, face.box.w, face.box.h)
        shown = replace(face, box=Box(*(round(value * scale) for value in box)))

        def vector() -> Vector:
            return np.asarray(self._engine.embed(bordered, [face])[0], np.float32)

        def passive() -> float | None:
            return None if self._passive is None else self._passive(picture, box)

        def lids() -> Lids | None:
            return self._engine.lids(bordered, face)

        overfull = min(picture.shape[:2]) < ROOM * box.size
        return FrameContent(
            at=at,
            number=self._number,
            faces=1 + self._others,
            face=shown,
            vector=once(vector),
            passive=_none if overfull else once(passive),
            lids=once(lids),
            upright=upright(bordered, mesh),
            is_picture=self._life.see(bordered, face, at).state is LifeState.PICTURE,
            overfull=overfull,
        )


def once(work: Callable[[], T]) -> Callable[[], T]:
    """The same answer however often it is asked for."""
    return lru_cache(maxsize=1)(work)


def _partners(found: list[Face]) -> int:
    """How many faces beside the largest are large enough to belong to someone at the kiosk."""
    return sum(one.box.size >= SECOND_FACE * found[0].box.size for one in found[1:])


def _nothing() -> Vector:
    raise LookupError("There is no face in this frame.")


def _none() -> None:
    return None
