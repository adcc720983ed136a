"""A screen in view with the face in it: four straight edges that meet in its corners.

`edges` looks close around a face, for a phone or a print. A film on a tablet has its frame far from the face, so here
the whole picture is searched. A board or a window behind someone has four edges as well, but shoulders hide the lower
one under the chin: of a screen it runs on there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Grey = NDArray[np.uint8]
SLANT = 14.0  # degrees from upright or level
PIECE = 0.07  # of the picture's height: shorter pieces of lines are not asked
SAME_LINE = 0.012  # of the picture's height: pieces that lie so close to one line make it up
SAME_SLOPE = math.tan(math.radians(5))
CANDIDATES = 4  # lines of each side
UNDER = 0.4  # face widths to either side of the face: so far the lower edge must run on below it
LEAST = 1.3  # face widths that a screen is wide at least: what is narrower is told by `edges`
CUT = (0.1, 0.3)  # of the face's height: a film may end below the hair and above the chin


@dataclass(frozen=True, slots=True)
class _Side:
    """Straight lines on one side of a face: along `t`, at `offset` + `slope` t. Level ones are laid upright first."""

    offset: float
    slope: float
    pieces: Floats  # (n, 2): from, to

    def at(self, t: float) -> float:
        return self.offset + self.slope * t

    def covered(self, first: float, last: float) -> float:
        """The share of the way from one place to another that its pieces cover."""
        total, end = 0.0, first
        for low, high in self.pieces.tolist():
            low, high = max(low, end), min(high, last)
            if high > low:
                total, end = total + high - low, high
        return total / max(last - first, 1e-6)


def screen(grey: Grey, mesh: Floats) -> float:
    """How much of a screen's frame is seen around the face, 0 to 1.

    `grey`: a small picture; `mesh` (468, 2 or more): px in it.
    """
    upright, level = _pieces(grey)
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    middle, height = (low + high) / 2, grey.shape[0]
    left, right = (_sides(upright, middle[1], edge, side, height) for edge, side in ((low[0], -1), (high[0], 1)))
    forehead, chin = np.array([low[1], high[1]]) + np.array([CUT[0], -CUT[1]]) * (high[1] - low[1])
    above, below = (_sides(level, middle[0], edge, side, height) for edge, side in ((forehead, -1), (chin, 1)))
    face = (float(low[0]), float(high[0]))
    return max((_closed(*four, face) for four in product(left, right, above, below)), default=0.0)


def _pieces(grey: Grey) -> tuple[Floats, Floats]:
    """Upright and level pieces of lines, (n, 4): across, along, across, along; the second end farther along."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE, 1.0).detect(grey)[0]
    lines = np.zeros((0, 4), np.float32) if found is None else found[:, 0]
    size = np.abs(lines[:, 2:] - lines[:, :2])
    long = np.linalg.norm(size, axis=1) > PIECE * grey.shape[0]
    angle = np.degrees(np.arctan2(size[:, 1], size[:, 0]))
    level = lines[long & (angle < SLANT)][:, [1, 0, 3, 2]]
    return _ordered(lines[long & (angle > 90 - SLANT)]), _ordered(level)


def _ordered(pieces: Floats) -> Floats:
    return np.where((pieces[:, 1] <= pieces[:, 3])[:, None], pieces, pieces[:, [2, 3, 0, 1]])


def _sides(pieces: Floats, middle: float, border: float, side: float, height: int) -> list[_Side]:
    """The longest lines beyond `border`, each with all pieces that lie on it."""
    slope = (pieces[:, 2] - pieces[:, 0]) / np.maximum(pieces[:, 3] - pieces[:, 1], 1e-3)
    at = pieces[:, 0] + slope * (middle - pieces[:, 1])
    centres = (pieces[:, :2] + pieces[:, 2:]) / 2
    left = side * (at - border) > 0
    sides: list[_Side] = []
    for n in np.argsort(pieces[:, 1] - pieces[:, 3]):
        if not left[n] or len(sides) == CANDIDATES:
            continue
        off = np.abs(centres[:, 0] - at[n] - slope[n] * (centres[:, 1] - middle))
        same = (off < SAME_LINE * height) & (np.abs(slope - slope[n]) < SAME_SLOPE)
        left &= ~same
        own = pieces[same][:, [1, 3]]
        sides.append(_Side(float(at[n] - slope[n] * middle), float(slope[n]), own[np.argsort(own[:, 0])]))
    return sides


def _closed(left: _Side, right: _Side, above: _Side, below: _Side, face: tuple[float, float]) -> float:
    """The share that is seen of the side that is seen least, from corner to corner. `face`: from left to right, px."""
    a, b, c, d = (_corner(x, y) for y in (above, below) for x in (left, right))
    wide = face[1] - face[0]
    if min(b[0] - a[0], d[0] - c[0]) < LEAST * wide or c[0] > face[0] or face[1] > d[0]:
        return 0.0
    under = max(c[0], face[0] - UNDER * wide), min(d[0], face[1] + UNDER * wide)
    return min(
        left.covered(a[1], c[1]), right.covered(b[1], d[1]), above.covered(a[0], b[0]), below.covered(c[0], d[0]),
        below.covered(*under),
    )  # fmt: skip


def _corner(upright: _Side, level: _Side) -> tuple[float, float]:
    """Where x = offset + slope y and y = offset + slope x meet."""
    x = (upright.offset + upright.slope * level.offset) / (1 - upright.slope * level.slope)
    return x, level.at(x)
