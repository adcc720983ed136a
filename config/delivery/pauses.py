"""How long to wait after a try that failed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pauses:
    """`first`: the pauses after the first tries; `later`: after every other one; `most`: tries in all, None: no end."""

    first: tuple[timedelta, ...]
    later: timedelta
    most: int | None = None

    def after(self, tries: int) -> timedelta | None:
        """The pause after the try of this number, 1 being the first. None: give up."""
        if self.most is not None and tries >= self.most:
            return None
        return self.first[tries - 1] if tries <= len(self.first) else self.later

    def next_try(self, tries: int, now: datetime) -> datetime | None:
        pause = self.after(tries)
        return None if pause is None else now + pause
