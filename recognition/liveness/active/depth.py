"""Is it a head that turned, or a picture of one, flat or bent? Each look of a turn votes, by its nose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recognition.liveness.cues.nose import NoseRelief, nose_relief
from recognition.liveness.frames import Look

LEAST_GAIN = 0.06  # of correlation, that a head explains the look better than a sheet does (cues/nose.py)
LEAST_OFFSET = 0.04  # eye distances, in the direction of the turn
STRAYED = 0.12  # eye distances that the nose may be found beyond where the mesh has it
LEAST_VOTES = 2
LEAST_SHARE = 0.34  # of the looks far enough turned: the film's man has 0.35 (singing) and 0.9, bent prints 0.1

Measure = Callable[[Look, Look], NoseRelief | None]  # (straight ahead, turned)


def measured(straight: Look, turned: Look) -> NoseRelief | None:
    """None when one of the looks could not be cut out."""
    if straight.upright is None or turned.upright is None:
        return None
    return nose_relief(straight.upright, turned.upright)


def is_solid(found: NoseRelief, turn: float) -> bool:
    """Whether a head that turned by so many degrees (signed, from straight ahead) would look so."""
    side = 1.0 if turn > 0 else -1.0
    along, wanted = found.offset * side, found.parallax * side
    return found.gain >= LEAST_GAIN and LEAST_OFFSET <= along <= max(wanted, 0.0) + STRAYED


@dataclass(slots=True)
class DepthVotes:
    """Of the looks of one turn."""

    solid: int = 0
    of: int = 0
    best_gain: float = -1.0

    def add(self, found: NoseRelief, turn: float) -> None:
        self.of += 1
        self.solid += is_solid(found, turn)
        self.best_gain = max(self.best_gain, found.gain)

    @property
    def are_for_a_head(self) -> bool:
        return self.solid >= max(LEAST_VOTES, LEAST_SHARE * self.of)
