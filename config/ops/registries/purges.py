"""What each app deletes once its days are over (manage.py purge_expired, recognition.management.retention).

One scheme: what is kept for a while has its rule in the `retention.py` of the room that keeps it, a `purge(now)` that
says how many of what it has deleted, in pieces (`config.delivery.purging`); the app's `hooks.py` registers it here.
The library's history loses its names in a job instead, for loans, holds and visits end by the minute there too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from config.ops.registries.registry import Registry

# How many of what were deleted, by name.
Purge = Callable[[datetime], dict[str, int]]
PURGES = Registry[Purge]("Purges")
