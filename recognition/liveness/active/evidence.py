"""All that is gathered about one face during a challenge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recognition.liveness.active.answers import Capture
from recognition.liveness.active.blinks import Blink, BlinkCounter
from recognition.liveness.active.depth import Measure, measured
from recognition.liveness.active.nearing import Nearing
from recognition.liveness.active.same_face import SameFace
from recognition.liveness.active.turns import NodFinder, Turn, TurnFinder
from recognition.liveness.frames import FrameContent, Look
from recognition.liveness.passive.minifasnet import PassiveMean

FRONTAL = 10.0  # degrees from straight ahead: blinks count, and embeddings are compared strictly
LEVEL = 12.0  # degrees up or down: who looks at their feet has lowered their lids
COMPARED = 25.0  # degrees up to which an embedding is compared
LOOK_EVERY = 0.4  # s between two embeddings while nothing happens
CAPTURE_EVERY = 0.25  # s between two embeddings that are kept
CAPTURES = 8
SCORE_EVERY = 0.7  # s between two passive scores: they cost more than all else
FIT = 0.35  # least quality of an embedding that is kept


@dataclass(frozen=True, slots=True)
class FrameEvidence:
    """What this very frame brought."""

    blink: Blink | None = None  # that ended
    turn: Turn | None = None  # that goes on
    nod: Turn | None = None  # that goes on
    back_since: float | None = None  # a way to the camera and back that ended, and when it began


@dataclass(slots=True)
class Evidence:
    blinks: BlinkCounter
    turns: TurnFinder
    nods: NodFinder
    nearing: Nearing
    same: SameFace
    passive: PassiveMean = field(default_factory=PassiveMean)
    captures: list[Capture] = field(default_factory=list)
    yaw_min: float = 0.0
    yaw_max: float = 0.0
    is_picture: bool = False  # what betrays a sheet or a screen has shown itself
    _frame: FrameContent | None = None
    _look: Look | None = None
    _embedded_at: float = -1e9
    _scored_at: float = -1e9
    _agreed: bool = False  # what the embedding of this very frame said
    _was_frontal: bool = True

    @classmethod
    def about(cls, looks: list[Look], same: SameFace, measure: Measure = measured) -> Evidence:
        """Set to a face that looked straight ahead in these looks."""
        yaws, pitches = [one.yaw for one in looks], [one.pitch for one in looks]
        made = cls(
            BlinkCounter(),
            TurnFinder(float(np.median(yaws)), measure),
            NodFinder(float(np.median(pitches)), measure),
            Nearing(float(np.median([one.apart for one in looks]))),
            same,
            yaw_min=min(yaws),
            yaw_max=max(yaws),
        )
        for look in looks:
            made._measured(look)
        return made

    def see(self, frame: FrameContent, look: Look) -> FrameEvidence:
        self._frame, self._look, self.is_picture = frame, look, frame.is_picture
        self.yaw_min, self.yaw_max = min(self.yaw_min, look.yaw), max(self.yaw_max, look.yaw)
        seen = self._measured(look)
        if self._wants_embedding(look):
            self._embed(frame, look)
        self._was_frontal = self._is_frontal(look)
        return seen

    def _measured(self, look: Look) -> FrameEvidence:
        return FrameEvidence(
            self.blinks.see(look, frontal=self._is_frontal(look)),
            self.turns.see(look),
            self.nods.see(look),
            self.nearing.see(look),
        )

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
        self.nods.lost()
        self.nearing.lost()
        self._embedded_at = -1e9  # look at once when it is back

    def summary(self, since: float, until: float) -> dict[str, Any]:
        """Plain values for the log: what was measured, never what was seen, and nothing that began after `until`."""
        return {
            "straight_yaw": round(self.turns.ahead, 1),
            "blinks": len(self.blinks.blinks),
            "turns": [_told(turn, since) for turn in self.turns.turns if turn.began < until],
            "nods": [_told(nod, since) for nod in self.nods.turns if nod.began < until],
            "farthest_look": round(self.same.farthest, 3),
            "captures": len(self.captures),
            "passive_frames": self.passive.frames,
            "is_picture": self.is_picture,
        }

    def _wants_embedding(self, look: Look) -> bool:
        """Now and then; at once when in doubt, and when the head leaves straight ahead or comes back."""
        if self._off(look) > FRONTAL + 2:
            return False
        crossed = self._is_frontal(look) != self._was_frontal
        return crossed or self.same.doubtful or look.at - self._embedded_at >= LOOK_EVERY

    def _embed(self, frame: FrameContent, look: Look) -> None:
        vector, frontal = frame.vector(), self._is_frontal(look)
        self._embedded_at = frame.at
        self._agreed = self.same.see(vector, frontal=frontal)
        if not frontal or not self._agreed:
            return
        if look.at - self._scored_at >= SCORE_EVERY:
            self._score(frame, look)
        self._capture(Capture(vector, look.quality.score, look.at), look)

    def _score(self, frame: FrameContent, look: Look) -> None:
        self._scored_at, passive = look.at, frame.passive()
        if passive is not None:
            self.passive.add(passive, look.quality.score)

    def _capture(self, capture: Capture, look: Look) -> None:
        spaced = all(abs(capture.at - other.at) >= CAPTURE_EVERY for other in self.captures)
        if capture.quality < FIT or self.blinks.are_closed or not spaced:
            return
        self.captures = sorted([*self.captures, capture], key=lambda one: -one.quality)[:CAPTURES]

    def _is_frontal(self, look: Look) -> bool:
        return self._off(look) <= FRONTAL and abs(self.nods.off(look)) <= LEVEL

    def _off(self, look: Look) -> float:
        return abs(self.turns.off(look))


def _told(turn: Turn, since: float) -> dict[str, Any]:
    """A turn in plain values."""
    return {
        "action": turn.action,
        "frame": turn.first,
        "at": round(turn.at - since, 2),
        "peak": round(turn.peak, 1),
        "looks_of_a_head": turn.votes.solid,
        "looks": turn.votes.of,
        "best_gain": round(turn.votes.best_gain, 3),
        "solid": turn.solid,
        "gradual": turn.gradual,
    }
