"""Does the nose stand out? Parallax of real texture between two looks at a face.

Whatever is done to a sheet of paper - moved, tilted, bent - its points move smoothly: a polynomial of second degree in
the place takes up a homography and a cylinder alike. A face does not: nose, brows and chin stand out from any such
surface, and as the head turns they move by their depth times the sine of the turn. So the flow between two looks is
split by least squares into the smooth part and the part that goes with the depths of the mesh. The mesh says only where
nose and cheeks are; what moves is measured by optical flow (Lucas and Kanade, 1981) on the pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.liveness.cues.patch import APART, Grey, Patch

Floats = NDArray[np.float32]
Flow = tuple[Floats, NDArray[np.bool_]]  # where the points are in another patch, (n, 2) px, and which are believed
WINDOW = (13, 13)
LEVELS = 2
CRITERIA = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.02)
BACK = 0.5  # px: a point that does not come back to where it started is not believed
LEAST_POINTS = 40
RIDGE = 1e-4  # keeps the equations solvable where all points lie on a line
MOST_POINTS = 150
MARGIN = 8.0  # px from the border of the patch

# Numbers of mesh points that are not part of the solid: the eyes and their lids, the lips and what is between them.
EYES = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    *(130, 25, 110, 24, 23, 22, 26, 112, 243, 190, 56, 28, 27, 29, 30, 247),
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
    *(359, 255, 339, 254, 253, 252, 256, 341, 463, 414, 286, 258, 257, 259, 260, 467),
)
LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191),
    *(76, 62, 183, 42, 74, 184, 41, 73, 38, 72, 11, 12, 302, 268, 303, 271, 304, 272, 408, 407, 292, 306),
    *(77, 96, 89, 90, 179, 180, 85, 86, 15, 16, 315, 316, 403, 404, 319, 320, 307, 325),
)
OUTLINE = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
SOLID = np.setdiff1d(np.arange(468), np.array([*EYES, *LIPS, *OUTLINE]))


@dataclass(frozen=True, slots=True)
class Relief:
    """What moved between two looks, beyond what a sheet does. Angles in radians of turn."""

    across: float  # how far the depths moved to the image's right: a head gives the sine of its turn, a sheet 0
    down: float
    error: float  # standard error of each of the two
    turned: float  # sine of the turn that the mesh reads, in the same directions
    nodded: float
    unrest: float  # what neither a sheet nor a turn explains: rms, eye distances
    shift: float  # mean movement of the face in the picture between the two looks, eye distances
    points: int

    @property
    def is_told(self) -> bool:
        return self.points >= LEAST_POINTS


class Reference:
    """A look to which later looks are held, with the points of its texture that can be followed."""

    def __init__(self, patch: Patch) -> None:
        self.patch = patch
        texture = cv2.cornerMinEigenVal(cv2.GaussianBlur(patch.grey, (0, 0), 0.8), 7)
        places = patch.points[SOLID]
        inside = (places[:, :2] > MARGIN).all(axis=1) & (places[:, :2] < patch.grey.shape[0] - 1 - MARGIN).all(axis=1)
        places = places[inside]
        strength = texture[places[:, 1].astype(int), places[:, 0].astype(int)] if len(places) else np.zeros(0)
        order = np.argsort(-strength)[:MOST_POINTS]
        self.places = np.ascontiguousarray(places[order])
        self.model = _design(self.places)

    @property
    def is_usable(self) -> bool:
        return len(self.places) >= LEAST_POINTS

    def flow(self, now: Patch) -> Flow:
        """Where the points are in another patch, (n, 2) px, and which of them are believed."""
        before = np.ascontiguousarray(self.places[:, :2])
        there, found = _followed(self.patch.grey, now.grey, before)
        back, returned = _followed(now.grey, self.patch.grey, there)
        return there, found & returned & (np.linalg.norm(back - before, axis=1) < BACK)

    def relief(self, now: Patch, flow: Flow | None = None) -> Relief:
        """Of another look against this one."""
        there, sure = self.flow(now) if flow is None else flow
        moved = (there - self.places[:, :2]).astype(np.float64)
        turned = math.sin(math.radians(now.yaw - self.patch.yaw))
        nodded = -math.sin(math.radians(now.pitch - self.patch.pitch))
        if int(sure.sum()) < LEAST_POINTS:
            return Relief(0.0, 0.0, 1.0, turned, nodded, 0.0, 0.0, int(sure.sum()))
        weights = sure.astype(np.float64)
        answer, spread, error = np.zeros((7, 2)), 1.0, 1.0
        for _ in range(3):  # reweighted: glints and stray points are outvoted
            answer, error = _solved(self.model, moved, weights)
            off = np.linalg.norm(moved - self.model @ answer, axis=1)
            spread = max(1.4826 * float(np.median(off[sure])) / 1.18, 0.02)
            weights = sure / np.maximum(1.0, off / (1.5 * spread))
        across, down = answer[-1]
        return Relief(
            -float(across), -float(down), spread * error, turned, nodded,
            float(np.sqrt((np.minimum(off[sure], 4 * spread) ** 2).mean())) / APART,
            float(np.linalg.norm(now.to_picture(there[sure]).mean(axis=0) - self._in_picture()[sure].mean(axis=0)))
            / _apart_in_picture(self.patch),
            int(sure.sum()),
        )  # fmt: skip

    def _in_picture(self) -> Floats:
        return self.patch.to_picture(self.places[:, :2])


def _followed(before: Grey, now: Grey, places: Floats) -> Flow:
    start: Any = None
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        before, now, places[:, None], start, winSize=WINDOW, maxLevel=LEVELS, criteria=CRITERIA
    )
    return np.asarray(there[:, 0], np.float32), np.asarray(found[:, 0] > 0)


def _design(places: Floats) -> NDArray[np.float64]:
    """1, x, y, x², xy, y², depth for each point: (n, 7)."""
    x, y = ((places[:, n].astype(np.float64) - middle) / APART for n, middle in ((0, 64.0), (1, 64.0)))
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y, places[:, 2].astype(np.float64)], axis=1)


def _solved(
    model: NDArray[np.float64], moved: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Weighted least squares, and the standard error of the depth's part for an error of 1 px a point."""
    weighted = model * weights[:, None]
    inverse = np.linalg.inv(weighted.T @ model + RIDGE * np.eye(model.shape[1]))
    return inverse @ (weighted.T @ moved), math.sqrt(max(float(inverse[-1, -1]), 1e-12))


def _apart_in_picture(patch: Patch) -> float:
    """APART of the patch, in px of the picture."""
    return APART / max(float(np.hypot(*patch.there[0, :2])), 1e-6)
