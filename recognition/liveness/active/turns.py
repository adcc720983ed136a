"""Turns and nods: begun straight ahead, gone through the angles in between; a turn must show a solid head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from recognition.liveness.active.challenge import NOD, TURN_LEFT, TURN_RIGHT
from recognition.liveness.active.depth import DepthVotes, Measure, measured
from recognition.liveness.frames import Look

STRAIGHT = 6.0  # degrees from straight ahead within which a turn begins and ends
TURN = 9.0  # degrees: turned, as one sees it; the mesh errs by 1 or 2
ANSWER = 18.0  # degrees that answer a step: from here on the nose tells a head from a sheet
NODDED = 10.0  # degrees up or down that answer a nod
SUSTAINED = 0.05  # s that it lasts at least, so that one stray frame is not a turn
# Between straight ahead and the peak there are looks in this part of the way: two pictures held up in turn have none.
BETWEEN = (0.25, 0.8)
FASTEST = 250.0  # degrees/s between two frames: a hurried head reaches 200, a cut from picture to picture thousands
STRAY = 8.0  # degrees that two frames may differ by beyond that: twice the error of each
GAP = 0.5  # s without a look after which a turn has to begin again


@dataclass(slots=True)
class Turn:
    """A turn, or a nod, under way or done."""

    action: str
    first: int  # frame number at which it was turned
    began: float  # s, the last look straight ahead before it
    at: float  # s, at which it was turned
    peak: float  # degrees from straight ahead, signed
    gradual: bool = False
    votes: DepthVotes = field(default_factory=DepthVotes)

    @property
    def solid(self) -> bool:
        """Whether a head turned, and no picture, as far as can be told. Nods are not asked."""
        return self.action == NOD or self.votes.are_for_a_head

    @property
    def is_far(self) -> bool:
        return abs(self.peak) >= (NODDED if self.action == NOD else ANSWER)

    @property
    def counts(self) -> bool:
        """Whether it answers a step."""
        return self.is_far and self.solid and self.gradual


@dataclass(slots=True)
class TurnFinder:
    """Fed with every look at one face. `ahead`: degrees at which it looks straight ahead."""

    ahead: float
    measure: Measure = measured
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
        return self._angle(look) - self.ahead

    def _angle(self, look: Look) -> float:
        return look.yaw

    @property
    def _least(self) -> float:
        return TURN

    def _action(self, off: float) -> str:
        return TURN_LEFT if off > 0 else TURN_RIGHT

    def _is_turned(self) -> bool:
        """Beyond the limit, all to one side, and not for a single frame."""
        beyond = []
        for one in reversed(self._path):
            if abs(self.off(one)) < self._least or self.off(one) * self.off(self._path[-1]) < 0:
                break
            beyond.append(one)
        return len(beyond) >= 2 and beyond[0].at - beyond[-1].at >= min(SUSTAINED, GAP / 10)

    def _begin(self, look: Look) -> None:
        off = self.off(look)
        self.now = Turn(self._action(off), look.number, self._path[0].at, look.at, off)
        self.turns.append(self.now)

    def _weigh(self, turn: Turn, look: Look) -> None:
        """Whether it has proved to be a solid head, turned gradually."""
        off = self.off(look)
        if off * turn.peak < 0:
            return
        if abs(off) > abs(turn.peak):
            turn.peak = off
        if abs(off) >= ANSWER:
            self._vote(turn, look)
        turn.gradual = turn.gradual or self._is_gradual(turn.peak)

    def _vote(self, turn: Turn, look: Look) -> None:
        found = self.measure(self._path[0], look)
        if found is not None:
            turn.votes.add(found, self.off(look))

    def _is_gradual(self, peak: float) -> bool:
        offs = [self.off(one) / peak for one in self._path]
        if not any(BETWEEN[0] <= off <= BETWEEN[1] for off in offs):
            return False
        return all(_speed_is_human(self._angle, a, b) for a, b in pairwise(self._path))


@dataclass(slots=True)
class NodFinder(TurnFinder):
    """The same for the chin, down or up."""

    def _angle(self, look: Look) -> float:
        return look.pitch

    @property
    def _least(self) -> float:
        return NODDED

    def _action(self, off: float) -> str:
        return NOD

    def _vote(self, turn: Turn, look: Look) -> None:
        """A nod shows too little of the nose to be asked; a challenge has a turn each way besides."""


def _speed_is_human(angle: Callable[[Look], float], a: Look, b: Look) -> bool:
    return abs(angle(b) - angle(a)) <= STRAY + FASTEST * (b.at - a.at)
