"""What a session answers: after each frame, and in the end. Plain data, no pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from recognition.engine.types import Box, Vector

OPENING, STEP, CLOSING, PASSED, FAILED = "opening", "step", "closing", "passed", "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the session stands after a frame. Codes; the words for the screen are
    recognition.live.liveness_messages."""

    state: str  # OPENING, STEP, CLOSING, PASSED or FAILED
    step: str | None  # what is asked for now
    step_index: int  # steps done
    steps: int  # in all
    hint: str | None  # what keeps it from going on
    reason: str | None  # why it failed
    seconds_left: float  # before this part of it has failed
    yaw: float | None = None  # degrees
    box: Box | None = None  # of the face, in the picture given

    @property
    def is_over(self) -> bool:
        return self.state in (PASSED, FAILED)


class StepDone(NamedTuple):
    action: str
    frame: int
    at: float  # s


class Capture(NamedTuple):
    """One embedding taken during the challenge, of the face that answered it, near frontal."""

    vector: Vector
    quality: float  # 0 to 1
    at: float  # s


@dataclass(frozen=True, slots=True)
class LivenessResult:
    passed: bool
    reason: str | None  # why not; None when it passed
    steps: tuple[StepDone, ...]
    blinks: tuple[tuple[int, int], ...]  # first and last closed frame of each, asked for or not
    yaw_min: float  # degrees
    yaw_max: float
    passive_score: float | None  # 0 a print or a screen, 1 a face; None when it was not measured
    embeddings: tuple[Capture, ...]  # best first; empty unless it passed
    trace: dict[str, Any]  # summary in plain values, for the log
    # What was done after the last step, as the words of steps: for anyone who asked, and neither in `trace` nor in a
    # log.
    extra_actions: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and for logs: no embeddings."""
        return {
            "passed": self.passed,
            "reason": self.reason,
            "steps": [{"action": one.action, "frame": one.frame} for one in self.steps],
            "blinks": [list(blink) for blink in self.blinks],
            "yaw_min": round(self.yaw_min, 1),
            "yaw_max": round(self.yaw_max, 1),
            "passive_score": None if self.passive_score is None else round(self.passive_score, 4),
            "trace": self.trace,
        }
