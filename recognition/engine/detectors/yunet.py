"""YuNet (Wu, Peng and Yu, 2023) through OpenCV: fast, and it gives five points."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from recognition.engine.detectors.base import FoundFace, cut_out, moved, overlap, without_overlaps
from recognition.engine.types import Box, Image

FIRST_SCORE = 0.7
COARSE = 480  # px, the longer side of the first look: large faces
FINE_FACE = 32  # px: the size to which the smallest wanted face is shrunk for the second look
OVERLAP = 0.3
# Points of a face seen with fewer pixels than SOFT_FACE are found again in cut-outs of these sizes, and averaged:
# on LFW that takes the FNIR at FPIR 1 % from 3.5 % to 1.5 %.
SHARP_FACES = (170, 240)  # px
SOFT_FACE = 200  # px
# What lies behind people may look like a face: the last word has the score at the better sizes, and small faces
# must be surer. Real ones score 0.89 and more on the group photos, the others 0.8 and less.
LEAST_SCORE = 0.8
SMALL_FACE, SURE_SCORE = 48, 0.85  # px
TIGHT = 0.75  # its boxes are drawn so much tighter than those of the other detectors
LARGEST_ZOOM = 2.0  # small faces, enlarged: a tilted one of 80 px is otherwise read askew


class Yunet:
    name = "yunet"

    def __init__(self, model: Path) -> None:
        self._model, self._own = str(model), threading.local()

    def find(self, image: Image, *, min_face: int, max_face: int | None = None, quick: bool = False) -> list[FoundFace]:
        """Two looks: shrunk for faces that fill the picture, then as fine as `min_face` asks for.

        `quick`: only faces that may be none are looked at a third time, and the points of the others are coarse.
        """
        longest = max(image.shape[:2])
        fine = min(1.0, FINE_FACE / min_face)
        coarse = min(1.0, COARSE / longest)
        looks = [(one, fine) for one in self._look(image, fine)]
        if coarse < 0.8 * fine:
            looks += [(one, coarse) for one in self._look(image, coarse)]
        scale_of = {id(one): scale for one, scale in looks}
        kept = without_overlaps([one for one, _ in looks], OVERLAP)
        kept = [one for one in kept if one.box.size >= TIGHT * min_face]
        if quick:
            kept = [one if _is_sure(one) else self._sharpened(image, one, scale_of[id(one)]) for one in kept]
        else:
            kept = [self._sharpened(image, one, scale_of[id(one)]) for one in kept]
        return [one for one in kept if _is_sure(one)]

    def _sharpened(self, image: Image, found: FoundFace, scale: float) -> FoundFace:
        """The same face with points found at better sizes."""
        if found.box.size * scale >= SOFT_FACE:
            return found
        part, left, top = cut_out(image, found.box, 0.5)
        again = []
        for size in {min(LARGEST_ZOOM, sharp / found.box.size) for sharp in SHARP_FACES}:
            nearby = [moved(one, left, top) for one in self._look(part, size)]
            again += [one for one in nearby if overlap(one.box, found.box) > OVERLAP][:1]
        if not again:
            return found
        points = np.mean([one.points for one in again if one.points is not None], axis=0)
        return FoundFace(again[0].box, again[0].score, points.astype(np.float32))

    def _look(self, image: Image, scale: float) -> list[FoundFace]:
        size = (max(32, round(image.shape[1] * scale)), max(32, round(image.shape[0] * scale)))
        bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        way = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
        small = bgr if scale == 1.0 else cv2.resize(bgr, size, interpolation=way)
        detector = self._detector()
        detector.setInputSize((small.shape[1], small.shape[0]))
        _, rows = detector.detect(small)
        factors = np.array([image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]])
        # In long, thin pictures OpenCV's boxes may be infinite, or lie beside the picture.
        faces = [_found(row, factors) for row in (rows if rows is not None else []) if np.isfinite(row).all()]
        return [one for one in faces if _is_in(image, one.box)]

    def _detector(self) -> Any:
        """One a thread: OpenCV's detector keeps its input size."""
        if not hasattr(self._own, "detector"):
            self._own.detector = cv2.FaceDetectorYN.create(self._model, "", (320, 320), FIRST_SCORE, OVERLAP, 500)
        return self._own.detector


def _is_sure(found: FoundFace) -> bool:
    return found.score >= (SURE_SCORE if found.box.size < SMALL_FACE else LEAST_SCORE)


def _is_in(image: Image, box: Box) -> bool:
    """Whether the face's middle is in the picture."""
    height, width = image.shape[:2]
    return 0 <= box.x + box.w / 2 < width and 0 <= box.y + box.h / 2 < height


def _found(row: Any, factors: Any) -> FoundFace:
    (x, y), (w, h) = row[0:2] * factors, row[2:4] * factors
    points = row[4:14].reshape(5, 2) * factors
    # YuNet's box is a tall one around the face; dlib's predictor wants a square from brow to chin.
    side = 0.5 * (w + h)
    centre_x, centre_y = x + w / 2, y + h * 0.53
    box = Box(round(centre_x - side / 2), round(centre_y - side / 2), round(side), round(side))
    return FoundFace(box, float(row[14]), points.astype(np.float32))
