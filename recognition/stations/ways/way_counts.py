"""How each way in fares: face, card, PIN. Counted by day and purpose, without a name, so that lanes can be compared."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Purpose
from recognition.models import WayCount
from recognition.stations.app.station_app import all_apps
from recognition.stations.ways.way_figures import WayFigures

log = logging.getLogger("ostiary.identity")

BOUNDS = (1, 2, 3, 5, 8, 13, 20, 30, 60, 120)  # s; longer than the last is kept as "more"
MORE = "more"
LONGEST = 3600.0  # s: no one stands at a kiosk for longer, a wrong clock does


def note(purpose: str, way: str, *, accepted: bool, seconds: float | None = None) -> None:
    """Someone was let in by this way, or was not. Trouble is logged: counting keeps no one out."""
    try:
        with transaction.atomic():
            _note(purpose, way, accepted, seconds)
    except Exception:
        log.warning("A way in could not be counted", exc_info=True)


def _note(purpose: str, way: str, accepted: bool, seconds: float | None) -> None:
    row = _row(purpose, way)
    name = "accepted" if accepted else "refused"
    setattr(row, name, getattr(row, name) + 1)
    if accepted and seconds is not None and 0.0 <= seconds < LONGEST:
        bound = bound_of(seconds)
        row.seconds = {**row.seconds, bound: row.seconds.get(bound, 0) + 1}
    row.save(update_fields=[name, "seconds"])


def _row(purpose: str, way: str) -> WayCount:
    key = {"day": timezone.localdate(), "purpose": purpose, "way": way}
    mine = WayCount.objects.select_for_update().filter(**key)
    found = mine.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return WayCount.objects.create(**key)
    except IntegrityError:  # another process was first
        return mine.get()


def bound_of(seconds: float) -> str:
    """The name of the smallest bound that covers so many seconds."""
    return next((str(bound) for bound in BOUNDS if seconds <= bound), MORE)


def median_of(counts: dict[str, int]) -> int | None:
    """The bound within which at least half of them lie."""
    total, so_far = sum(counts.values()), 0
    for bound in BOUNDS:
        so_far += counts.get(str(bound), 0)
        if total and so_far >= math.ceil(total / 2):
            return bound
    return None


# --- what a site's records say ------------------------------------------------------------------------


def parity(days: int) -> list[WayFigures]:
    """Every way in of every place, from the records of the last days: each app's own (StationApp.way_records)."""
    return [figures for app in all_apps() for figures in app.way_records(days)]


def of_stations(days: int) -> Iterator[WayFigures]:
    """The kiosks and cameras of all purposes but the lockers, whose attempts are kept one by one."""
    since = timezone.localdate() - timedelta(days=days)
    rows = list(WayCount.objects.filter(day__gt=since).order_by("purpose", "way"))
    for purpose, way in sorted({(row.purpose, row.way) for row in rows}):
        these = [row for row in rows if (row.purpose, row.way) == (purpose, way)]
        yield figures(str(Purpose(purpose).label), way, these)


def figures(place: str, way: str, rows: Iterable[WayCount]) -> WayFigures:
    rows, seconds = list(rows), dict[str, int]()
    for row in rows:
        for bound, number in row.seconds.items():
            seconds[bound] = seconds.get(bound, 0) + number
    accepted, refused = sum(row.accepted for row in rows), sum(row.refused for row in rows)
    return WayFigures(place, way, accepted, refused, median_of(seconds), sum(seconds.values()))


def words(way: str) -> str:
    return {"face": _("Face"), "card": _("Card"), "pin": _("Id number and PIN")}.get(way, way)


class TrackClock:
    """Since when each face of one camera is in view, for how long it waited for its name. One caller at a time."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}

    def seen(self, tracks: Iterable[int]) -> None:
        now = time.monotonic()
        self._since = {track: self._since.get(track, now) for track in tracks}

    def waited(self, track: int) -> float | None:
        since = self._since.get(track)
        return None if since is None else time.monotonic() - since
