"""BlazeFace (Bazarevsky and others, 2019): boxes and six points, in one or two milliseconds.

`short_range` knows faces within about two metres; `full_range` is for smaller ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.detectors.base import FoundFace, without_overlaps
from recognition.engine.mesh.litert import Net
from recognition.engine.types import Box, Image

Floats = NDArray[np.float32]
OVERLAP = 0.3
LIFT = 0.03  # of the side: its boxes lie a little higher than those of the other detectors


@dataclass(frozen=True, slots=True)
class BlazeFaceKind:
    name: str
    side: int  # px of the input
    grids: tuple[tuple[int, int], ...]  # (cells a side, anchors a cell), in the order of the answers
    score: float  # least, 0 to 1


SHORT_RANGE = BlazeFaceKind("short_range", 128, ((16, 2), (8, 6)), 0.4)
FULL_RANGE = BlazeFaceKind("full_range", 192, ((48, 1),), 0.3)  # at the picture's border it is not surer of a face


class BlazeFace:
    """Thread-safe. Its points: image-left eye, image-right eye, tip of the nose, middle of the mouth, both ears."""

    def __init__(self, model: Path, kind: BlazeFaceKind) -> None:
        self.name, self._kind, self._net = kind.name, kind, Net(model)

    def find(self, image: Image, *, min_face: int, max_face: int | None = None, quick: bool = False) -> list[FoundFace]:
        """One look at the whole picture, shrunk: a face smaller than a tenth of it is not found."""
        return [one for one in self._look(image) if one.box.size >= min_face]

    def _look(self, image: Image) -> list[FoundFace]:
        height, width = image.shape[:2]
        scale = self._kind.side / max(height, width)
        answers = self._net(_fitted(image, scale, self._kind.side))
        places, scores = sorted(answers, key=lambda one: -one.shape[-1])
        sure = _sigmoid(scores[0, :, 0])
        kept = np.flatnonzero(sure >= self._kind.score)
        anchors = _anchors(self._kind.grids)[kept]
        found = places[0, kept].reshape(-1, 8, 2)
        found[:, 0] += anchors * self._kind.side
        found[:, 2:] += anchors[:, None] * self._kind.side
        faces = [_face(one / scale, float(score)) for one, score in zip(found, sure[kept], strict=True)]
        return without_overlaps(faces, OVERLAP)


def _fitted(image: Image, scale: float, side: int) -> Floats:
    """The whole picture in the upper left of a square, -1 to 1."""
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    canvas = np.zeros((1, side, side, 3), np.float32)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas[0, : size[1], : size[0]] = small
    return canvas / 127.5 - 1.0


def _face(values: Floats, score: float) -> FoundFace:
    """From (8, 2): centre, size, six points, in px of the picture."""
    (x, y), side = values[0], float(values[1].max())
    box = Box(round(x - side / 2), round(y - side * (0.5 - LIFT)), round(side), round(side))
    return FoundFace(box, score, values[2:].astype(np.float32))


@lru_cache(maxsize=4)
def _anchors(grids: tuple[tuple[int, int], ...]) -> Floats:
    """Centres of the cells, 0 to 1, as often as there are anchors in each: (n, 2)."""
    parts = []
    for cells, each in grids:
        ys, xs = np.mgrid[:cells, :cells]
        centres = (np.stack([xs, ys], axis=-1).reshape(-1, 2) + 0.5) / cells
        parts.append(np.repeat(centres, each, axis=0))
    return np.concatenate(parts).astype(np.float32)


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -80, 80))), np.float32)
