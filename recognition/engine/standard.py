"""The engine: a detector, landmarks, an embedder and measured thresholds behind one small promise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from config.errors import Refused
from recognition.engine import curves
from recognition.engine.detectors.base import Detector, Found, cut_out, moved, without_overlaps
from recognition.engine.embedders import ArcFaceEmbedder, DeepFaceEmbedder, DlibEmbedder, Embedder, anchor_of, embed
from recognition.engine.landmarks import Landmarks, Points, hog_box
from recognition.engine.manifest import LANDMARKS, ProfileSpec, spec_of
from recognition.engine.quality import measure
from recognition.engine.store import ModelStore, allow_licences
from recognition.engine.types import Box, Face, Image, Profile, Vectors

CROP_SIDE = 320  # px: what is kept of an enrolled photo
CROP_PADDING = 0.6  # of the face's size on every side, so that the detector finds it again
AROUND = 0.5  # of a box's side, on every side: where a followed face is looked for first
ONE_FACE = 0.3  # overlap (intersection over union) above which two finds are one face


class StandardEngine:
    """Thread-safe. `thresholds` may be missing while a new profile is being measured."""

    def __init__(
        self, profile: Profile, detector: Detector, landmarks: Landmarks, embedder: Embedder, models_dir: Path
    ) -> None:
        self._profile, self._detector = profile, detector
        self._landmarks, self._embedder = landmarks, embedder
        self._models_dir = models_dir
        self._curves: curves.Curves | None = None

    @property
    def profile(self) -> Profile:
        return self._profile

    def detect(
        self, image: Image, *, min_face: int = 40, limit: int = 64, near: list[Box] | None = None, quick: bool = False
    ) -> list[Face]:
        if near:
            found = self._near(image, near, min_face)
        else:
            found = self._detector.find(image, min_face=min_face, quick=quick)
        largest = sorted(found, key=lambda one: -one.box.size)[:limit]
        return [self._face(image, one) for one in largest]

    def follow(self, image: Image, face: Face) -> Face:
        if len(face.landmarks) < 68:
            return next(iter(self.detect(image, near=[face.box], limit=1)), face)
        points = self._landmarks.moved(image, face.landmarks)
        right, down = (round(float(shift)) for shift in (points - face.landmarks).mean(axis=0))
        found = Found(Box(face.box.x + right, face.box.y + down, face.box.w, face.box.h), face.score)
        return self._measured(image, found, self._landmarks.anchor(image, hog_box(points)), points)

    def embed(self, image: Image, faces: list[Face]) -> Vectors:
        if not faces:
            return np.zeros((0, self._profile.dim), np.float32)
        return embed(self._embedder, self._embedder.chips(image, faces))

    def threshold(self, *, photos: int, frames: int, target_fmr: float) -> float:
        return self.curves.threshold(photos=photos, frames=frames, target_fmr=target_fmr)

    @property
    def curves(self) -> curves.Curves:
        if self._curves is None:
            self._curves = curves.load(self._profile.name, self._models_dir)
        return self._curves

    def crop(self, image: Image, face: Face) -> Image:
        side = min(CROP_SIDE, max(120, round(face.box.size * (1 + 2 * CROP_PADDING))))
        return self._landmarks.chip(image, anchor_of(face), side, CROP_PADDING)

    def _face(self, image: Image, found: Found) -> Face:
        anchor = self._landmarks.anchor(image, found.box)
        all_points = self._landmarks.points(image, found.box)
        return self._measured(image, found, anchor, anchor if all_points is None else all_points)

    def _measured(self, image: Image, found: Found, anchor: Points, points: Points) -> Face:
        chip = self._landmarks.chip(image, anchor, 150, 0.25)
        grey = np.asarray(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), np.uint8)
        quality = measure(grey, found.box, points, anchor)
        return Face(found.box, found.score, points, quality, anchor, found.points)

    def _near(self, image: Image, boxes: list[Box], min_face: int) -> list[Found]:
        """The faces that were in these boxes a moment ago, each looked for only around its old place."""
        found: list[Found] = []
        for box in boxes:
            part, left, top = cut_out(image, box, AROUND)
            if min(part.shape[:2]) < 24:
                continue
            size = max(min_face, int(0.8 * box.size))
            nearby = self._detector.find(part, min_face=size, max_face=int(1.3 * box.size), quick=True)
            found += [moved(one, left, top) for one in nearby[:1]]
        return without_overlaps(found, ONE_FACE)  # around two old places the same face may be found


def build_engine(
    name: str, *, models_dir: Path, allow_noncommercial: bool = False, detector: str | None = None
) -> StandardEngine:
    """The engine for a profile's name, its models loaded and their checksums verified.

    Refused `unknown_profile`, `models_missing`, `wrong_checksum`, `damaged_model` or `model_licence`.
    """
    spec = spec_of(name, models_dir)
    allow_licences(spec, allow_noncommercial=allow_noncommercial)
    store = ModelStore(models_dir)
    landmarks = _landmarks(store, allow_noncommercial)
    embedder = _embedder(spec, store, landmarks)
    chosen = detector or spec.profile.detector
    profile = Profile(name, chosen, spec.profile.model, embedder.dim)
    return StandardEngine(profile, build_detector(chosen, store), landmarks, embedder, models_dir)


def _landmarks(store: ModelStore, allow_noncommercial: bool) -> Landmarks:
    """68 points where their training set's terms allow it, else 5: no eyes and coarser pose, the same recognition."""
    five, sixty_eight = LANDMARKS
    wanted = allow_noncommercial and store.has(sixty_eight)
    return Landmarks(store.require(five), store.require(sixty_eight) if wanted else None)


def _embedder(spec: ProfileSpec, store: ModelStore, landmarks: Landmarks) -> Embedder:
    if spec.embedder == "dlib":
        return DlibEmbedder(store, landmarks)
    if spec.embedder == "arcface":
        return ArcFaceEmbedder(store, spec)
    return DeepFaceEmbedder(spec.profile.model, landmarks)


def build_detector(name: str, store: ModelStore) -> Detector:
    """A detector by its name. Refused `unknown_detector` when there is none of that name."""
    makers: dict[str, Callable[[], Detector]] = {
        "mmod": lambda: _mmod(store),
        "yunet": lambda: _yunet(store),
        "haar": _haar,
        "hog": _hog,
    }
    if name.startswith("deepface:"):
        from recognition.engine.detectors.deepface import DeepFaceDetector

        return DeepFaceDetector(name.partition(":")[2])
    if name not in makers:
        raise Refused(
            "unknown_detector", f"There is no face detector '{name}': use {', '.join(makers)} or deepface:NAME."
        )
    return makers[name]()


def _mmod(store: ModelStore) -> Detector:
    from recognition.engine.detectors.mmod import Mmod

    return Mmod(store.require("dlib_mmod.onnx"))


def _yunet(store: ModelStore) -> Detector:
    from recognition.engine.detectors.yunet import Yunet

    return Yunet(store.require("face_detection_yunet_2023mar.onnx"))


def _haar() -> Detector:
    from recognition.engine.detectors.classic import Haar

    return Haar()


def _hog() -> Detector:
    from recognition.engine.detectors.classic import Hog

    return Hog()
