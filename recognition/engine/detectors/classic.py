"""The detectors before neural networks, by name: Haar cascades (Viola and Jones) and dlib's HOG."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import cv2

from config.errors import Refused
from recognition.engine.detectors.base import FoundFace, without_overlaps
from recognition.engine.types import Box, Image


class Haar:
    name = "haar"

    def __init__(self) -> None:
        self._file = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"
        if not self._file.is_file():
            raise Refused("models_missing", "This OpenCV contains no Haar cascades. Install opencv 4.x.", status=503)
        self._own = threading.local()

    def find(self, image: Image, *, min_face: int, max_face: int | None = None, quick: bool = False) -> list[FoundFace]:
        if not hasattr(self._own, "cascade"):
            self._own.cascade = cv2.CascadeClassifier(str(self._file))
        grey = cv2.equalizeHist(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
        boxes, _, weights = self._own.cascade.detectMultiScale3(
            grey, scaleFactor=1.1, minNeighbors=6, minSize=(min_face, min_face), outputRejectLevels=True
        )
        return sorted((_haar_box(b, w) for b, w in zip(boxes, weights, strict=True)), key=lambda one: -one.score)


def _haar_box(box: Any, weight: Any) -> FoundFace:
    """Haar's square reaches above the brow: move it down to where dlib's predictor expects it."""
    x, y, w, h = (int(v) for v in box)
    return FoundFace(Box(x + w // 20, y + h // 10, w * 9 // 10, h * 9 // 10), float(weight))


class Hog:
    name = "hog"
    window = 80  # px, the smallest face that it finds in the picture as it is

    def __init__(self) -> None:
        import dlib

        self._own, self._make = threading.local(), dlib.get_frontal_face_detector

    def find(self, image: Image, *, min_face: int, max_face: int | None = None, quick: bool = False) -> list[FoundFace]:
        if not hasattr(self._own, "detector"):
            self._own.detector = self._make()
        rectangles, scores, _ = self._own.detector.run(image, 1 if min_face < self.window else 0, 0.0)
        found = [
            FoundFace(Box(r.left(), r.top(), r.width(), r.height()), float(s))
            for r, s in zip(rectangles, scores, strict=True)
        ]
        return [one for one in without_overlaps(found, 0.4) if one.box.size >= 0.8 * min_face]
