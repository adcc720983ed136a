"""The vocabulary of passive liveness: plain values, and the promise that a watch keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from recognition.engine.types import Face, Image


class LifeState(StrEnum):
    WAITING = "waiting"  # nothing has shown itself yet: no name
    LIVING = "living"  # someone is there: the name may be said
    PICTURE = "picture"  # signs of a picture: no name


@dataclass(frozen=True, slots=True)
class Life:
    """What is known of a track's life so far. Numbers only: no picture, no landmarks, no vector."""

    state: LifeState = LifeState.WAITING
    score: float = 0.0  # 0 to 1, the liveness score
    cues: Mapping[str, float] = field(default_factory=dict)  # such as {"blink": 1.0, "flow": 0.4, "network": 0.97}
    since: float = 0.0  # s that the track has been watched
    hint: bool = False  # watched for about a second, and nothing has shown itself: say the friendly line
    ask: str = ""  # a challenge asks for this: a code of recognition.live.liveness_messages

    def as_record(self) -> dict[str, object]:
        """What may be kept as evidence, ready for JSON."""
        cues = {name: round(float(value), 4) for name, value in self.cues.items()}
        return {
            "state": self.state.value,
            "score": round(float(self.score), 3),
            "cues": cues,
            "since": round(float(self.since), 2),
        }


class LifeWatch(Protocol):
    """Watches one track. Not thread-safe: one track, one caller at a time."""

    def see(self, image: Image, face: Face, at: float) -> Life:
        """The next frame: H × W × 3 RGB, the face in it, and when, in seconds on a clock that never goes back."""

    def rests(self, at: float) -> bool:
        """Whether a frame of this moment would not be measured: then it need not be shown whose face it is either."""

    def restart(self) -> None:
        """Another person stands in the same place: what was shown before counts no longer."""
