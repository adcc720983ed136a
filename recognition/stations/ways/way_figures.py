"""How one way in fares, over some days: what the evidence page shows of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WayFigures:
    """One way in, over some days. `median`: most of those whose time is known took no longer than so many seconds."""

    place: str
    way: str
    accepted: int
    refused: int
    median: int | None  # s; None: no time is known, or it is longer than the longest bound
    timed: int  # of how many the time is known

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
