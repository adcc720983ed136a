"""How many wrong tries are free, how long one waits after each further one, and how fast they are forgotten. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

NEVER = timedelta()


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` wrong tries, then a wait of `first` that doubles up to `longest`. One is forgotten every `forgets`.

    `forgets` NEVER: only a right one, or a new secret, clears the count.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgets: timedelta = NEVER

    def sunk(self, level: int, since: datetime, now: datetime) -> tuple[int, datetime]:
        """What is left at `now` of a level that began to sink at `since`, and since when that sinks."""
        if self.forgets == NEVER:
            return level, now
        gone = max(timedelta(), now - since) // self.forgets
        return (level - gone, since + gone * self.forgets) if gone < level else (0, now)

    def wait(self, level: int) -> timedelta:
        """How long to wait after the try that brought the count to `level`."""
        beyond = level - self.free
        return min(self.first * 2 ** min(beyond, 20), self.longest) if beyond >= 0 else timedelta()


def steady(capacity: int, per_hour: int) -> Limit:
    """`capacity` at once, and then so many in an hour, evenly."""
    pause = timedelta(hours=1) / per_hour
    return Limit(capacity, pause, pause, pause)
