"""Passive presentation attack detection: does the picture itself look like a print or a screen?

MiniFASNet V2 and V1SE (minivision-ai, Silent-Face-Anti-Spoofing), cut as DeepFace's Fasnet cuts a face.
DeepFace takes the likelier class of one picture. Here the probability of a live face is averaged over several
frames, weighted by their quality, and held against a threshold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from recognition.engine.model_files.manifest import FASNET
from recognition.engine.model_files.store import ModelStore
from recognition.engine.onnx_sessions import session
from recognition.engine.types import Box, Image

LEAST_LIVE = 0.35  # mean probability of a live face: print and screen reach 0.22, living faces 0.5 (docs/liveness.md)
FEWEST_FRAMES = 3  # before the mean says anything
MOST_FRAMES = 12
LIVE = 1  # the class's place among the network's three
SCALES = (2.7, 4.0)  # how much around the face each network sees


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
    """Both networks, asked for the probability of a live face instead of the verdict.

    On sessions of our own: the waiting threads of DeepFace's spin, which costs four times the computing itself.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._networks = [session(path, threads=1) for path in paths]
        self._inputs = [network.get_inputs()[0].name for network in self._networks]

    def __call__(self, image: Image, box: Box) -> float:
        from deepface.models.spoofing.FasNetUtils import crop

        place = _inside(box, image.shape[1], image.shape[0])
        answers = []
        for network, given, scale in zip(self._networks, self._inputs, SCALES, strict=True):
            bgr = np.ascontiguousarray(crop(image, place, scale, 80, 80)[..., ::-1], np.float32)
            answers.append(network.run(None, {given: bgr[None]})[0][0][LIVE])
        return float(np.mean(answers))


def load_fasnet(models_dir: Path) -> Fasnet | None:
    """The networks of this folder of models, verified; None where they are missing. Nothing is ever downloaded."""
    store = ModelStore(models_dir)
    if not all(store.has(name) for name in FASNET):
        return None
    return Fasnet([store.require(name) for name in FASNET])


def _inside(box: Box, width: int, height: int) -> Box:
    """The part of the box that lies in the picture."""
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = min(width, box.x + box.w), min(height, box.y + box.h)
    return Box(left, top, max(1, right - left), max(1, bottom - top))
