"""When a track is measured: every frame while something may still change, now and then where nothing has for long.

A photograph may stand before a camera for hours. What was called a picture, or has shown nothing for long, is looked at
for some seconds and rests for some. While it rests nothing is learnt of it, so no one is named: a rest can make a
living person wait, never a picture pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recognition.liveness.passive.types import LifeState


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds."""

    after: float  # in one state, before the first rest
    rest: float
    watch: float


RHYTHMS: Mapping[LifeState, Rhythm] = {
    LifeState.PICTURE: Rhythm(after=3.0, rest=4.0, watch=2.0),
    LifeState.WAITING: Rhythm(after=20.0, rest=2.0, watch=2.0),  # people blink every few seconds
}


class Pace:
    """Of one track."""

    def __init__(self, rhythms: Mapping[LifeState, Rhythm] = RHYTHMS) -> None:
        self._rhythms = rhythms
        self.restart()

    def restart(self) -> None:
        """A new judgement."""
        self._state: LifeState | None = None
        self._since = 0.0

    def came_to(self, state: LifeState, at: float) -> None:
        """What a measured frame has led to."""
        if state is not self._state:
            self._state, self._since = state, at

    def rests(self, at: float) -> bool:
        rhythm = self._rhythms.get(self._state) if self._state else None
        if rhythm is None:
            return False
        over = at - self._since - rhythm.after
        return over >= 0 and over % (rhythm.rest + rhythm.watch) < rhythm.rest
