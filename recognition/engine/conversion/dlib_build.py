"""Builds the ONNX files and compares them with dlib's own answers before anyone relies on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from config.errors import Refused
from recognition.engine.conversion.dlib_graphs import build_detector, build_embedder
from recognition.engine.onnx_sessions import session
from recognition.engine.types import Image

TOLERANCE = 1e-5  # greatest difference allowed in any of the 128 numbers; 3e-7 is usual
SCORE_TOLERANCE = 0.2  # of a detection; dlib's pyramid is resized a little differently


def build(name: str, source: Path, target: Path, sha256: str) -> None:
    """Write `dlib_resnet.onnx` or `dlib_mmod.onnx` (`name`) to `target`, from dlib's weights with that checksum.

    Refused `model_differs` when dlib's answers are not matched: then no one may use the target.
    """
    if name == "dlib_resnet.onnx":
        build_embedder(source, target, sha256)
        _verify_embedder(source, target)
    else:
        build_detector(source, target, sha256)
        _verify_detector(source, target)


def _verify_embedder(source: Path, built: Path) -> None:
    import dlib

    reference = dlib.face_recognition_model_v1(str(source))
    chips = np.stack([_pattern(150, 150, seed) for seed in range(3)])
    wanted = np.array([reference.compute_face_descriptor(chip) for chip in chips])
    difference = float(np.abs(session(built).run(None, {"chips": chips})[0] - wanted).max())
    if not difference <= TOLERANCE:  # also what is not a number
        raise Refused("model_differs", f"The rebuilt embedder differs from dlib's by {difference:.1e}.")


def _verify_detector(source: Path, built: Path) -> None:
    """dlib's detector gives only what it finds, so a drawn face is shown to both, and noise to both."""
    import dlib

    from recognition.engine.detectors.mmod import Mmod

    reference = dlib.cnn_face_detection_model_v1(str(source))
    ours = Mmod(built, step=5 / 6)
    for picture in (drawn_face(), _pattern(160, 160, 7)):
        wanted = reference(picture)
        found = ours.find(picture, min_face=80)
        if len(wanted) != len(found) or any(
            not abs(w.confidence - f.score) <= SCORE_TOLERANCE for w, f in zip(wanted, found, strict=True)
        ):
            raise Refused("model_differs", "The rebuilt detector does not find what dlib's finds.")


def _pattern(height: int, width: int, seed: int) -> Image:
    """Reproducible smooth noise: as good as a photo to compare two implementations of one function."""
    import cv2

    noise = np.random.default_rng(seed).integers(0, 256, (height // 10, width // 10, 3), dtype=np.uint8)
    picture: Any = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(picture)


def drawn_face(side: int = 240) -> Image:
    """A face of ellipses, plain enough to draw and face enough to be found."""
    import cv2

    canvas = np.full((side, side, 3), 200, np.uint8)
    centre, unit = side // 2, side / 240

    def ellipse(x: float, y: float, w: float, h: float, colour: tuple[int, int, int]) -> None:
        at = (int(centre + x * unit), int(centre + y * unit))
        cv2.ellipse(canvas, at, (int(w * unit), int(h * unit)), 0, 0, 360, colour, -1, cv2.LINE_AA)

    ellipse(0, 0, 62, 82, (60, 40, 30))
    ellipse(0, 10, 54, 70, (224, 182, 150))
    for sign in (-1, 1):
        ellipse(sign * 23, -14, 12, 5, (90, 55, 40))
        ellipse(sign * 23, -2, 11, 6, (245, 245, 245))
        ellipse(sign * 23, -2, 5, 6, (40, 25, 20))
    ellipse(0, 18, 7, 14, (205, 155, 125))
    ellipse(0, 28, 11, 5, (190, 135, 110))
    ellipse(0, 47, 21, 7, (170, 80, 80))
    blurred: Any = cv2.GaussianBlur(canvas, (0, 0), 1.5 * unit)
    return np.ascontiguousarray(blurred)
