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


# Where dlib's networks expect the outer and inner corner of the image-right eye, those of the image-left one and the
# nose's base: parts of a square that holds the face without any padding (dlib's get_face_chip_details).
DLIB = np.array(
    [(0.85957, 0.21350), (0.64606, 0.22897), (0.12058, 0.21373), (0.33409, 0.22906), (0.49011, 0.62780)], np.float32
)
HALF = 0.5  # a face to be shrunk by more than this is first shrunk by areas: else most of its pixels would be skipped


def warped(image: Image, points: NDArray[np.float32], template: NDArray[np.float32], side: int) -> Image:
    """The picture under the similarity that best carries `points` (n, 2) onto `template` (n, 2), `side` px square."""
    image, matrix = _shrunk(image, similarity(points, template), side)
    chip: Any = cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(chip, np.uint8)


def _shrunk(image: Image, matrix: NDArray[np.float64], side: int) -> tuple[Image, NDArray[np.float64]]:
    """A face much larger than its chip, cut out and shrunk to twice the chip's size, and the matrix that goes on."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0])) / HALF
    if scale > 1.0:
        return image, matrix
    left, top, part = _covered(image, matrix, side)
    if not part.size:
        return image, matrix
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    by = np.array([part.shape[1], part.shape[0]]) / np.array(size)
    shift = matrix[:, :2] @ (0.5 * by - 0.5 + np.array([left, top])) + matrix[:, 2]
    return np.asarray(small, np.uint8), np.hstack([matrix[:, :2] * by, shift[:, None]])


def _covered(image: Image, matrix: NDArray[np.float64], side: int) -> tuple[int, int, Image]:
    """What the chip shows of the picture: left, top, and the part itself with a pixel or two around."""
    back = cv2.invertAffineTransform(matrix)
    corners = np.array([(0, 0), (side, 0), (0, side), (side, side)]) @ back[:, :2].T + back[:, 2]
    left, top = (max(0, int(value) - 2) for value in corners.min(axis=0))
    right, bottom = (max(0, int(value) + 3) for value in corners.max(axis=0))
    return left, top, image[top:bottom, left:right]


def similarity(source: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float64]:
    """Least-squares rotation, scale and shift as a 2 × 3 matrix: in the plane Umeyama's (1991) has this short form."""
    mean_s, mean_t = source.mean(axis=0, dtype=np.float64), target.mean(axis=0, dtype=np.float64)
    centred_s, centred_t = source - mean_s, target - mean_t
    spread = max(float(np.vdot(centred_s, centred_s)), 1e-9)
    along = float(np.vdot(centred_s, centred_t)) / spread
    across = float(np.vdot(centred_s[:, 0], centred_t[:, 1]) - np.vdot(centred_s[:, 1], centred_t[:, 0])) / spread
    turn = np.array([[along, -across], [across, along]])
    return np.column_stack([turn, mean_t - turn @ mean_s])


def arcface_template(side: int, zoom: float = 1.0) -> NDArray[np.float32]:
    """For a chip of `side` px. `zoom`: the face so much larger in it, about its middle."""
    return ((ARCFACE - 56.0) * zoom + 56.0) * (side / 112.0)


def dlib_template(side: int, padding: float = 0.25) -> NDArray[np.float32]:
    """For a chip of `side` px with `padding` of the face's size around it, on every side."""
    return (DLIB + padding) * (side / (1.0 + 2.0 * padding))


def mirrored(chip: Image) -> Image:
    return np.ascontiguousarray(chip[:, ::-1])
