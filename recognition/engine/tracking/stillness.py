"""Notices that an empty scene is still the same, so that no one need be searched for in it again.

Most of a camera's life is an empty hall. Looking for a face costs tens of milliseconds, this a fraction of one.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Image

WIDTH = 96  # px of what is compared: a face of 40 px in a picture of 1280 is three of them, the person below it many
CHANGE = 6.0  # grey levels of 255, anywhere: above a camera's noise at this size, below someone's coat on a wall
LOOK_AGAIN = 3.0  # s: however still it seems

Small = NDArray[np.float32]


class Stillness:
    """For each size of face: the last picture in which no one was found."""

    def __init__(self) -> None:
        self._empty: dict[int, tuple[Small, float]] = {}

    def is_known_empty(self, image: Image, least: int, now: float) -> bool:
        """Whether no one of at least `least` px was found lately in what looks just like this."""
        before, at = self._empty.get(least, (None, 0.0))
        if before is None or now - at >= LOOK_AGAIN:
            return False
        small = _small(image)
        return small.shape == before.shape and float(np.abs(small - before).max()) < CHANGE

    def found(self, image: Image, least: int, now: float, *, anybody: bool) -> None:
        """The answer of a look at the whole picture."""
        if anybody:
            self._empty.clear()
        else:
            self._empty[least] = (_small(image), now)


def _small(image: Image) -> Small:
    high, wide = image.shape[:2]
    size = (WIDTH, max(1, round(WIDTH * high / wide)))
    return cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY).astype(np.float32)
