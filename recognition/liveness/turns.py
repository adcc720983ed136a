"""Turns of the head: begun straight ahead, gone through the angles in between, and solid."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from recognition.liveness.challenge import TURN_LEFT, TURN_RIGHT
from recognition.liveness.depth import Relief, relief
from recognition.liveness.looks import Look, Points

STRAIGHT = 6.0  # degrees from straight ahead within which a turn begins and ends
TURN = 12.0  # degrees: turned; each yaw errs by about 3
ANSWER = 16.0  # degrees at which a turn must still look solid to answer a step: many bent prints do not come so far
SUSTAINED = 0.05  # s that it lasts at least, so that one stray frame is no turn
# Between straight ahead and the peak there are looks in this part of the way: two pictures held up in turn have none.
BETWEEN = (0.25, 0.8)
FASTEST = 250.0  # degrees/s between two frames: a hurried head reaches 200, a cut from picture to picture thousands
STRAY = 8.0  # degrees that two frames may differ by beyond that: twice the error of each
GAP = 0.5  # s without a look after which a turn has to begin anew


@dataclass(slots=True)
class Turn:
    """A turn under way or done."""

    action: str
    first: int  # frame number at which it was turned
    began: float  # s, the last look straight ahead before it
    at: float  # s, at which it was turned
    peak: float  # degrees from straight ahead, signed
    solid_at: float = 0.0  # degrees, without sign, of the farthest look that was solid
    gradual: bool = False
    relief: Relief = field(default_factory=lambda: Relief(0.0, 0.0))  # at the strongest parallax

    @property
    def solid(self) -> bool:
        """Whether a head turned, and no picture, as far as can be told."""
        return self.solid_at > 0

    @property
    def counts(self) -> bool:
        """Whether it answers a step."""
        return self.solid_at >= ANSWER and self.gradual


@dataclass(slots=True)
class TurnFinder:
    """Fed with every look at one face. `straight` and `yaw`: the face looking straight ahead."""

    straight: Points
    yaw: float
    turns: list[Turn] = field(default_factory=list)
    now: Turn | None = None  # the turn that is going on
    _path: list[Look] = field(default_factory=list)  # since the last look straight ahead, that one included

    def see(self, look: Look) -> Turn | None:
        """The turn going on in this frame; None near straight ahead."""
        if self._path and look.at - self._path[-1].at > GAP:
            self.lost()
        if abs(self.off(look)) <= STRAIGHT:
            self._path, self.now = [look], None
            return None
        if not self._path:
            return None  # it did not begin straight ahead
        if self.off(look) * self.off(self._path[-1]) < -(STRAIGHT**2):
            self._path, self.now = self._path[-1:], None  # it swung through straight ahead between two frames
        self._path.append(look)
        if self.now is None and self._is_turned():
            self._begin(look)
        if self.now is not None:
            self._weigh(self.now, look)
        return self.now

    def lost(self) -> None:
        self._path, self.now = [], None

    def off(self, look: Look) -> float:
        """Degrees from straight ahead."""
        return look.yaw - self.yaw

    def _is_turned(self) -> bool:
        """Beyond the limit, all to one side, and not for a single frame."""
        beyond = []
        for one in reversed(self._path):
            if abs(self.off(one)) < TURN or self.off(one) * self.off(self._path[-1]) < 0:
                break
            beyond.append(one)
        return len(beyond) >= 2 and beyond[0].at - beyond[-1].at >= min(SUSTAINED, GAP / 10)

    def _begin(self, look: Look) -> None:
        action = TURN_LEFT if self.off(look) > 0 else TURN_RIGHT
        self.now = Turn(action, look.number, self._path[0].at, look.at, self.off(look))
        self.turns.append(self.now)

    def _weigh(self, turn: Turn, look: Look) -> None:
        """Whether it has proved to be a solid head, turned gradually."""
        off = self.off(look)
        if off * turn.peak < 0:
            return
        if abs(off) > abs(turn.peak):
            turn.peak = off
        if abs(off) >= TURN:
            found = relief(self.straight, look.points)
            if abs(found.parallax) > abs(turn.relief.parallax):
                turn.relief = found
            if found.is_solid(off):
                turn.solid_at = max(turn.solid_at, abs(off))
        turn.gradual = turn.gradual or self._is_gradual(turn.peak)

    def _is_gradual(self, peak: float) -> bool:
        offs = [self.off(one) / peak for one in self._path]
        if not any(BETWEEN[0] <= off <= BETWEEN[1] for off in offs):
            return False
        return all(abs(b.yaw - a.yaw) <= STRAY + FASTEST * (b.at - a.at) for a, b in pairwise(self._path))
