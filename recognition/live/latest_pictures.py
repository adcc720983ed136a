"""The newest picture of each station, for the staff page. In the cache for seconds, nowhere else."""

from __future__ import annotations

import logging
import threading
import time

from django.core.cache import cache

log = logging.getLogger("ostiary.live")

LIVES = 5  # s
EVERY = 0.25  # s: no station's picture is stored more often

_lock = threading.Lock()
_stored: dict[str, float] = {}


def keep(slug: str, seq: int, jpeg: bytes) -> bool:
    """Store the picture when the last one is old enough; True when it was stored. Not for the event loop."""
    now = time.monotonic()
    with _lock:
        if now - _stored.get(slug, 0.0) < EVERY:
            return False
        _stored[slug] = now
    try:
        cache.set(_key(slug), (seq, jpeg), LIVES)
    except Exception:  # a cache that is down costs staff the picture, never the station its answer
        log.warning("Could not keep the live picture of %s", slug, exc_info=True)
        return False
    return True


def newest(slug: str) -> tuple[int, bytes] | None:
    found = cache.get(_key(slug))
    return found if isinstance(found, tuple) else None


def forget() -> None:
    """Start afresh: between tests."""
    with _lock:
        _stored.clear()


def _key(slug: str) -> str:
    return f"picture:{slug}"


def first_look_this_minute(person_id: int, slug: str) -> bool:
    """True once a minute for each person and station: that look is to be logged."""
    return bool(cache.add(f"look:{person_id}:{slug}", 1, 60))
