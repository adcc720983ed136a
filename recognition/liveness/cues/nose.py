"""Does the nose stand out of the face, or does it lie in it as on paper?

However a sheet is held, tilted or bent, its picture moves smoothly: what lies around the nose foretells where the
nose has to be. A nose stands out, so it leaves that place as the head turns. The mesh cannot tell: it puts the shape
of a head on flat pictures too. So the picture itself is asked: the nose seen straight ahead is laid where the sheet
would carry it, and searched for from there along the way that a turn or a nod moves it (normalised cross-correlation).

Measured on the turns of head_turns.mp4 (a man who sings; looks at most 1.2 s apart): from 22° on five of six looks show
a gain of 0.06 and more. On 60 portraits held up flat and bent, turned by up to 55°: 3 % of the looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh import points as of
from recognition.liveness.cues.upright import APART, MIDDLE, Upright

Floats = NDArray[np.float64]


class Axis(IntEnum):
    ACROSS, DOWN = 0, 1  # the way the nose moves: a turn, a nod


# Points around the nose that the mesh puts exactly: the eyes, then brows and cheeks, then the outline. No mouth and no
# chin: people talk. Without them 84 % of the film's looks from 22° on are told to be a head's, with them 69 %.
AROUND = {
    **dict.fromkeys((33, 133, 362, 263), 2.0),
    **dict.fromkeys((46, 52, 55, 285, 282, 276, 70, 107, 300, 336, 9, 168), 1.0),
    **dict.fromkeys((205, 425, 50, 280, 101, 330, 187, 411), 1.0),
    **dict.fromkeys((234, 454, 127, 356, 132, 361, 172, 397, 10, 67, 297), 0.7),
}
INDICES, WEIGHTS = np.array(list(AROUND)), np.sqrt(np.array(list(AROUND.values())))[:, None]
HALF = (16, 14)  # px, half the width and height of the cut nose: a third of an eye distance
REACH, PLAY = 19, 3  # px searched along the axis (0.4 eye distances), and across it
NEAR = 1  # px: "at" a place


@dataclass(frozen=True, slots=True)
class NoseRelief:
    """Where the nose is, against where a sheet would carry it."""

    offset: float  # eye distances, along the axis: positive to the image's right, or down
    best: float  # correlation there, -1 to 1
    on_sheet: float  # correlation where a sheet would have it
    on_head: float  # correlation where the mesh says it is
    parallax: float  # eye distances, the same offset as the mesh says

    @property
    def gain(self) -> float:
        """How much better a head explains the picture than a sheet does; negative: a sheet does better."""
        return self.on_head - self.on_sheet


def nose_relief(straight: Upright, turned: Upright, axis: Axis = Axis.ACROSS) -> NoseRelief:
    """Of one face looked at twice."""
    there, back = _sheet(straight.points, turned.points), _sheet(turned.points, straight.points)
    place = _carried(straight.points[[of.TIP]].astype(np.float64), there)[0]
    scores = _search(straight.grey, turned.grey, place, back, axis)
    middle = np.array(scores.shape)[::-1] // 2
    _, best, _, at = cv2.minMaxLoc(scores)
    parallax = (turned.points[of.TIP] - place) / APART
    wanted = middle + np.rint(np.where([axis == 0, axis == 1], parallax * APART, 0)).astype(int)
    return NoseRelief(
        offset=float((at[axis] - middle[axis]) / APART),
        best=float(best),
        on_sheet=_near(scores, middle),
        on_head=_near(scores, wanted),
        parallax=float(parallax[axis]),
    )


def _search(straight: NDArray[np.uint8], turned: NDArray[np.uint8], place: Floats, back: Floats, axis: Axis) -> Floats:
    """Correlations of the nose laid on the sheet, for every shift of up to (REACH, PLAY) px."""
    reach = (REACH, PLAY) if axis == Axis.ACROSS else (PLAY, REACH)
    xs, ys = np.meshgrid(place[0] + np.arange(-HALF[0], HALF[0] + 1), place[1] + np.arange(-HALF[1], HALF[1] + 1))
    source = _carried(np.stack([xs.ravel(), ys.ravel()], axis=1), back).reshape(*xs.shape, 2).astype(np.float32)
    nose = cv2.remap(straight, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    corner = place - HALF - reach
    size = (nose.shape[1] + 2 * reach[0], nose.shape[0] + 2 * reach[1])
    shift = np.array([[1.0, 0.0, corner[0]], [0.0, 1.0, corner[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    area = cv2.warpAffine(turned, shift, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.nan_to_num(cv2.matchTemplate(area, nose, cv2.TM_CCOEFF_NORMED), posinf=0.0, neginf=0.0).astype(np.float64)


def _near(scores: Floats, at: NDArray[np.int64]) -> float:
    """The best correlation at a place; 0 beyond what was searched."""
    x, y = (int(value) for value in at)
    part = scores[max(0, y - NEAR) : y + NEAR + 1, max(0, x - NEAR) : x + NEAR + 1]
    return float(part.max()) if part.size else 0.0


def _sheet(source: NDArray[np.float32], target: NDArray[np.float32]) -> Floats:
    """(6, 2): the quadratic map that best carries what lies around the nose from one look to the other.

    Second order is enough for any way in which a sheet is bent; a nose is narrower than that.
    """
    known = _basis(source[INDICES].astype(np.float64)) * WEIGHTS
    return np.linalg.lstsq(known, target[INDICES] * WEIGHTS, rcond=None)[0]


def _carried(points: Floats, sheet: Floats) -> Floats:
    return np.asarray(_basis(points) @ sheet, np.float64)


def _basis(points: Floats) -> Floats:
    x, y = ((points - MIDDLE) / APART).T
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
