"""A square of the picture, turned upright and brought to a network's size, and the way back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Image

Floats = NDArray[np.float32]
_LEVELS = np.arange(256, dtype=np.float32) / 255.0  # of each grey level


@dataclass(frozen=True, slots=True)
class Square:
    """Where to cut: centre and side in px of the picture, and how far the face in it is tilted (radians)."""

    x: float
    y: float
    side: float
    tilt: float

    @classmethod
    def around(cls, points: Floats, tilt: float, enlarged: float) -> Square:
        """The upright box of these points (n, 2 or more) in a picture turned by `tilt`, its longer side `enlarged`."""
        cosine, sine = math.cos(-tilt), math.sin(-tilt)
        turned = points[:, :2] @ np.array([[cosine, sine], [-sine, cosine]], np.float32)
        low, high = turned.min(axis=0), turned.max(axis=0)
        middle = (low + high) / 2 @ np.array([[cosine, -sine], [sine, cosine]], np.float32)
        return cls(float(middle[0]), float(middle[1]), enlarged * float((high - low).max()), tilt)

    def cut(self, image: Image, size: int, *, mirrored: bool = False) -> Floats:
        """(1, size, size, 3) RGB from 0 to 1; black beyond the picture."""
        there = cv2.invertAffineTransform(self._back(size, mirrored))
        chip = cv2.warpAffine(image, there, (size, size), flags=cv2.INTER_LINEAR)
        values: Any = cv2.LUT(chip, _LEVELS)
        return np.asarray(values, np.float32)[None]

    def to_picture(self, points: Floats, size: int, *, mirrored: bool = False) -> Floats:
        """Points (n, 3) of the cut, back in px of the picture; depth in the same unit."""
        back = self._back(size, mirrored).astype(np.float32)
        flat = points[:, :2] @ back[:, :2].T + back[:, 2]
        return np.hstack([flat, points[:, 2:3] * (self.side / size)]).astype(np.float32)

    def _back(self, size: int, mirrored: bool) -> NDArray[np.float64]:
        """The 2 × 3 matrix from the cut to the picture. Pixel centres lie at halves in both."""
        scale, half = self.side / size, (size - 1) / 2
        cosine, sine = scale * math.cos(self.tilt), scale * math.sin(self.tilt)
        flip = -1.0 if mirrored else 1.0
        turn = np.array([[flip * cosine, -sine], [flip * sine, cosine]])
        return np.hstack([turn, (np.array([self.x, self.y]) - turn @ np.array([half, half]))[:, None]])


def tilt_of(left: Floats, right: Floats) -> float:
    """The angle of the line from the image-left to the image-right eye, radians."""
    return math.atan2(float(right[1] - left[1]), float(right[0] - left[0]))
