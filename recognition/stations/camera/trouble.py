"""Two kinds of trouble: what passes by itself, and what someone must repair."""

from __future__ import annotations

import random


class Lost(Exception):
    """It may come back: try again later."""


class Occupied(Lost):
    """Someone else speaks for the station: come back when its place is free."""

    def __init__(self) -> None:
        super().__init__(
            "another screen or camera is using this station; this one waits and reconnects when the station is free"
        )


class GiveUp(Exception):
    """Trying again would not help. The message is one line for the person who started the agent."""


class Backoff:
    """1, 2, 4, 8, 8 … s, each a little random, so that many cameras do not return at the same moment.

    Never longer than ten seconds: a door waits for the picture of its camera.
    """

    def __init__(self, first: float = 1.0, longest: float = 8.0) -> None:
        self._first, self._longest = first, longest
        self._next = first

    def reset(self) -> None:
        self._next = self._first

    def seconds(self) -> float:
        now = self._next
        self._next = min(self._longest, self._next * 2)
        return now * random.uniform(0.75, 1.25)  # noqa: S311  jitter, not a secret
