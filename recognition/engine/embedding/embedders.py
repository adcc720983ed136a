"""From a picture and the faces in it to normalised vectors."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import zip_longest
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recognition.engine.cores import Once, together
from recognition.engine.embedding.align import arcface_template, dlib_template, mirrored, warped
from recognition.engine.embedding.landmarks import Points, eye_centres
from recognition.engine.embedding.vectors import normalised
from recognition.engine.mesh.points import eyes_nose_mouth
from recognition.engine.model_files.manifest import ProfileSpec
from recognition.engine.model_files.store import ModelStore
from recognition.engine.types import Face, Image, Vectors

BATCH = 16  # faces a call: more gains nothing on two cores


Chips = NDArray[np.uint8]  # (n, side, side, 3) RGB
Parts = list[NDArray[Any]]  # of a batch each
Stage = Callable[[NDArray[Any]], NDArray[np.float32]]


class Embedder(Protocol):
    """Faces of one picture as normalised vectors."""

    dim: int

    def vectors(self, image: Image, faces: list[Face]) -> Vectors:
        """(len(faces), dim), rows of length 1."""


class Network(Protocol):
    """One network and the ways a face is cut for it."""

    dim: int
    at_once: int  # how many threads may ask it at the same time, each on a core of its own

    def chips(self, image: Image, face: Face) -> list[Image]:
        """The aligned face, each time cut a little otherwise: the mean of their vectors is the face's."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is calculated one after the other: the first takes chips (n, side, side, 3) RGB, the last answers one
        vector a chip, of any length (n, dim)."""


class Alone:
    """The vectors of one network.

    Each cut is normalised before they are averaged: on grey LFW that takes dlib's FNMR at FMR 1/1,000 from 11 % to 8 %.
    """

    def __init__(self, network: Network) -> None:
        self.network, self.dim = network, network.dim

    def vectors(self, image: Image, faces: list[Face]) -> Vectors:
        chips = self.chips(image, faces)
        stages = self.works(chips)
        together([work for stage in stages for work in stage])
        return self.averaged(chips, stages)

    def chips(self, image: Image, faces: list[Face]) -> list[list[Image]]:
        return [self.network.chips(image, face) for face in faces]

    def works(self, chips: list[list[Image]]) -> list[list[Once[Parts]]]:
        """What there is to do by stage, each in as many parts as the network may be asked at the same time."""
        every = [chip for of_one in chips for chip in of_one]
        size = max(1, math.ceil(len(every) / self.network.at_once))
        works = [Once(partial(_batches, every[start : start + size])) for start in range(0, len(every), size)]
        stages = []
        for stage in self.network.stages:
            works = [Once(partial(_through, stage, before)) for before in works]
            stages.append(works)
        return stages

    def averaged(self, chips: list[list[Image]], stages: list[list[Once[Parts]]]) -> Vectors:
        """One vector a face, when all work is done."""
        if not chips:
            return np.zeros((0, self.dim), np.float32)
        rows = normalised(np.concatenate([part for work in stages[-1] for part in work()]))
        ends = np.cumsum([len(of_one) for of_one in chips])
        return normalised(np.stack([part.sum(axis=0) for part in np.split(rows, ends[:-1])]))


def _batches(chips: list[Image]) -> Parts:
    return [np.stack(chips[start : start + BATCH]) for start in range(0, len(chips), BATCH)]


def _through(stage: Stage, before: Once[Parts]) -> Parts:
    return [stage(part) for part in before()]


class SideBySide:
    """The vectors of two networks one behind the other: the cosine of two faces is the mean of both networks' cosines.

    They err on different pairs: see docs/recognition.md for what that is worth.
    """

    def __init__(self, first: Alone, second: Alone) -> None:
        self._both, self.dim = (first, second), first.dim + second.dim

    def vectors(self, image: Image, faces: list[Face]) -> Vectors:
        chips = [one.chips(image, faces) for one in self._both]
        works = [one.works(cut) for one, cut in zip(self._both, chips, strict=True)]
        together([work for stage in zip_longest(*works, fillvalue=[]) for of_one in stage for work in of_one])
        parts = [one.averaged(cut, stages) for one, cut, stages in zip(self._both, chips, works, strict=True)]
        return normalised(np.concatenate(parts, axis=1))


def anchor_of(face: Face) -> Points:
    """dlib's five points; a face made by hand (in a test) may have only its landmarks."""
    return face.landmarks if face.anchor is None else face.anchor


def _both_ways(tight: Image, wide: Image, *, still: bool) -> list[Image]:
    """Two cuts and their mirror images; of a frame one of each, which is nearly as good for half the time."""
    return [tight, mirrored(tight), wide, mirrored(wide)] if still else [tight, mirrored(wide)]


class Dlib:
    """dlib's alignment and its network. `alone`: no other network helps it, so that it needs two cuts of each frame."""

    dim, side, at_once = 128, 150, 2

    def __init__(self, store: ModelStore, *, alone: bool = True) -> None:
        from recognition.engine.embedding.deepface_models import DlibOnnx, provide

        self._alone = alone
        self._model = provide("Dlib", DlibOnnx, store.require("dlib_resnet.onnx"))

    def chips(self, image: Image, face: Face) -> list[Image]:
        if not face.still and not self._alone:
            return [self._chip(image, face, 0.25)]
        return _both_ways(self._chip(image, face, 0.2), self._chip(image, face, 0.3), still=face.still)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self._model.first_half, self._model.second_half

    def _chip(self, image: Image, face: Face, padding: float) -> Image:
        return warped(image, anchor_of(face), dlib_template(self.side, padding), self.side)


class ArcFace:
    """Five-point alignment and any ArcFace-style network."""

    at_once = 2

    def __init__(self, store: ModelStore, spec: ProfileSpec) -> None:
        from recognition.engine.embedding.deepface_models import ArcFaceOnnx, provide

        self.dim = int(spec.options["dim"])
        self._side = int(spec.options["side"])
        path = store.require(spec.options["file"])
        self._model = provide(path.stem, ArcFaceOnnx, path, **spec.options)

    def chips(self, image: Image, face: Face) -> list[Image]:
        return _both_ways(self._chip(image, face, 1.04), self._chip(image, face, 0.96), still=face.still)

    def _chip(self, image: Image, face: Face, zoom: float) -> Image:
        """By the mesh, else by the detector's five points, else by the eyes alone."""
        template = arcface_template(self._side, zoom)
        if face.mesh is not None:
            return warped(image, eyes_nose_mouth(face.mesh.points), template, self._side)
        if face.five is not None:
            return warped(image, face.five, template, self._side)
        return warped(image, eye_centres(anchor_of(face)), template[:2], self._side)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (self._model.vectors,)


class DeepFaceModel:
    """Any other model that DeepFace offers, fed with upright chips the way DeepFace feeds it."""

    at_once = 1  # it takes all cores by itself

    def __init__(self, model: str) -> None:
        from recognition.engine.embedding.deepface_models import deepface_model

        self._model: Any = deepface_model("facial_recognition", model)
        self._side = max(self._model.input_shape)
        self.dim = int(self._model.output_shape)

    def chips(self, image: Image, face: Face) -> list[Image]:
        chip = warped(image, anchor_of(face), dlib_template(self._side), self._side)
        return [chip, mirrored(chip)]

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (self._vectors,)

    def _vectors(self, chips: Chips) -> NDArray[np.float32]:
        answer = self._model.forward(chips[..., ::-1].astype(np.float32) / 255.0)
        return np.asarray(answer, np.float32).reshape(len(chips), -1)
