"""Is it a head that turned, or a flat picture of one?

However a flat picture is moved, turned and tilted, its points move by one homography (Hartley and Zisserman, 2004,
chapter 13), and stay in it. A head is no plane: as it turns, the tip of the nose leaves its place
among the points that lie behind it. That parallax is what is measured.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from recognition.liveness.looks import Points, eye_distance

TIP = 30  # of the nose
# What lies behind the tip: the jaw, the brows, the eyes and the corners of the mouth.
BEHIND = np.array([*range(27), *range(36, 48), 48, 54])
# Measured on the film of the data, on pairs of LFW photos, and on portraits turned as flat pictures: docs/liveness.md.
LEAST_PARALLAX = 0.10  # eye distances
LEAST_SHARE = 0.45  # of the parallax over the sine of the turn: a head gives 0.5 to 0.8, a picture less
LEAST_WIDTH = 0.84  # of what a head of that turn would keep of its width: a picture has to be turned much farther


@dataclass(frozen=True, slots=True)
class Relief:
    """How a turned face stands to the same face straight ahead."""

    parallax: float  # of the tip, eye distances, positive to the image's right
    width: float  # eye distance over face height, relative to straight ahead

    def is_solid(self, turn: float) -> bool:
        """Whether a head that turned by so many degrees (signed, from straight ahead) would look so."""
        sine, cosine = math.sin(math.radians(abs(turn))), math.cos(math.radians(turn))
        along = math.copysign(self.parallax, self.parallax * turn)
        return along >= max(LEAST_PARALLAX, LEAST_SHARE * sine) and self.width >= LEAST_WIDTH * cosine


def relief(straight: Points, turned: Points) -> Relief:
    """Of the 68 points of a turned face against the same face's straight ahead; any scale, shift and roll."""
    matrix, _ = cv2.findHomography(straight[BEHIND], turned[BEHIND], 0)
    if matrix is None:
        return Relief(0.0, 0.0)
    expected = cv2.perspectiveTransform(straight[None, [TIP]], matrix)[0, 0]
    apart = eye_distance(turned)
    across = (turned[42:48].mean(axis=0) - turned[36:42].mean(axis=0)) / apart
    return Relief(float((turned[TIP] - expected) @ across / apart), _slimness(turned) / _slimness(straight))


def _slimness(points: Points) -> float:
    """Eye distance over the drop from the eyes to the mouth."""
    eyes, mouth = points[36:48].mean(axis=0), points[[48, 54]].mean(axis=0)
    return eye_distance(points) / max(float(np.linalg.norm(mouth - eyes)), 1e-6)
