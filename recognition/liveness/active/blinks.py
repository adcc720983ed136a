"""Blinks: both lids fall far below the person's own open eyes, and rise again.

The opening is that of the iris net (`Engine.lids`); the eyes of the 468 points hardly close.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from recognition.liveness.frames import Lids, Look

CLOSED = 0.6  # of the open eye: both eyes below it are closed. In blinks.mp4 closed eyes reach 0.25 to 0.55
OPENED = 0.75  # above it they are open again
SHORTEST = 0.06  # s from closing to opening; a blink lasts 0.1 to 0.4 (Schiffman, 2001), a stray frame 0.03
LONGEST = 1.5  # s
MEMORY = 45  # open looks that the open eye is the median of
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
    """Fed with every look at one face."""

    blinks: list[Blink] = field(default_factory=list)
    _open: deque[Lids] = field(default_factory=lambda: deque(maxlen=MEMORY))
    _closed: _Closed | None = None

    def see(self, look: Look, *, frontal: bool) -> Blink | None:
        """The blink that ended in this frame, if one did. Only what is frontal all along counts."""
        if look.lids is None:
            return None
        if len(self._open) < FEWEST:
            if frontal:
                self._open.append(look.lids)
            return None
        openness = self.openness(look.lids)
        if openness < CLOSED:
            self._keep_closed(look, frontal)
            return None
        if self._closed is not None:
            return self._opening(self._closed, look, frontal, openness)
        if frontal and openness > OPENED:
            self._open.append(look.lids)
        return None

    def lost(self) -> None:
        """The face was out of sight: whatever the eyes did, no one saw it."""
        self._closed = None

    @property
    def are_closed(self) -> bool:
        return self._closed is not None

    def openness(self, lids: Lids) -> float:
        """Of the eye that is more open, relative to its open state: a wink is not a blink."""
        usual = np.median(np.array(self._open), axis=0)
        return float(np.max(np.array(lids) / np.maximum(usual, 1e-6)))

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
