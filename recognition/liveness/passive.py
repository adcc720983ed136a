"""Passive presentation attack detection: does the picture itself look like a print or a screen?

MiniFASNet V2 and V1SE (minivision-ai, Silent-Face-Anti-Spoofing), through DeepFace's Fasnet on its ONNX backend.
DeepFace takes the likelier class of one picture. Here the probability of a live face is averaged over several
frames, weighted by their quality, and held against a threshold.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np

from recognition.engine.manifest import FASNET
from recognition.engine.store import ModelStore
from recognition.engine.types import Box, Image

LEAST_LIVE = 0.35  # mean probability of a live face: print and screen reach 0.22, living faces 0.5 (docs/liveness.md)
FEWEST_FRAMES = 3  # before the mean says anything
MOST_FRAMES = 12
LIVE = 1  # the class's place among the network's three
SCALES = (2.7, 4.0)  # how much around the face each network sees
_loading = threading.Lock()


class Passive(Protocol):
    """How surely a face is live, 0 to 1. Thread-safe."""

    def __call__(self, image: Image, box: Box) -> float: ...


@dataclass(slots=True)
class PassiveMean:
    """The weighted mean over the last frames."""

    _scores: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=MOST_FRAMES))

    def add(self, score: float, quality: float) -> None:
        self._scores.append((score, max(quality, 0.05)))

    @property
    def frames(self) -> int:
        return len(self._scores)

    @property
    def score(self) -> float | None:
        """None before enough frames were seen."""
        if len(self._scores) < FEWEST_FRAMES:
            return None
        scores, weights = zip(*self._scores, strict=True)
        return float(np.average(scores, weights=weights))


class Fasnet:
    """DeepFace's model, asked for the probability instead of the verdict."""

    def __init__(self, model: Any) -> None:
        self._networks = (model.first_model, model.second_model)

    def __call__(self, image: Image, box: Box) -> float:
        from deepface.commons.onnx_utils import run_session
        from deepface.models.spoofing.FasNetUtils import crop

        bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        x, y, w, h = _inside(box, bgr.shape[1], bgr.shape[0])
        cuts = (crop(bgr, (x, y, w, h), scale, 80, 80) for scale in SCALES)
        answers = [run_session(network, cut) for network, cut in zip(self._networks, cuts, strict=True)]
        return float(np.mean([answer[0][LIVE] for answer in answers]))


def load_fasnet(models_dir: Path) -> Fasnet | None:
    """The networks of this folder of models, verified; None where they are missing. Nothing is ever downloaded."""
    store = ModelStore(models_dir)
    if not all(store.has(name) for name in FASNET):
        return None
    home = store.require(FASNET[0]).parents[2]
    for name in FASNET:
        store.require(name)
    return Fasnet(_from_deepface(home))


def _from_deepface(home: Path) -> Any:
    """DeepFace looks for weights below one folder, which it reads from the environment each time."""
    from recognition.engine.deepface_models import deepface_model

    with _loading:
        before = os.environ.get("DEEPFACE_HOME")
        os.environ["DEEPFACE_HOME"] = str(home)
        try:
            return deepface_model("spoofing", "Fasnet")
        finally:
            if before is None:
                del os.environ["DEEPFACE_HOME"]
            else:
                os.environ["DEEPFACE_HOME"] = before


def _inside(box: Box, width: int, height: int) -> Box:
    """The part of the box that lies in the picture."""
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = min(width, box.x + box.w), min(height, box.y + box.h)
    return Box(left, top, max(1, right - left), max(1, bottom - top))
