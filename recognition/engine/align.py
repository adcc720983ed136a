"""Faces turned upright and cut to the shape that an embedder was trained on."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Image

# Where ArcFace-style models expect eyes, nose and mouth corners in their 112 px input
# (the published five-point template of InsightFace).
ARCFACE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)], np.float32
)


def warped(image: Image, points: NDArray[np.float32], template: NDArray[np.float32], side: int) -> Image:
    """The picture under the similarity that best carries `points` (n, 2) onto `template` (n, 2), `side` px square."""
    matrix = similarity(points, template)
    chip: Any = cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(chip, np.uint8)


def similarity(source: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float64]:
    """Least-squares rotation, scale and shift as a 2 × 3 matrix (Umeyama, 1991)."""
    mean_s, mean_t = source.mean(axis=0, dtype=np.float64), target.mean(axis=0, dtype=np.float64)
    centred_s, centred_t = source - mean_s, target - mean_t
    u, values, vt = np.linalg.svd(centred_t.T @ centred_s)
    signs = np.array([1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ np.diag(signs) @ vt
    scale = float((values * signs).sum() / max(float((centred_s**2).sum()), 1e-9))
    return np.hstack([scale * rotation, (mean_t - scale * rotation @ mean_s)[:, None]])


def arcface_template(side: int) -> NDArray[np.float32]:
    return ARCFACE * (side / 112.0)


def with_mirrors(chips: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The chips followed by their mirror images: (2n, side, side, 3)."""
    return np.concatenate([chips, chips[:, :, ::-1]])
