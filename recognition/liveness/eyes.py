"""Blinks, by the eye aspect ratio (Soukupová and Čech, 2016) against the person's own open eyes.

The ratio is measured after the face was laid back onto its straight-ahead shape by an affine map, fitted on everything
but the lids: a tilted head, or a tilted photograph, squeezes the eyes without closing them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from recognition.liveness.looks import Look, Points

# Eye corners, brows, nose, jaw, corners of the mouth: what a lid does not move.
STEADY = np.array([*range(36), 36, 39, 42, 45, 48, 54])
RIGHT_EYE, LEFT_EYE = slice(36, 42), slice(42, 48)  # image left, image right
CLOSED = 0.72  # of the open ratio: both eyes below it are closed. In blinks.mp4 closed eyes reach 0.42 to 0.69
OPENED = 0.80  # above it they are open again
SHORTEST = 0.06  # s from closing to opening; a blink lasts 0.1 to 0.4 (Schiffman, 2001), a stray frame 0.03
LONGEST = 1.5  # s
MEMORY = 45  # open looks that the open ratio is the median of
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Blink:
    first: int  # frame numbers of the first and last frame with closed eyes
    last: int
    began: float  # s
    ended: float  # s, when they were open again


@dataclass(slots=True)
class _Closed:
    first: Look
    last: Look
    frontal: bool = True


@dataclass(slots=True)
class BlinkCounter:
    """Fed with every look at one face; `straight` is its shape looking straight ahead."""

    straight: Points
    blinks: list[Blink] = field(default_factory=list)
    _open: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=MEMORY))
    _closed: _Closed | None = None

    def see(self, look: Look, *, frontal: bool) -> Blink | None:
        """The blink that ended in this frame, if one did. Only what is frontal all along counts."""
        eyes = aspect_ratios(look.points, self.straight)
        if len(self._open) < FEWEST:
            if frontal:
                self._open.append(eyes)
            return None
        openness = self.openness(eyes)
        if openness < CLOSED:
            self._keep_closed(look, frontal)
            return None
        if self._closed is not None:
            return self._opening(self._closed, look, frontal, openness)
        if frontal and openness > OPENED:
            self._open.append(eyes)
        return None

    def lost(self) -> None:
        """The face was out of sight: whatever the eyes did, nobody saw it."""
        self._closed = None

    @property
    def are_closed(self) -> bool:
        return self._closed is not None

    def openness(self, eyes: tuple[float, float]) -> float:
        """Of the eye that is more open, relative to its open state: a wink is no blink."""
        usual = np.median(np.array(self._open), axis=0)
        return float(np.max(np.array(eyes) / np.maximum(usual, 1e-6)))

    def _keep_closed(self, look: Look, frontal: bool) -> None:
        if self._closed is None:
            self._closed = _Closed(look, look)
        self._closed.last = look
        self._closed.frontal &= frontal

    def _opening(self, closed: _Closed, look: Look, frontal: bool, openness: float) -> Blink | None:
        if openness <= OPENED:
            return None
        self._closed = None
        if not (frontal and closed.frontal and SHORTEST <= look.at - closed.first.at <= LONGEST):
            return None
        blink = Blink(closed.first.number, closed.last.number, closed.first.at, look.at)
        self.blinks.append(blink)
        return blink


def aspect_ratios(points: Points, straight: Points) -> tuple[float, float]:
    """Height over width of the image-left and the image-right eye, as they would be straight ahead."""
    laid_back = np.hstack([points, np.ones((68, 1))]) @ _affine(points, straight)
    return _ratio(laid_back[RIGHT_EYE]), _ratio(laid_back[LEFT_EYE])


def _affine(points: Points, straight: Points) -> Points:
    known = np.hstack([points[STEADY], np.ones((len(STEADY), 1))])
    return np.linalg.lstsq(known, straight[STEADY], rcond=None)[0]


def _ratio(eye: Points) -> float:
    heights = np.linalg.norm(eye[1] - eye[5]) + np.linalg.norm(eye[2] - eye[4])
    return float(heights / (2.0 * max(float(np.linalg.norm(eye[0] - eye[3])), 1e-6)))
