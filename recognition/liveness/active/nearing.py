"""Towards the camera and back: the face grows and shrinks again, without a jump."""

from __future__ import annotations

from dataclasses import dataclass

from recognition.liveness.frames import Look

NEARER = 1.25  # times the size straight ahead
BACK = 1.12
FASTEST = 1.2  # of the size, a second, that one frame may differ from the next by; a picture changed for another jumps
STRAY = 0.06


@dataclass(slots=True)
class Nearing:
    """Fed with every look at one face. `apart`: px between the eyes where the person stood."""

    apart: float
    _began: float | None = None  # s, when the face last stood at its place
    _was_near: bool = False
    _before: Look | None = None

    def see(self, look: Look) -> float | None:
        """When a way to the camera and back that ends in this frame began, s; None while there is none."""
        jumped = self._before is not None and not _goes_on(self._before, look)
        self._before = look
        size = look.apart / self.apart
        if jumped:
            self.lost()
        if size <= BACK:
            return self._returned(look)
        self._was_near = self._was_near or (size >= NEARER and self._began is not None)
        return None

    def lost(self) -> None:
        self._began, self._was_near = None, False

    def hint(self, look: Look) -> str:
        """What is still to be done: `closer`, or `step_back`."""
        return "step_back" if self._was_near else "closer"

    def _returned(self, look: Look) -> float | None:
        began = self._began if self._was_near else None
        self._began, self._was_near = look.at, False
        return began


def _goes_on(before: Look, look: Look) -> bool:
    ratio = max(look.apart, before.apart) / min(look.apart, before.apart)
    return ratio - 1 <= STRAY + FASTEST * (look.at - before.at)
