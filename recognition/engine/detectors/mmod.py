"""dlib's CNN face detector (max-margin object detection), run as ONNX over an image pyramid."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from recognition.engine.conversion.dlib_geometry import BORDER, CELL, FIRST_CELL, WINDOW
from recognition.engine.detectors.base import FoundFace, without_overlaps
from recognition.engine.onnx_sessions import session
from recognition.engine.types import Box, Image

STEP = 0.7  # pyramid step; dlib's own 5/6 costs twice as much for a tenth of a point of recall
SMALLEST_LEVEL = 56  # px: a face may fill the picture and still be found
LEAST_LEVEL = 40  # px: the network's layers have nothing left to look at in less
LARGEST_LEVEL = 2600  # px, the longer side of an enlarged level
OVERLAP = 0.338  # intersection over union, from the weight file
LEAST_SCORE = 0.0
# A face between two steps, or between two cells, of the pyramid may be missed. A photo that seems empty is looked
# at again on pyramids shifted by these parts of a step, and then a slightly weaker answer counts.
SECOND_LOOKS = (0.5, 0.25, 0.75)
SECOND_SCORE = -0.2


class Mmod:
    name = "mmod"

    def __init__(self, model: Path, *, step: float = STEP, threads: int = 0) -> None:
        self._session, self._step = session(model, threads=threads), step

    def find(self, image: Image, *, min_face: int, max_face: int | None = None, quick: bool = False) -> list[FoundFace]:
        """Faces of at least `min_face` px, best score first.

        `max_face` spares the coarse levels. `quick` is for video, where the next frame is the second look.
        """
        longest = max(image.shape[:2])
        finest = min(WINDOW / min_face, max(LARGEST_LEVEL / longest, 1.0))
        coarsest = max(SMALLEST_LEVEL / min(image.shape[:2]), 0.75 * WINDOW / max_face if max_face else 0.0)
        found = self._pyramid(image, finest, coarsest, LEAST_SCORE)
        for shift in () if quick else SECOND_LOOKS:
            if found:
                break
            found = self._pyramid(image, min(1.0, finest) * self._step**shift, coarsest, SECOND_SCORE)
        return without_overlaps(found, OVERLAP)

    def _pyramid(self, image: Image, finest: float, coarsest: float, least: float) -> list[FoundFace]:
        found, scale = self._level(image, finest, least), finest * self._step
        while scale >= coarsest:
            found += self._level(image, scale, least)
            scale *= self._step
        return found

    def _level(self, image: Image, scale: float, least: float) -> list[FoundFace]:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        if min(size) < LEAST_LEVEL:
            return []
        way = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
        level = image if scale == 1.0 else cv2.resize(image, size, interpolation=way)
        scores = self._session.run(None, {"picture": np.ascontiguousarray(level)[None]})[0][0, 0]
        rows, columns = np.nonzero(scores > least)
        return [self._window(int(r), int(c), float(scores[r, c]), scale) for r, c in zip(rows, columns, strict=True)]

    def _window(self, row: int, column: int, score: float, scale: float) -> FoundFace:
        centre_x, centre_y = ((FIRST_CELL + CELL * n - BORDER) / scale for n in (column, row))
        side = WINDOW / scale
        box = Box(round(centre_x - side / 2), round(centre_y - side / 2), round(side), round(side))
        return FoundFace(box, score)
