"""What the library does by itself."""

from __future__ import annotations

from datetime import datetime

from config.ops.jobs.steps import one_by_one
from library.circulation import holds, notices, retention
from library.visits import visits


def tidy(now: datetime) -> None:
    """Forgotten visits end, the hold shelf moves on, old history loses its names."""
    one_by_one((visits.close_forgotten, holds.expire, retention.forget), now)


def remind(now: datetime) -> None:
    notices.remind(now)
