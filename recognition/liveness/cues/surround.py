"""Does what lies around the head move with it?

A photograph is carried with everything that was photographed: its background moves by the same affinity as the face,
up to the medium's border. Behind a living head the room stays where it is. Hair and shoulders go with either, so only
texture beside and above the head is asked, and only when the face moved far enough for the two to be told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Image

Floats = NDArray[np.float32]
Grey = NDArray[np.uint8]
WIDTH = 320  # px of the picture that is looked at
NEAR = (0.30, 1.0)  # face widths beside the face: beyond the hair of most, within most prints
REACH = 1.6  # face widths: as far as is looked
LEAST_MOVED = 1.5  # px
MOST = 48  # points
WINDOW = (11, 11)


@dataclass(frozen=True, slots=True)
class Around:
    """How many points beside and above the head went with it, and how many stayed behind. Near and far from it."""

    near_with: int = 0
    near_stayed: int = 0
    far_with: int = 0
    far_stayed: int = 0
    asked: int = 0  # points that the face's movement was large enough for
    points: int = 0


def small(image: Image) -> tuple[Grey, float]:
    """The grey picture WIDTH px wide (never enlarged), and its size as a share of the given one."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    scale = min(1.0, WIDTH / grey.shape[1])
    if scale == 1.0:
        return np.asarray(grey, np.uint8), 1.0
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8), scale


class Surround:
    """What lay around the head in the reference look."""

    def __init__(self, grey: Grey, scale: float, mesh: Floats) -> None:
        """`grey`, `scale`: of `small`; `mesh` (468, 2 or more) px of the picture."""
        self._grey, self._scale = grey, scale
        low, high = mesh[:, :2].min(axis=0) * scale, mesh[:, :2].max(axis=0) * scale
        self._low, self._high = low, high
        self._width = max(float(high[0] - low[0]), 8.0)
        found = cv2.goodFeaturesToTrack(grey, MOST, 0.03, 5, mask=self._mask(), blockSize=5)
        self.places = np.zeros((0, 2), np.float32) if found is None else found[:, 0].astype(np.float32)
        self._last = self.places.copy()
        self._beside = self._distance(self.places)

    def moved(self, grey: Grey, affine: NDArray[np.float64]) -> Around:
        """`affine`: 2 × 3, from the reference picture to this one, as the face moved (px of the small picture)."""
        if len(self.places) < 4:
            return Around(points=len(self.places))
        carried = (self.places @ affine[:, :2].T + affine[:, 2]).astype(np.float32)
        start = self._last[:, None].copy()
        there, found, error = cv2.calcOpticalFlowPyrLK(
            self._grey, grey, self.places[:, None], start, winSize=WINDOW, maxLevel=2,
            criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03), flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )  # fmt: skip
        there = there[:, 0]
        sure = (found[:, 0] > 0) & (error[:, 0] < 12)
        self._last = np.where(sure[:, None], there, self.places)
        reach = np.linalg.norm(carried - self.places, axis=1)
        asked = sure & (reach > LEAST_MOVED)
        went, stayed = np.linalg.norm(there - carried, axis=1), np.linalg.norm(there - self.places, axis=1)
        together = asked & (went < 0.4 * stayed)
        behind = asked & (stayed < 0.4 * went)
        near = (self._beside >= NEAR[0]) & (self._beside < NEAR[1])
        return Around(
            int((together & near).sum()), int((behind & near).sum()),
            int((together & (self._beside >= NEAR[1])).sum()), int((behind & (self._beside >= NEAR[1])).sum()),
            int(asked.sum()), len(self.places),
        )  # fmt: skip

    def _distance(self, places: Floats) -> Floats:
        """How far points lie beside the face or above its forehead, in face widths; hair adds a half above."""
        aside = np.maximum(self._low[0] - places[:, 0], places[:, 0] - self._high[0])
        above = self._low[1] - places[:, 1] - 0.35 * self._width
        return (np.maximum(aside, above) / self._width).astype(np.float32)

    def _mask(self) -> Grey:
        """Beside the head down to the chin, and above its hair."""
        h, w = self._grey.shape
        mask = np.zeros((h, w), np.uint8)
        reach, hair = REACH * self._width, NEAR[0] * self._width
        left, right = self._low[0], self._high[0]
        top, chin = self._low[1] - 0.35 * self._width, self._high[1]
        _fill(mask, left - reach, top - reach, right + reach, chin, 255)
        _fill(mask, left - hair, top - hair, right + hair, chin, 0)
        return mask


def _fill(mask: Grey, x0: float, y0: float, x1: float, y1: float, value: int) -> None:
    h, w = mask.shape
    a, b = max(0, min(w, round(x0))), max(0, min(w, round(x1)))
    c, d = max(0, min(h, round(y0))), max(0, min(h, round(y1)))
    mask[c:d, a:b] = value
