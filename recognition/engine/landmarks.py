"""The points of a face, by dlib's regression trees.

Five points (eye corners and the nose's base) align a face for the embedder: on LFW they beat the
68, and they are free for everybody. The 68 points tell the pose and whether the eyes are open;
their training set excludes commercial use, so a site may have to do without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Box, Image

Points = NDArray[np.float32]


class Landmarks:
    """Thread-safe: dlib's predictors keep no state between calls."""

    def __init__(self, five: Path, sixty_eight: Path | None) -> None:
        import dlib

        self._dlib = dlib
        self._five = dlib.shape_predictor(str(five))
        self._all = dlib.shape_predictor(str(sixty_eight)) if sixty_eight else None

    def anchor(self, image: Image, box: Box) -> Points:
        """(5, 2) px: image-right eye's outer and inner corner, image-left eye's outer and inner corner, nose base."""
        return self._predicted(self._five, image, box)

    def points(self, image: Image, box: Box) -> Points | None:
        """(68, 2) px in the iBUG order, or None where the 68-point model may not be used.

        The trees were trained on the boxes of dlib's HOG detector, and stray on others: so the first
        answer is used to draw that box, and the trees are asked again.
        """
        if self._all is None:
            return None
        return self._predicted(self._all, image, hog_box(self._predicted(self._all, image, box)))

    def moved(self, image: Image, points: Points) -> Points:
        """The 68 points of a face that had these a moment ago."""
        return self._predicted(self._all, image, hog_box(points))

    def chip(self, image: Image, anchor: Points, side: int, padding: float) -> Image:
        """The face upright and centred, `side` px square, `padding` of its size around it: dlib's own alignment."""
        corner, far = anchor.min(axis=0), anchor.max(axis=0)
        rectangle = self._dlib.rectangle(int(corner[0]), int(corner[1]), int(far[0]), int(far[1]))
        places = self._dlib.points([self._dlib.point(int(x), int(y)) for x, y in anchor])
        shape = self._dlib.full_object_detection(rectangle, places)
        chip: Any = self._dlib.get_face_chip(image, shape, size=side, padding=padding)
        return np.asarray(chip, np.uint8)

    def _predicted(self, trees: Any, image: Image, box: Box) -> Points:
        rectangle = self._dlib.rectangle(box.x, box.y, box.x + box.w, box.y + box.h)
        return np.array([(p.x, p.y) for p in trees(image, rectangle).parts()], np.float32)


def hog_box(points: Points) -> Box:
    """The square that dlib's HOG detector would draw around these 68 points.

    Fitted on 225 photos of LFW: its side is 1.118 times eye distance plus eyes-to-mouth, and its
    centre lies above the mean of the points by a twentieth of the side.
    """
    left, right = points[36:42].mean(axis=0), points[42:48].mean(axis=0)
    mouth = points[[48, 54]].mean(axis=0)
    side = 1.118 * float(np.linalg.norm(left - right) + np.linalg.norm(mouth - (left + right) / 2))
    x, y = (float(value) for value in points.mean(axis=0))
    return Box(round(x - side / 2), round(y - 0.55 * side), round(side), round(side))


def eyes_nose_mouth(points: Points) -> Points:
    """Eye, eye, nose tip, mouth corner, mouth corner, image left first, from the 68 points: (5, 2)."""
    return np.stack([points[36:42].mean(axis=0), points[42:48].mean(axis=0), points[30], points[48], points[54]])


def eye_centres(anchor: Points) -> Points:
    """The two eyes of dlib's five points, image left first: (2, 2)."""
    return np.stack([anchor[2:4].mean(axis=0), anchor[0:2].mean(axis=0)])
