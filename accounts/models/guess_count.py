"""How many wrong passwords or PINs someone, or some place, has tried."""

from __future__ import annotations

from django.db import models


class GuessCount(models.Model):
    """In the database and not in the cache: every process must see the same count, and a restart must not clear it.

    `key` is a keyed hash, so the row names neither a person nor an address. What is not in the table is at zero.
    """

    key = models.CharField(max_length=64, unique=True)
    level = models.PositiveIntegerField(
        default=0
    )  # wrong tries; it sinks with time (see accounts.credentials.guess_limits)
    counted_at = models.DateTimeField(db_index=True)  # since when the level sinks
    waits_until = models.DateTimeField(null=True)
