"""The face, cut out upright and always at the same size: what flow is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh import points as of
from recognition.engine.mesh.face_mesh import Mesh
from recognition.engine.types import Image

Floats = NDArray[np.float32]
Grey = NDArray[np.uint8]
SIDE = 128  # px
APART = 44.0  # px between the eyes in it
EYES_AT = 46.0  # px from its top


@dataclass(frozen=True, slots=True)
class Patch:
    """A grey face of SIDE × SIDE px, its mesh in it, and how it was cut."""

    grey: Grey
    points: Floats  # (468, 3) px of the patch, depth in the same unit, away from the camera
    there: Floats  # 2 × 3, from the picture into the patch
    yaw: float  # degrees, as the mesh has them
    pitch: float

    def to_picture(self, places: Floats) -> Floats:
        """(n, 2) px of the patch, in px of the picture."""
        back = cv2.invertAffineTransform(self.there)
        return np.asarray(places @ back[:, :2].T + back[:, 2], np.float32)


def cut(image: Image, mesh: Mesh) -> Patch:
    """A grey patch of an RGB picture (or of a grey one)."""
    left, right = of.eyes(mesh.points)
    across = (right - left) / max(float(np.linalg.norm(right - left)), 1e-6)
    mouth = mesh.points[list(of.MOUTH), :2].mean(axis=0)
    down = float((mouth - (left + right) / 2) @ np.array([-across[1], across[0]]))
    # By the distance between the eyes, or by the height of the face where a turn makes that short.
    scale = APART / max(mesh.apart, 0.9 * abs(down), 1e-6)
    cosine, sine = scale * across
    turn = np.array([[cosine, sine], [-sine, cosine]], np.float32)
    middle = (left + right) / 2
    there = np.hstack([turn, (np.array([SIDE / 2, EYES_AT]) - turn @ middle)[:, None]]).astype(np.float32)
    flags = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    grey = _grey_patch(image, there, flags)
    flat = mesh.points[:, :2] @ there[:, :2].T + there[:, 2]
    points = np.hstack([flat, mesh.points[:, 2:3] * scale]).astype(np.float32)
    return Patch(grey, points, there, mesh.yaw, mesh.pitch)


def _grey_patch(image: Image, there: Floats, flags: int) -> Grey:
    patch = cv2.warpAffine(image, there, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(patch if patch.ndim == 2 else cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), np.uint8)


def affine(before: Floats, after: Floats) -> NDArray[np.float64] | None:
    """The affinity (2 × 3) that carries most of (n, 2) points to others; stray ones are outvoted. None below 12."""
    if len(before) < 12:
        return None
    middle = before.mean(axis=0)
    model = np.hstack([before - middle, np.ones((len(before), 1))]).astype(np.float64)
    weights: NDArray[np.float64] = np.ones(len(before))
    answer: NDArray[np.float64] = np.zeros((3, 2))
    for _ in range(3):
        weighted = model * weights[:, None]
        answer = np.asarray(np.linalg.solve(weighted.T @ model + 1e-6 * np.eye(3), weighted.T @ after), np.float64)
        off = np.linalg.norm(after - model @ answer, axis=1)
        usual = float(np.partition(off, len(off) // 2)[len(off) // 2])
        weights = 1.0 / np.maximum(1.0, off / max(1.8 * usual, 1e-3)) ** 2
    turn = answer[:2].T
    return np.hstack([turn, (answer[2] - turn @ middle)[:, None]])


def in_picture(moved: NDArray[np.float64], before: Patch, now: Patch, scale: float) -> NDArray[np.float64]:
    """An affinity from one patch to another, as one from picture to picture, both made smaller by `scale`."""
    shrink = np.diag([scale, scale, 1.0])
    there = square(now.there)
    whole = shrink @ np.linalg.inv(there) @ square(moved) @ square(before.there) @ np.linalg.inv(shrink)
    return np.asarray(whole[:2], np.float64)


def square(matrix: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """2 × 3 with its last row."""
    return np.vstack([matrix, [0.0, 0.0, 1.0]])
