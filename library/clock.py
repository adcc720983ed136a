"""What the library does by itself."""

from __future__ import annotations

from datetime import datetime

from library import history, holds, notices, visits


def tidy(now: datetime) -> None:
    """Forgotten visits end, the hold shelf moves on, old history loses its names."""
    visits.close_forgotten(now)
    holds.expire(now)
    history.forget(now)


def remind(now: datetime) -> None:
    notices.remind(now)
