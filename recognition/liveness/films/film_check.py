"""One film held against one challenge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recognition.engine.types import Engine
from recognition.liveness.active.answers import LivenessResult
from recognition.liveness.active.challenge import Challenge
from recognition.liveness.active.judge import Judge
from recognition.liveness.active.turns import Turn
from recognition.liveness.films.observation import Observation
from recognition.liveness.films.reading import frames_of
from recognition.liveness.passive.minifasnet import Passive
from recognition.liveness.watcher import Watcher


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict, and what the whole film shows."""

    result: LivenessResult
    blinks: list[tuple[int, int]]  # first and last frame with closed eyes
    turns: list[Turn]
    yaws: tuple[float, float]  # degrees

    def as_dict(self) -> dict[str, Any]:
        """The shape that `check_liveness --json` promises; blinks and yaw are those of the whole film."""
        return self.result.as_dict() | {
            "blinks": [list(blink) for blink in self.blinks],
            "yaw_min": round(self.yaws[0], 1),
            "yaw_max": round(self.yaws[1], 1),
            "turns": [
                {"action": turn.action, "frame": turn.first, "peak": round(turn.peak, 1), "solid": turn.solid}
                for turn in self.turns
            ],
        }


def check_film(path: Path, actions: tuple[str, ...], engine: Engine, passive: Passive | None) -> Checked:
    """Refused `bad_challenge` or `not_a_film`."""
    watcher, observation = Watcher(engine, passive), Observation()
    judge = Judge(Challenge.of(actions), threshold=watcher.threshold, with_passive=passive is not None)
    for image, at in frames_of(path):
        frame = watcher.look(image, at)
        observation.see(frame)
        judge.see(frame)
    blinks, turns = observation.found()
    return Checked(judge.result(), [(one.first, one.last) for one in blinks], turns, observation.yaws)
