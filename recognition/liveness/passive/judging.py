"""From weights to a word: waiting, living, or a picture; and when it is said."""

from __future__ import annotations

import math
from dataclasses import replace

from recognition.liveness.passive.measuring import MeasuredFrame
from recognition.liveness.passive.minifasnet import LEAST_LIVE
from recognition.liveness.passive.types import Life, LifeState
from recognition.liveness.passive.weighing import MOST_AGAINST, MOST_FOR, NETWORK_FRAMES, TrackEvidence

LIVING, PICTURE = 1.5, -3.8  # sums of the weights
SURE = 2.0  # more than that is needed to call alive what was called a picture, or to take the suspicion back
SOONEST = 0.5  # s: nothing is said before
SUSPECTED_AFTER = 1.5  # s: a picture is not called one before
HINT_AFTER = 1.0  # s
STEP_BACK = "step_back"  # recognition.live.liveness_messages


class TrackJudge:
    """Of one track. Who was alive once stays so: a swap begins a new judgement (`PassiveWatch`)."""

    def __init__(self) -> None:
        self._evidence, self._began = TrackEvidence(), math.nan
        self.life = Life()

    @property
    def lids_are_moving(self) -> bool:
        return self._evidence.lids_are_moving

    def see(self, seen: MeasuredFrame, *, asks_networks: bool, overfull: bool = False) -> Life:
        """`asks_networks`: they are installed, so no one is alive without them. `overfull`: it is too near for them."""
        self._evidence.add(seen)
        life = self._said(seen.at, asks_networks)
        if overfull and asks_networks and life.state is LifeState.WAITING and life.hint:
            self.life = life = replace(life, ask=STEP_BACK)
        return life

    def wait(self, at: float, ask: str = "") -> Life:
        """A frame in which nothing was measured. `ask`: what would help, said when a hint would be."""
        since = self._since(at)
        hint = self.life.state is LifeState.WAITING and since >= HINT_AFTER
        self.life = replace(self.life, since=since, hint=hint, ask=(ask or self.life.ask) if hint else "")
        return self.life

    def _since(self, at: float) -> float:
        self._began = at if math.isnan(self._began) else self._began
        return at - self._began

    def _said(self, at: float, asks_networks: bool) -> Life:
        since, weights = self._since(at), self._evidence.weights()
        total = min(MOST_FOR, sum(max(value, 0.0) for value in weights.values()))
        total += max(MOST_AGAINST, sum(min(value, 0.0) for value in weights.values()))
        state = self._state(total, since, asks_networks)
        cues = {name: value for name, value in weights.items() if value} | {"sum": total}
        if self._evidence.network is not None:
            cues["live"] = self._evidence.network
        hint = state is LifeState.WAITING and since >= HINT_AFTER
        self.life = Life(state, 1.0 / (1.0 + math.exp(-total)), cues, since, hint)
        return self.life

    def _state(self, total: float, since: float, asks_networks: bool) -> LifeState:
        if since < SOONEST:
            return LifeState.WAITING
        suspected = self.life.state is LifeState.PICTURE
        asked = not asks_networks or self._evidence.network_frames >= NETWORK_FRAMES
        if self._evidence.has_sign_of_life and asked and total >= LIVING + SURE * suspected:
            return LifeState.LIVING
        told = self._evidence.network
        convicted = told is not None and told < LEAST_LIVE and self._evidence.network_frames > NETWORK_FRAMES
        if since >= SUSPECTED_AFTER and (convicted or total <= PICTURE + SURE * suspected):
            return LifeState.PICTURE
        return LifeState.WAITING
