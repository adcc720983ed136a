"""One and the same face from the first frame to the last, by its embedding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from recognition.engine.embedding.vectors import distance, mean
from recognition.engine.types import Vector

Threshold = Callable[..., float]  # Engine.threshold

ANCHOR_LOOKS = 3  # the first frames, which all others are compared with
# False match rates on the profile's own curves (docs/recognition.md). Looks of one visit lie far closer than the
# photos of different days that the curves were measured on: blinks.mp4 stays below 0.15, where 1e-3 is 0.35.
SAME_FMR = 1e-3
OTHER_FMR = 1e-1  # beyond this it is someone else, without a second look
ODD_LOOKS = 2  # in a row, that end it


@dataclass(slots=True)
class SameFace:
    """Compares every look with the first ones."""

    threshold: Threshold
    swapped: bool = False
    doubtful: bool = False  # the last look was odd: nothing counts before another one agrees
    farthest: float = 0.0  # distance of the frontal look that was farthest from the first ones
    _anchor: list[Vector] = field(default_factory=list)
    _odd: int = 0

    @property
    def is_known(self) -> bool:
        return len(self._anchor) >= ANCHOR_LOOKS

    def see(self, vector: Vector, *, frontal: bool) -> bool:
        """Whether this look agrees. A turned face lies farther off by itself: only the loose limit holds for it."""
        if not self._anchor:
            self._anchor.append(vector)
            return True
        apart = distance(vector, mean(np.stack(self._anchor)))
        self.farthest = max(self.farthest, apart) if frontal else self.farthest
        agrees = apart <= self._limit(SAME_FMR if frontal else OTHER_FMR)
        if agrees and frontal:
            self._agree(vector)
        elif not agrees:
            self._doubt(beyond=frontal and apart > self._limit(OTHER_FMR))
        return agrees

    def start_over(self) -> None:
        """Before anything was asked, people may still change places."""
        self._anchor.clear()
        self._odd, self.doubtful, self.swapped, self.farthest = 0, False, False, 0.0

    def _agree(self, vector: Vector) -> None:
        self._odd, self.doubtful = 0, False
        if not self.is_known:
            self._anchor.append(vector)

    def _doubt(self, *, beyond: bool) -> None:
        self._odd, self.doubtful = self._odd + 1, True
        self.swapped = self.swapped or beyond or self._odd >= ODD_LOOKS

    def _limit(self, fmr: float) -> float:
        return self.threshold(photos=len(self._anchor), frames=1, target_fmr=fmr)
