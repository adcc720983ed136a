"""Whether a followed face has been wearing dark glasses or a mask for long enough to say so.

One frame may be mistaken: a hand that passes, a shadow. So a cover counts once it has lasted `HELD`, and it is off once
the face has been seen bare for `BARE`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from recognition.engine import covers
from recognition.engine.types import Quality

HELD = 1.0  # s
BARE = 0.5  # s


@dataclass(slots=True)
class Covering:
    """What covers one followed face. Times are those given to the tracker, in seconds."""

    code: str | None = None  # eyes_covered or mouth_covered, as first seen
    since: float = 0.0
    seen: float = 0.0  # when it was last seen
    taken_off: set[str] = field(default_factory=set)  # anyone who puts a mask on and off gets no endless tries

    def see(self, quality: Quality, now: float) -> bool:
        """Take in one frame. True in the frame in which a cover that had been `told` is off for the first time."""
        covered = covers.cover(quality)
        if covered is None:
            return self._bare(now)
        if covered != self.code:
            self.code, self.since = covered, now
        self.seen = now
        return False

    @property
    def told(self) -> str | None:
        """The cover, once it has lasted long enough."""
        return self.code if self.code and self.seen - self.since >= HELD else None

    def _bare(self, now: float) -> bool:
        if self.code is None or now - self.seen < BARE:
            return False
        first = self.told is not None and self.code not in self.taken_off
        self.taken_off |= {self.code} if first else set()
        self.code = None
        return first
