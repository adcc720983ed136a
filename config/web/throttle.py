"""Counting attempts in the cache: how often someone may try before they have to wait."""

from __future__ import annotations

from django.core.cache import cache

AGAIN = 3  # a key may end between two calls; three times in a row it does not


def so_far(key: str) -> int:
    return int(cache.get(key, 0))


def count(key: str, *, window: int) -> int:
    """One attempt more, and how many there are now. They are forgotten `window` seconds after the first."""
    for _turn in range(AGAIN):
        cache.add(key, 0, window)
        try:
            return int(cache.incr(key))
        except ValueError:  # it ended just now
            continue
    return 1
