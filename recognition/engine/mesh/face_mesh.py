"""The mesh of one face, fitted where the face was found or where it was a moment ago."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognition.engine.detectors.base import FoundFace
from recognition.engine.mesh import points as of
from recognition.engine.mesh.cutting import Square, tilt_of
from recognition.engine.mesh.litert import Net
from recognition.engine.types import Box, Image

Floats = NDArray[np.float32]
SIDE, EYE_SIDE = 192, 64  # px of the inputs
LEAST_SCORE = 0.5  # that a face is there
MOVED = 0.08  # of the square's side, and of its size: a face that moved farther is fitted again around its new place
MOST_FITS = 3

# The iris net's 71 points begin with the lids: nine along the lower one from outer to inner corner, seven above.
LOWER, UPPER = np.arange(2, 7), np.arange(10, 15)  # the five pairs in the middle
CORNERS = (0, 8)


@dataclass(frozen=True, slots=True)
class Mesh:
    """A face's points, and what follows from them."""

    points: Floats  # (468, 3) px of the picture, depth in the same unit, away from the camera
    score: float  # 0 to 1, whether there is a face
    yaw: float  # degrees, positive = the nose points to the image's right
    pitch: float  # degrees, positive = chin up
    roll: float  # degrees, positive = tilted to the image's right

    @property
    def apart(self) -> float:
        """Between the eyes' centres, px, in space: a turn of the head does not change it."""
        left, right = (self.points[one] + self.points[other] for one, other in (of.EYE_LEFT, of.EYE_RIGHT))
        return max(float(np.linalg.norm(right - left)) / 2, 1e-6)

    @property
    def between_eyes(self) -> Floats:
        """(2,) px."""
        return of.eyes(self.points).mean(axis=0)

    @property
    def box(self) -> Box:
        """A square from brow to chin, as the detectors draw it."""
        low, high = self.points[:, :2].min(axis=0), self.points[:, :2].max(axis=0)
        side = float((high - low).mean())
        x, y = (float(value) for value in (low + high) / 2)
        return Box(round(x - side / 2), round(y - side / 2), round(side), round(side))


class FaceMesh:
    """Thread-safe. A fit takes about 2 ms, the lids of both eyes 3 ms more."""

    def __init__(self, mesh: Path, iris: Path) -> None:
        self._mesh, self._iris = Net(mesh), Net(iris)

    def fit(self, image: Image, found: FoundFace) -> Mesh | None:
        """The mesh of a face that a detector found; None where the net sees no face."""
        return self._settled(image, _square_of(found))

    def follow(self, image: Image, before: Mesh) -> Mesh | None:
        """The mesh of a face that had this one a moment ago; None when it is not there any more."""
        return self._settled(image, of.square_of_face(before.points))

    def lids(self, image: Image, mesh: Mesh) -> tuple[float, float]:
        """How far the image-left and the image-right eye are open: height over width, 0.3 to 0.5 open, about 0.1 shut.

        By the iris net: the mesh's own eyes hardly close.
        """
        left = self._lid(image, of.square_of_eye(mesh.points, of.EYE_LEFT), mirrored=False)
        right = self._lid(image, of.square_of_eye(mesh.points, of.EYE_RIGHT), mirrored=True)
        return left, right

    def _settled(self, image: Image, square: Square) -> Mesh | None:
        """Fitted, and once more around the points found when they lie elsewhere: at the border the net errs."""
        for _ in range(MOST_FITS - 1):
            fitted = self._fit(image, square)
            if fitted is None:
                return None
            around = of.square_of_face(fitted.points)
            if not _is_elsewhere(square, around):
                return fitted
            square = around
        return self._fit(image, square)

    def _fit(self, image: Image, square: Square) -> Mesh | None:
        if square.side < 8:
            return None
        flat, logit = self._mesh(square.cut(image, SIDE))
        score = float(1.0 / (1.0 + np.exp(-np.clip(logit.reshape(-1)[0], -50, 50))))
        if score < LEAST_SCORE:
            return None
        points = square.to_picture(flat.reshape(468, 3), SIDE)
        return Mesh(points, score, *of.pose(points))

    def _lid(self, image: Image, square: Square, *, mirrored: bool) -> float:
        answers = self._iris(square.cut(image, EYE_SIDE, mirrored=mirrored))
        lids = max(answers, key=lambda one: one.size).reshape(71, 3)[:, :2]
        heights = np.linalg.norm(lids[UPPER] - lids[LOWER], axis=1)
        width = max(float(np.linalg.norm(lids[CORNERS[0]] - lids[CORNERS[1]])), 1e-6)
        return float(heights.mean()) / width


def _is_elsewhere(square: Square, around: Square) -> bool:
    shift = math.hypot(square.x - around.x, square.y - around.y)
    return max(shift, abs(square.side - around.side)) > MOVED * square.side


def _square_of(found: FoundFace) -> Square:
    """From a detector's box: a square around the face, tilted as its eyes are where they are known."""
    box, points = found.box, found.points
    tilt = 0.0 if points is None else tilt_of(points[0], points[1])
    return Square(box.x + box.w / 2, box.y + box.h / 2, of.ENLARGED * max(box.w, box.h), tilt)
