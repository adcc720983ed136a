"""Where the gate's own tags ring: something passes that no scanner saw. Kept in the cache, for some seconds.

What follows from an alarm is in `alarm_bell`; here is only whether it rings, for the code that decides about leaving.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from config.ops.cache import storable


@storable
@dataclass(frozen=True, slots=True)
class Ringing:
    since: datetime
    until: datetime


def start(slug: str, at: datetime) -> Ringing:
    """Ring from now on for `LIBRARY_ALARM_SECONDS`; what rings already rings on, and keeps its beginning."""
    known = ringing(slug, at)
    lasts = settings.LIBRARY_ALARM_SECONDS
    alarm = Ringing(known.since if known else at, at + timedelta(seconds=lasts))
    cache.set(_key(slug), alarm, lasts)
    return alarm


def stop(slug: str) -> bool:
    """False when another person has stopped it already."""
    return bool(cache.delete(_key(slug)))


def ringing(slug: str, at: datetime | None = None) -> Ringing | None:
    kept = cache.get(_key(slug))
    found = kept if isinstance(kept, Ringing) else None  # a foreign entry is none
    return found if found is not None and found.until > (at or timezone.now()) else None


def rings(slug: str, at: datetime | None = None) -> bool:
    return ringing(slug, at) is not None


def _key(slug: str) -> str:
    return f"library:alarm:{slug}"
