"""Before anything is asked: how this face looks straight ahead, with open eyes."""

from __future__ import annotations

import numpy as np

from recognition.liveness.active.depth import Measure, measured
from recognition.liveness.active.evidence import Evidence
from recognition.liveness.active.same_face import SameFace, Threshold
from recognition.liveness.frames import FrameContent, Look

AHEAD = 12.0  # degrees of yaw: cameras stand a little to the side, and faces are not symmetrical
UP = 25.0  # degrees of pitch: a screen may stand low, or high
STEADY = 6.0  # degrees that the looks may lie apart
SHUT = 0.13  # lid opening (height over width) below which eyes are shut for anyone; open ones have 0.2 and more
SECONDS = 0.4  # that it lasts at least
FEWEST = 3  # looks
BREAK = 0.5  # s without a look after which it begins again


class OpeningPart:
    def __init__(self, threshold: Threshold, measure: Measure = measured) -> None:
        self._same, self._measure = SameFace(threshold), measure
        self._looks: list[Look] = []

    def see(self, frame: FrameContent, look: Look) -> str | None:
        """Take the look in, or say why not."""
        if abs(look.yaw) > AHEAD or abs(look.pitch) > UP:
            self.start_over()
            return "look_straight"
        if look.lids is not None and max(look.lids) < SHUT:
            return "open_eyes"
        if self._looks and (look.at - self._looks[-1].at > BREAK or abs(look.yaw - self._yaw()) > STEADY):
            self.start_over()
        self._looks.append(look)
        if not self._same.is_known:
            self._same.see(frame.vector(), frontal=True)
        if self._same.swapped:
            self.start_over()
        return "hold_still" if len(self._looks) > 1 and not self.is_done else None

    @property
    def is_done(self) -> bool:
        lasted = self._looks[-1].at - self._looks[0].at if self._looks else 0.0
        return len(self._looks) >= FEWEST and lasted >= SECONDS and self._same.is_known

    def start_over(self) -> None:
        self._looks.clear()
        self._same.start_over()

    def evidence(self) -> Evidence:
        """The counters, set to this face."""
        return Evidence.about(self._looks, self._same, self._measure)

    def _yaw(self) -> float:
        return float(np.median([one.yaw for one in self._looks]))
