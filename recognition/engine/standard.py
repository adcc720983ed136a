"""The engine: a detector, a mesh, an embedder and measured thresholds behind one small promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from config.errors import Refused
from recognition.engine.detectors.base import Detector, FoundFace, cut_out, moved, without_overlaps
from recognition.engine.embedding.align import dlib_template, warped
from recognition.engine.embedding.embedders import Alone, ArcFace, DeepFaceModel, Dlib, Embedder, SideBySide, anchor_of
from recognition.engine.embedding.landmarks import Landmarks
from recognition.engine.evaluation import curves
from recognition.engine.mesh import points
from recognition.engine.mesh.face_mesh import FaceMesh, Mesh
from recognition.engine.model_files.manifest import DETECTOR_FILES, LANDMARKS, ProfileSpec, spec_of
from recognition.engine.model_files.store import ModelStore, allow_licences
from recognition.engine.quality import measure
from recognition.engine.types import Box, Face, Image, Profile, Vectors

CROP_SIDE = 320  # px: what is kept of an enrolled photo
CROP_PADDING = 0.6  # of the face's size on every side, so that the detector finds it again
CHIP_SIDE = 150  # px: the upright face that quality is measured on
AROUND = 0.5  # of a box's side, on every side: where a followed face is looked for first
MOVED = 0.2  # eye distances between two frames, from which on a mesh is fitted again
ONE_FACE = 0.3  # overlap (intersection over union) above which two finds are one face


class StandardEngine:
    """Thread-safe. `thresholds` may be missing while a new profile is being measured."""

    def __init__(
        self,
        profile: Profile,
        detector: Detector,
        close: Detector,
        mesh: FaceMesh,
        landmarks: Landmarks,
        embedder: Embedder,
        models_dir: Path,
    ) -> None:
        self._profile, self._detector, self._close, self._mesh = profile, detector, close, mesh
        self._landmarks, self._embedder = landmarks, embedder
        self._models_dir = models_dir
        self._curves: curves.Curves | None = None

    @property
    def profile(self) -> Profile:
        return self._profile

    def detect(
        self,
        image: Image,
        *,
        min_face: int = 40,
        limit: int = 64,
        near: list[Box] | None = None,
        quick: bool = False,
        glance: bool = False,
    ) -> list[Face]:
        if glance:
            return self._glance(image, min_face)[:limit]
        if near:
            return self._faces(image, self._near(image, near, min_face))[:limit]
        faces = self._faces(image, self._detector.find(image, min_face=min_face, quick=True))
        faces += [face for face in self._glance(image, min_face) if _is_apart(face, faces)]
        if not faces and not quick:
            faces = self._faces(image, self._detector.find(image, min_face=min_face))
        largest = sorted(faces, key=lambda face: -face.box.size)[:limit]
        return largest if quick else [self._still(image, face) for face in largest]

    def follow(self, image: Image, face: Face) -> Face | None:
        mesh = face.mesh and self._mesh.follow(image, face.mesh)
        if mesh is None or face.mesh is None:
            return None
        if _has_moved(face.mesh, mesh):  # a mesh that was fitted beside the face lies askew
            mesh = self._settled(image, mesh)
        if mesh is None:
            return None
        found = FoundFace(mesh.box, face.score)
        return self._measured(image, found, mesh)

    def _settled(self, image: Image, mesh: Mesh) -> Mesh | None:
        """Fitted again from where it came to, until it stays."""
        again: Mesh | None = mesh
        for _ in range(2):
            again = again and self._mesh.follow(image, again)
        return again

    def lids(self, image: Image, face: Face) -> tuple[float, float] | None:
        return None if face.mesh is None else self._mesh.lids(image, face.mesh)

    def embed(self, image: Image, faces: list[Face]) -> Vectors:
        return self._embedder.vectors(image, faces)

    def threshold(self, *, photos: int, frames: int, target_fmr: float) -> float:
        return self.curves.threshold(photos=photos, frames=frames, target_fmr=target_fmr)

    @property
    def curves(self) -> curves.Curves:
        if self._curves is None:
            self._curves = curves.load(self._profile.name, self._models_dir)
        return self._curves

    def crop(self, image: Image, face: Face) -> Image:
        side = min(CROP_SIDE, max(120, round(face.box.size * (1 + 2 * CROP_PADDING))))
        return warped(image, anchor_of(face), dlib_template(side, CROP_PADDING), side)

    def _faces(self, image: Image, found: list[FoundFace]) -> list[Face]:
        """Largest first."""
        largest = sorted(found, key=lambda one: -one.box.size)
        return [self._measured(image, one, self._mesh.fit(image, one)) for one in largest]

    def _glance(self, image: Image, min_face: int) -> list[Face]:
        """Of people who stand near, also where the face fills the picture. What has no mesh is not a face."""
        fitted = ((one, self._mesh.fit(image, one)) for one in self._close.find(image, min_face=min_face))
        faces = [
            self._measured(image, FoundFace(mesh.box, one.score), mesh)
            for one, mesh in fitted
            if mesh is not None and mesh.box.size >= min_face
        ]
        return sorted(faces, key=lambda face: -face.box.size)

    def _measured(
        self, image: Image, found: FoundFace, mesh: Mesh | None, lids: tuple[float, float] | None = None
    ) -> Face:
        anchor = points.dlib_five(mesh.points) if mesh else self._landmarks.anchor(image, found.box)
        chip = warped(image, anchor, dlib_template(CHIP_SIDE), CHIP_SIDE)
        grey = np.asarray(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), np.uint8)
        quality = measure(grey, found.box, anchor, mesh, lids)
        return Face(found.box, found.score, anchor, quality, anchor, found.points, mesh)

    def _still(self, image: Image, face: Face) -> Face:
        """A face of a photo: its eyes are measured too."""
        lids = self.lids(image, face)
        found = FoundFace(face.box, face.score, face.five)
        return replace(self._measured(image, found, face.mesh, lids) if lids else face, still=True)

    def _near(self, image: Image, boxes: list[Box], min_face: int) -> list[FoundFace]:
        """The faces that were in these boxes a moment ago, each looked for only around its old place."""
        found: list[FoundFace] = []
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
    landmarks = Landmarks(store.require(LANDMARKS[0]))
    mesh = FaceMesh(store.require("face_landmark.tflite"), store.require("iris_landmark.tflite"))
    embedder = _embedder(spec, store)
    chosen = detector or spec.profile.detector
    profile = replace(spec.profile, detector=chosen, dim=embedder.dim)
    detectors = build_detector(chosen, store), build_detector("short_range", store)
    return StandardEngine(profile, *detectors, mesh, landmarks, embedder, models_dir)


def _has_moved(before: Mesh, now: Mesh) -> bool:
    """Whether the face has moved so far that its mesh may have been fitted askew."""
    shift = float(np.linalg.norm(points.eyes(now.points).mean(axis=0) - points.eyes(before.points).mean(axis=0)))
    return shift > MOVED * before.apart


def _is_apart(face: Face, others: list[Face]) -> bool:
    """Whether it is none of these: neither box holds the other's middle."""
    return not any(_holds(face.box, other.box) or _holds(other.box, face.box) for other in others)


