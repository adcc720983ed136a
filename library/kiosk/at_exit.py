"""Who is at an exit station at the moment. Kept in the cache, so that every process says the same.

It is always the server that decides whose basket a book goes into: no page ever names a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from config.ops.cache import storable

LANE_PATIENCE = 90  # s without a touch, after which a person who came by card or PIN has left: no camera sees them
KEPT = 3600  # s in the cache; far longer than anyone is patient


@storable
@dataclass(frozen=True, slots=True)
class Present:
    person: int
    seen_at: datetime
    lane: str = "face"
    progress_at: datetime | None = None  # when something last worked for them: they came, or a scan was accepted

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=settings.LIBRARY_PARK_AFTER if self.lane == "face" else LANE_PATIENCE)

    def is_gone(self, now: datetime) -> bool:
        return now - self.seen_at > self.patience


def present(slug: str) -> Present | None:
    """The person who was last here, also when they are gone by now and no one has noticed yet."""
    kept = cache.get(_key(slug))
    return kept if isinstance(kept, Present) else None  # a foreign entry is none


def here(slug: str, now: datetime) -> Present | None:
    """The person who is here now."""
    found = present(slug)
    return None if found is None or found.is_gone(now) else found


def arrive(slug: str, person: int, at: datetime, lane: str = "face") -> None:
    cache.set(_key(slug), Present(person, at, lane, at), KEPT)


def touch(slug: str, at: datetime) -> None:
    """Still here: seen again, or something was scanned or pressed."""
    found = present(slug)
    if found is not None and at > found.seen_at:
        cache.set(_key(slug), replace(found, seen_at=at), KEPT)


def progress(slug: str, at: datetime) -> None:
    """Something worked for the person who is here."""
    found = present(slug)
    if found is not None:
        cache.set(_key(slug), replace(found, seen_at=max(at, found.seen_at), progress_at=at), KEPT)


def leave(slug: str) -> bool:
    """False when another person has noticed it already."""
    return bool(cache.delete(_key(slug)))


def _key(slug: str) -> str:
    return f"library:at:{slug}"
