"""The straight edges of a sheet, a phone or a screen around a face.

A door or a poster behind someone has straight edges too, but shoulders hide them below the chin. What is held before
the body is not hidden: its lower edge runs on under the chin, its sides run on beside the shoulders.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh.points import MOUTH

Floats = NDArray[np.float32]
Grey = NDArray[np.uint8]
SLANT = 14.0  # degrees from upright or level
REACH = 1.9  # face widths away from the face, at most
FACE = 56.0  # px that a face is wide at most, where edges are looked for
CLOSE = 0.04  # face widths, least
SAME_LINE = 0.06  # face widths: pieces that lie so close to one line make it up


@dataclass(frozen=True, slots=True)
class Edges:
    """How much of each side of the face a straight edge runs along, 0 to 1."""

    left: float = 0.0
    right: float = 0.0
    above: float = 0.0
    below: float = 0.0

    @property
    def sides(self) -> int:
        """On how many sides there is a long one."""
        return sum(value >= 0.75 for value in astuple(self))

    @property
    def enclosed(self) -> float:
        """High only where an edge runs on below the chin and two others beside or above: a doorway has none below."""
        return min(self.below, sorted((self.left, self.right, self.above))[1])


def edges(grey: Grey, mesh: Floats) -> Edges:
    """`grey`: a small picture; `mesh` (468, 2 or more): px in it."""
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    wide, high_ = max(float(high[0] - low[0]), 4.0), max(float(high[1] - low[1]), 4.0)
    x0, x1 = (int(np.clip(value, 0, grey.shape[1])) for value in (low[0] - REACH * wide, high[0] + REACH * wide))
    y0, y1 = (int(np.clip(value, 0, grey.shape[0])) for value in (low[1] - REACH * high_, high[1] + REACH * high_))
    if x1 - x0 < 16 or y1 - y0 < 16:
        return Edges()
    part, scale = np.ascontiguousarray(grey[y0:y1, x0:x1]), min(1.0, FACE / wide)
    if scale < 1.0:
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE, 1.0).detect(part)[0]
    if found is None:
        return Edges()
    lines = found[:, 0] / scale + np.array([x0, y0, x0, y0], np.float32)
    along = lines[:, 2:] - lines[:, :2]
    length = np.linalg.norm(along, axis=1)
    angle = np.degrees(np.arctan2(np.abs(along[:, 1]), np.abs(along[:, 0])))
    long = length > 0.15 * wide
    upright, level = lines[long & (angle > 90 - SLANT)], lines[long & (angle < SLANT)]
    mouth = mesh[list(MOUTH), 1].mean()  # a screen may cut a face off below it
    span_y = (float(low[1]), float(high[1] + 0.35 * high_))  # beside the face and on beside the neck
    span_x = (float(low[0] - 0.15 * wide), float(high[0] + 0.15 * wide))
    flipped = level[:, [1, 0, 3, 2]]
    return Edges(
        _longest(upright, span_y, float(low[0]), -1.0, wide),
        _longest(upright, span_y, float(high[0]), 1.0, wide),
        _longest(flipped, span_x, float(low[1]), -1.0, wide),
        _longest(flipped, span_x, max(float(mouth), float(high[1] - 0.3 * high_)), 1.0, wide),
    )


def _longest(lines: Floats, span: tuple[float, float], border: float, side: float, wide: float) -> float:
    """The share of `span` that one straight line beyond `border` covers; lines are upright (or turned so)."""
    if not len(lines):
        return 0.0
    middle = (span[0] + span[1]) / 2
    slope = (lines[:, 2] - lines[:, 0]) / np.where(
        np.abs(lines[:, 3] - lines[:, 1]) < 1e-3, 1e-3, lines[:, 3] - lines[:, 1]
    )
    at = lines[:, 0] + slope * (middle - lines[:, 1])  # where each would pass the face's middle
    away = side * (at - border) / wide
    kept = (away > CLOSE) & (away < REACH)
    lines, at, slope = lines[kept], at[kept], slope[kept]
    best = 0.0
    for n in range(len(lines)):
        same = (np.abs(at - at[n]) < SAME_LINE * wide) & (np.abs(slope - slope[n]) < math.tan(math.radians(4)))
        best = max(best, _covered(lines[same][:, [1, 3]], span))
    return best


def _covered(pieces: Floats, span: tuple[float, float]) -> float:
    """The share of a span that pieces (n, 2) cover together."""
    total, end = 0.0, span[0]
    for first, last in sorted((min(a, b), max(a, b)) for a, b in pieces.tolist()):
        first, last = max(first, end), min(last, span[1])
        if last > first:
            total, end = total + last - first, last
    return total / max(span[1] - span[0], 1e-6)
