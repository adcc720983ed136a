"""Which stations are being fed at the moment. Kept in the cache, so every process can say it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.cache import cache
from django.utils import timezone

from recognition.events import StationNow, clock

LIVES = 12  # s: a station that says nothing for so long is offline


def now(slug: str, *, online: bool, state: str = "looking", fps: float = 0.0) -> StationNow:
    return {
        "kind": "station",
        "station": slug,
        "online": online,
        "state": state,
        "fps": round(fps, 1),
        "at": clock(timezone.now()),
    }


def note(report: StationNow) -> None:
    """Remember this report. Not for the event loop: the cache may be a server."""
    cache.set(_key(report["station"]), report, LIVES)


def of(slugs: Iterable[str]) -> dict[str, StationNow]:
    """The last report of each station; one that is silent counts as offline."""
    slugs = list(slugs)
    found = cache.get_many([_key(slug) for slug in slugs])
    return {slug: found.get(_key(slug)) or now(slug, online=False) for slug in slugs}


def _key(slug: str) -> str:
    return f"presence:{slug}"
