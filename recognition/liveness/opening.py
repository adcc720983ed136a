"""Before anything is asked: how this face looks straight ahead, with open eyes."""

from __future__ import annotations

import numpy as np

from recognition.engine.quality import EYES_CLOSED
from recognition.liveness.evidence import Evidence
from recognition.liveness.looks import Frame, Look, typical
from recognition.liveness.same_face import SameFace, Threshold

AHEAD = 12.0  # degrees of yaw: cameras stand a little to the side, and faces are not symmetrical
STEADY = 6.0  # degrees that the looks may lie apart
SECONDS = 0.4  # that it lasts at least
FEWEST = 3  # looks
BREAK = 0.5  # s without a look after which it begins anew


class Opening:
    def __init__(self, threshold: Threshold) -> None:
        self._same = SameFace(threshold)
        self._looks: list[Look] = []

    def see(self, frame: Frame, look: Look) -> str | None:
        """Take the look in, or say why not."""
        if abs(look.yaw) > AHEAD:
            self.start_over()
            return "look_straight"
        if look.quality.eyes_open < EYES_CLOSED:
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
        return Evidence.about(self._looks, self._same, typical(self._looks), self._yaw())

    def _yaw(self) -> float:
        return float(np.median([one.yaw for one in self._looks]))
