"""A face cut out upright and at one size, so that two looks at it can be laid over each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh import points as of
from recognition.engine.mesh.face_mesh import Mesh
from recognition.engine.types import Image

SIDE = 160  # px
APART = 48.0  # px between the eyes, measured in space: a turned face is not enlarged
MIDDLE = (80.0, 56.0)  # px, between the eyes


@dataclass(frozen=True, slots=True)
class Upright:
    """What is seen of the face, and where its points lie in it."""

    grey: NDArray[np.uint8]  # (SIDE, SIDE)
    points: NDArray[np.float32]  # (468, 2) px of the cut


def upright(image: Image, mesh: Mesh) -> Upright:
    """Cut the face out of an RGB picture, its eyes level and APART px from each other."""
    left = mesh.points[list(of.EYE_LEFT)].mean(axis=0)
    right = mesh.points[list(of.EYE_RIGHT)].mean(axis=0)
    scale = APART / max(float(np.linalg.norm(right - left)), 1e-6)
    roll, middle = math.radians(-mesh.roll), (left + right)[:2] / 2
    cosine, sine = scale * math.cos(roll), scale * math.sin(roll)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    matrix = np.hstack([turn, (np.array(MIDDLE) - turn @ middle)[:, None]])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    cut = cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=way, borderMode=cv2.BORDER_REPLICATE)
    points = mesh.points[:, :2] @ turn.T + matrix[:, 2]
    return Upright(np.asarray(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), np.uint8), points.astype(np.float32))
