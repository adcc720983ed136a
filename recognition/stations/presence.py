"""Which stations are being fed at the moment. Kept in the cache, so every process can say it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.core.cache import cache
from django.utils import timezone

from recognition.stations.events import StationNow, clock

LIVES = 12  # s: a station that says nothing for so long is offline
SPEAKS = 30  # s without a picture, after which the place of anyone who spoke for a station is free


def now(slug: str, *, online: bool, state: str = "looking", fps: float = 0.0, advice: str = "") -> StationNow:
    return {
        "kind": "station",
        "station": slug,
        "online": online,
        "state": state,
        "fps": round(fps, 1),
        "advice": advice,
        "at": clock(timezone.now()),
    }


def note(report: StationNow) -> None:
    """Remember this report. Not for the event loop: the cache may be a server."""
    cache.set(_key(report["station"]), report, LIVES)


def speaks(slug: str, socket: str) -> None:
    """This socket's pictures are the station's. Not for the event loop."""
    cache.set(_speaker(slug), socket, SPEAKS)


def falls_silent(slug: str, socket: str) -> None:
    """It has gone, so the place is free, unless someone else has it by now. Not for the event loop."""
    if cache.get(_speaker(slug)) == socket:
        cache.delete(_speaker(slug))


def is_taken(slug: str) -> bool:
    """Whether someone's pictures have been the station's lately. Not for the event loop."""
    return cache.get(_speaker(slug)) is not None


def of(slugs: Iterable[str]) -> dict[str, StationNow]:
    """The last report of each station; one that is silent counts as offline."""
    slugs = list(slugs)
    found = cache.get_many([_key(slug) for slug in slugs])
    return {slug: _told(found.get(_key(slug))) or now(slug, online=False) for slug in slugs}


def _told(kept: Any) -> StationNow | None:
    return cast(StationNow, kept) if isinstance(kept, dict) else None


def _key(slug: str) -> str:
    return f"presence:{slug}"


def _speaker(slug: str) -> str:
    return f"speaker:{slug}"
