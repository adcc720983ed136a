"""What every detector answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Box, Image


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face's box, the detector's own score, and its five points (eyes, nose, mouth corners) if it gives them."""

    box: Box
    score: float
    points: NDArray[np.float32] | None = None  # (5, 2) px: eye, eye, nose, mouth, mouth; image left first


class Detector(Protocol):
    """Thread-safe. Any picture will do, however small or thin."""

    name: str

    def find(self, image: Image, *, min_face: int, max_face: int | None = None, quick: bool = False) -> list[FoundFace]:
        """Faces of about `min_face` px and more, best score first.

        `max_face` and `quick` may spare work and be ignored: no face is larger; another frame will follow.
        """


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, 0 to 1."""
    width = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    height = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (a.w * a.h + b.w * b.h - shared)


def without_overlaps(found: list[FoundFace], most: float) -> list[FoundFace]:
    """Non-maximum suppression: of boxes that overlap by more than `most`, the best score stays. Best first."""
    kept: list[FoundFace] = []
    for face in sorted(found, key=lambda one: -one.score):
        if all(overlap(face.box, other.box) <= most for other in kept):
            kept.append(face)
    return kept


def cut_out(image: Image, box: Box, padding: float) -> tuple[Image, int, int]:
    """The picture around a box, `padding` of its size more on every side, and the cut's left and top."""
    pad = int(padding * box.size)
    left, top = max(0, box.x - pad), max(0, box.y - pad)
    return image[top : max(top, box.y + box.h + pad), left : max(left, box.x + box.w + pad)], left, top


def moved(found: FoundFace, right: int, down: int) -> FoundFace:
    """The same face in the coordinates of the whole picture."""
    box = Box(found.box.x + right, found.box.y + down, found.box.w, found.box.h)
    points = None if found.points is None else (found.points + np.array([right, down])).astype(np.float32)
    return FoundFace(box, found.score, points)
