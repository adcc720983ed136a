"""One frame as liveness sees it: what was found in the picture, and what is measured on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition.engine.quality import pose
from recognition.engine.types import Box, Face, Quality, Vector

Points = NDArray[np.float64]  # (68, 2) px, iBUG order


@dataclass(frozen=True, slots=True)
class Frame:
    """What a picture holds. The costly parts are asked for only when they are needed, and at most once a frame."""

    at: float  # s, on any clock that never goes back
    number: int  # of the frame, from 0
    faces: int
    face: Face | None  # the largest, with its 68 points
    vector: Callable[[], Vector]  # its embedding
    passive: Callable[[], float | None]  # how surely it is no print and no screen, 0 to 1; None: it cannot be told
    overfull: bool = False  # the face leaves too little around it for the passive models


@dataclass(frozen=True, slots=True)
class Look:
    """The measures of the one face of a frame."""

    at: float
    number: int
    box: Box
    points: Points
    yaw: float  # degrees, positive = the nose points to the image's right = turned to the person's own left
    quality: Quality

    @property
    def apart(self) -> float:
        """Between the eyes' centres, px: the unit for everything that is measured on a face."""
        return eye_distance(self.points)


def look_of(frame: Frame, face: Face) -> Look:
    """Measured on a frame's face, with its 68 points.

    The yaw is the mean of two: from the five points, which stay true on a profile, and from the 68,
    which are steadier near frontal. Each errs by 3° or so from frame to frame.
    """
    points = np.asarray(face.landmarks, np.float64)
    yaw = 0.5 * (face.quality.yaw + pose(face.landmarks)[0])
    return Look(frame.at, frame.number, face.box, points, yaw, face.quality)


def eye_distance(points: Points) -> float:
    return max(float(np.linalg.norm(points[42:48].mean(axis=0) - points[36:42].mean(axis=0))), 1e-6)


def typical(looks: list[Look]) -> Points:
    """The median face of several looks, centred, the eyes one unit apart: (68, 2)."""
    return np.median([(one.points - one.points.mean(axis=0)) / one.apart for one in looks], axis=0)
