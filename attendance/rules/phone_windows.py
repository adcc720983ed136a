"""How long a code on the board is good for: its own window and the next one. Pure, in seconds since the epoch."""

from __future__ import annotations

import math

SHORTEST, USUAL, LONGEST = 3, 5, 7  # seconds; with the longest a code is dead after 14


def window_of(at: float, every: int) -> int:
    return math.floor(at / every)


def accepted(at: float, every: int) -> tuple[int, int]:
    """The windows whose code is taken at this moment: this one, and the one before."""
    now = window_of(at, every)
    return now, now - 1


def seconds_left(at: float, every: int) -> float:
    """Until the board shows the next code."""
    return (window_of(at, every) + 1) * every - at