def _holds(box: Box, other: Box) -> bool:
    return box.x <= other.x + other.w / 2 <= box.x + box.w and box.y <= other.y + other.h / 2 <= box.y + box.h


def _embedder(spec: ProfileSpec, store: ModelStore) -> Embedder:
    if spec.embedder == "dlib":
        return Alone(Dlib(store))
    if spec.embedder == "arcface":
        return Alone(ArcFace(store, spec))
    if spec.embedder == "both":
        return SideBySide(Alone(Dlib(store, alone=False)), Alone(ArcFace(store, spec)))
    return Alone(DeepFaceModel(spec.profile.model))


def build_detector(name: str, store: ModelStore) -> Detector:
    """A detector by its name. Refused `unknown_detector` when there is none of that name."""
    makers: dict[str, Callable[[], Detector]] = {
        "mmod": lambda: _mmod(store),
        "yunet": lambda: _yunet(store),
        "short_range": lambda: _blaze(store, "short_range"),
        "full_range": lambda: _blaze(store, "full_range"),
        "haar": _haar,
        "hog": _hog,
    }
    if name.startswith("deepface:"):
        from recognition.engine.detectors.deepface import DeepFaceDetector

        return DeepFaceDetector(name.partition(":")[2])
    if name not in makers:
        raise Refused(
            "unknown_detector", f"'{name}' is not a known face detector. Use {', '.join(makers)} or deepface:NAME."
        )
    return makers[name]()


def _mmod(store: ModelStore) -> Detector:
    from recognition.engine.detectors.mmod import Mmod

    return Mmod(store.require("dlib_mmod.onnx"))


def _yunet(store: ModelStore) -> Detector:
    from recognition.engine.detectors.yunet import Yunet

    return Yunet(store.require("face_detection_yunet_2023mar.onnx"))


def _blaze(store: ModelStore, name: str) -> Detector:
    from recognition.engine.mesh import blazeface

    kind = {kind.name: kind for kind in (blazeface.SHORT_RANGE, blazeface.FULL_RANGE)}[name]
    return blazeface.BlazeFace(store.require(DETECTOR_FILES[name][0]), kind)


def _haar() -> Detector:
    from recognition.engine.detectors.classic import Haar

    return Haar()


def _hog() -> Detector:
    from recognition.engine.detectors.classic import Hog

    return Hog()
