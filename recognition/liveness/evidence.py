"""All that is gathered about one face during a challenge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from recognition.engine.quality import EYES_CLOSED
from recognition.liveness.answers import Capture
from recognition.liveness.eyes import Blink, BlinkCounter
from recognition.liveness.looks import Frame, Look, Points
from recognition.liveness.passive import PassiveMean
from recognition.liveness.same_face import SameFace
from recognition.liveness.turns import Turn, TurnFinder

FRONTAL = 10.0  # degrees from straight ahead: blinks count, and embeddings are compared strictly
COMPARED = 25.0  # degrees up to which an embedding is compared at all
LOOK_EVERY = 0.4  # s between two embeddings while nothing happens
CAPTURE_EVERY = 0.25  # s between two embeddings that are kept
CAPTURES = 8
SCORE_EVERY = 0.7  # s between two passive scores: they cost more than all else
FIT = 0.35  # least quality of an embedding that is kept


@dataclass(slots=True)
class Evidence:
    blinks: BlinkCounter
    turns: TurnFinder
    same: SameFace
    passive: PassiveMean = field(default_factory=PassiveMean)
    captures: list[Capture] = field(default_factory=list)
    yaw_min: float = 0.0
    yaw_max: float = 0.0
    _frame: Frame | None = None
    _look: Look | None = None
    _embedded_at: float = -1e9
    _scored_at: float = -1e9
    _agreed: bool = False  # what the embedding of this very frame said
    _was_frontal: bool = True

    @classmethod
    def about(cls, looks: list[Look], same: SameFace, straight: Points, yaw: float) -> Evidence:
        """Set to a face whose `straight` shape and `yaw` were found in these looks."""
        yaws = [one.yaw for one in looks]
        made = cls(BlinkCounter(straight), TurnFinder(straight, yaw), same, yaw_min=min(yaws), yaw_max=max(yaws))
        for look in looks:
            made.blinks.see(look, frontal=True)
            made.turns.see(look)
        return made

    def see(self, frame: Frame, look: Look) -> tuple[Blink | None, Turn | None]:
        """The blink that ended and the turn that goes on in this frame."""
        self._frame, self._look = frame, look
        self.yaw_min, self.yaw_max = min(self.yaw_min, look.yaw), max(self.yaw_max, look.yaw)
        blink = self.blinks.see(look, frontal=self._is_frontal(look))
        turn = self.turns.see(look)
        if self._wants_embedding(look):
            self._embed(frame, look)
        self._was_frontal = self._is_frontal(look)
        return blink, turn

    def agrees_now(self) -> bool:
        """Whether the face of this very frame is the one of the first frames. Nothing counts without it."""
        frame, look = self._frame, self._look
        if frame is None or look is None or self._off(look) > COMPARED:
            return False
        if self._embedded_at != frame.at:
            self._embed(frame, look)
        return self._agreed and not self.same.doubtful and not self.same.swapped

    def out_of_sight(self) -> None:
        self.blinks.lost()
        self.turns.lost()
        self._embedded_at = -1e9  # look at once when it is back

    def summary(self, since: float) -> dict[str, Any]:
        """Plain values for the log: what was measured, never what was seen."""
        return {
            "straight_yaw": round(self.turns.yaw, 1),
            "blinks": len(self.blinks.blinks),
            "turns": [
                {
                    "action": turn.action,
                    "frame": turn.first,
                    "at": round(turn.at - since, 2),
                    "peak": round(turn.peak, 1),
                    "parallax": round(turn.relief.parallax, 3),
                    "width": round(turn.relief.width, 3),
                    "solid": turn.solid,
                    "gradual": turn.gradual,
                }
                for turn in self.turns.turns
            ],
            "farthest_look": round(self.same.farthest, 3),
            "captures": len(self.captures),
            "passive_frames": self.passive.frames,
        }

    def _wants_embedding(self, look: Look) -> bool:
        """Now and then; at once when in doubt, and when the head leaves straight ahead or comes back."""
        if self._off(look) > FRONTAL + 2:
            return False
        crossed = self._is_frontal(look) != self._was_frontal
        return crossed or self.same.doubtful or look.at - self._embedded_at >= LOOK_EVERY

    def _embed(self, frame: Frame, look: Look) -> None:
        vector, frontal = frame.vector(), self._is_frontal(look)
        self._embedded_at = frame.at
        self._agreed = self.same.see(vector, frontal=frontal)
        if not frontal or not self._agreed:
            return
        if look.at - self._scored_at >= SCORE_EVERY:
            self._score(frame, look)
        self._capture(Capture(vector, look.quality.score, look.at), look)

    def _score(self, frame: Frame, look: Look) -> None:
        self._scored_at, passive = look.at, frame.passive()
        if passive is not None:
            self.passive.add(passive, look.quality.score)

    def _capture(self, capture: Capture, look: Look) -> None:
        spaced = all(abs(capture.at - other.at) >= CAPTURE_EVERY for other in self.captures)
        if capture.quality < FIT or look.quality.eyes_open < EYES_CLOSED or not spaced:
            return
        self.captures = sorted([*self.captures, capture], key=lambda one: -one.quality)[:CAPTURES]

    def _is_frontal(self, look: Look) -> bool:
        return self._off(look) <= FRONTAL

    def _off(self, look: Look) -> float:
        return abs(self.turns.off(look))
