"""The lockers' part of how each way in fares (StationApp.way_records): attempts are rows with their own times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from lockers.models import AccessAttempt

State, Lane = AccessAttempt.State, AccessAttempt.Lane
ENDED = (State.SUCCEEDED, State.FAILED, State.REFUSED)


class Fared(NamedTuple):
    """One way to a locker, as recognition's WayFigures."""

    place: str
    way: str
    accepted: int
    refused: int
    median: int | None  # s
    timed: int


def of_lockers(days: int) -> Iterator[Fared]:
    """From naming oneself to the key, by face and by card. What was given up half way counts as neither."""
    since = timezone.now() - timedelta(days=days)
    for lane in (Lane.FACE, Lane.CARD):
        rows = AccessAttempt.objects.filter(lane=lane, started_at__gte=since, state__in=ENDED)
        times = rows.filter(state=State.SUCCEEDED).values_list("started_at", "ended_at")
        taken = [(ended - started).total_seconds() for started, ended in times if ended is not None]
        accepted = rows.filter(state=State.SUCCEEDED).count()
        if total := rows.count():
            middle = round(median(taken)) if taken else None
            yield Fared(_("Lockers"), str(lane), accepted, total - accepted, middle, len(taken))
