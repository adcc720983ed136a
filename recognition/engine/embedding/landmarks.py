"""dlib's five points, by its regression trees: eye corners and the nose's base.

They turn a face upright where the mesh finds none (points.py reads the same five from a mesh). Free for everyone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Box, Image

Points = NDArray[np.float32]


class Landmarks:
    """Thread-safe: dlib's predictors keep no state between calls."""

    def __init__(self, five: Path) -> None:
        import dlib

        self._dlib = dlib
        self._five = dlib.shape_predictor(str(five))

    def anchor(self, image: Image, box: Box) -> Points:
        """(5, 2) px: image-right eye's outer and inner corner, image-left eye's outer and inner corner, nose base."""
        rectangle = self._dlib.rectangle(box.x, box.y, box.x + box.w, box.y + box.h)
        return np.array([(p.x, p.y) for p in self._five(image, rectangle).parts()], np.float32)


def eye_centres(anchor: Points) -> Points:
    """The two eyes of dlib's five points, image left first: (2, 2)."""
    return np.stack([anchor[2:4].mean(axis=0), anchor[0:2].mean(axis=0)])
