"""Any detector that DeepFace offers, by its name there: `deepface:retinaface`, `deepface:centerface` …"""

from __future__ import annotations

import threading
from typing import Any

import cv2

from recognition.engine.detectors.base import FoundFace
from recognition.engine.types import Box, Image


class DeepFaceDetector:
    def __init__(self, name: str) -> None:
        from recognition.engine.embedding.deepface_models import deepface_model

        self.name = f"deepface:{name}"
        self._lock = threading.Lock()  # not all of DeepFace's detectors may be called from two threads
        self._model: Any = deepface_model("face_detector", name)

    def find(self, image: Image, *, min_face: int, max_face: int | None = None, quick: bool = False) -> list[FoundFace]:
        with self._lock:
            areas = self._model.detect_faces(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        found = [FoundFace(Box(int(a.x), int(a.y), int(a.w), int(a.h)), float(a.confidence or 0.0)) for a in areas]
        return sorted((one for one in found if one.box.size >= min_face), key=lambda one: -one.score)
