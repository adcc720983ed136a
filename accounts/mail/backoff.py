"""How long to wait after a try that failed. Pure."""

from __future__ import annotations

from datetime import timedelta

FIRST = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
LATER = timedelta(hours=4)
MOST_TRIES = 16  # the last one about two days after the first


def pause_after(tries: int) -> timedelta | None:
    """The pause after the try of this number, 1 being the first. None: give up."""
    if tries >= MOST_TRIES:
        return None
    return FIRST[tries - 1] if tries <= len(FIRST) else LATER
