"""What happened in a whole film, whatever was asked for: the blinks and the turns of every face in it.

A session learns how a face looks straight ahead before it asks for anything. A film is seen from its end, so here each
run of looks at one face is measured against its own straightest looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from recognition.liveness.active.blinks import Blink, BlinkCounter
from recognition.liveness.active.evidence import FRONTAL, LEVEL
from recognition.liveness.active.opening import AHEAD
from recognition.liveness.active.turns import FASTEST, STRAY, NodFinder, Turn, TurnFinder
from recognition.liveness.frames import FrameContent, Look, look_of

FEWEST = 8  # looks of a run that tell anything
STRAIGHTEST = 15  # looks that a face straight ahead is the median of
BREAK = 0.5  # s without a face that end a run
SAME_PLACE = 2.5  # eye distances that a face may move between two looks


@dataclass(slots=True)
class Observation:
    """Feed it with every frame, then ask."""

    _runs: list[list[Look]] = field(default_factory=list)

    def see(self, frame: FrameContent) -> None:
        if frame.faces != 1 or frame.face is None or frame.face.mesh is None:
            return
        look = look_of(frame, frame.face.mesh, frame.face)
        if not self._runs or not _goes_on(self._runs[-1][-1], look):
            self._runs.append([])
        self._runs[-1].append(look)

    def found(self) -> tuple[list[Blink], list[Turn]]:
        """Every blink and every turn, in order."""
        blinks: list[Blink] = []
        turns: list[Turn] = []
        for run in self._runs:
            ahead = sorted((one for one in run if abs(one.yaw) <= AHEAD), key=lambda one: abs(one.yaw))[:STRAIGHTEST]
            if len(ahead) >= FEWEST:
                self._measure(run, ahead, blinks, turns)
        return blinks, turns

    @property
    def yaws(self) -> tuple[float, float]:
        """Least and greatest, degrees."""
        yaws = [one.yaw for run in self._runs if len(run) >= FEWEST for one in run]
        return (min(yaws), max(yaws)) if yaws else (0.0, 0.0)

    def _measure(self, run: list[Look], ahead: list[Look], blinks: list[Blink], turns: list[Turn]) -> None:
        yaw, pitch = (float(np.median(angles)) for angles in zip(*((one.yaw, one.pitch) for one in ahead), strict=True))
        counter, finder, nods = BlinkCounter(), TurnFinder(yaw), NodFinder(pitch)
        for look in run:
            finder.see(look)
            nods.see(look)
            frontal = abs(finder.off(look)) <= FRONTAL and abs(nods.off(look)) <= LEVEL
            counter.see(look, frontal=frontal)
        blinks += counter.blinks
        turns += sorted([*finder.turns, *nods.turns], key=lambda turn: turn.at)


def _goes_on(before: Look, look: Look) -> bool:
    moved = float(np.linalg.norm(look.centre - before.centre))
    near = look.at - before.at <= BREAK and moved <= SAME_PLACE * before.apart
    return near and abs(look.yaw - before.yaw) <= STRAY + FASTEST * (look.at - before.at)
