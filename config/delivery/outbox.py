"""Claim, lease, retry, dead letters, replay and purge, for the rows of any outbox.

Nothing here holds a transaction while something is being delivered: a claim is one conditional UPDATE, so of two
processes one gets the row, and what became of it is written only by the process whose lease it still is.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Count, QuerySet
from django.utils import timezone

from config.delivery.pauses import Pauses
from config.delivery.purging import delete_in_pieces
from config.delivery.rows import SENDING, WAITING, OutboxRow

log = logging.getLogger("ostiary.delivery")

Row = TypeVar("Row", bound=OutboxRow)


@dataclass(frozen=True)
class Outbox(Generic[Row]):
    """The rules of one table.

    `lost`: the state of a row whose process ended while it was sending: WAITING where twice is better than never, a
    state of its own where a person must decide. `replayable`: what a person may send again. `over`: what retention
    may forget.
    """

    model: type[Row]
    lease: timedelta  # longer than any delivery may take
    pauses: Pauses
    lost: str
    dead: str
    replayable: Collection[str]
    over: Collection[str]
    why: str = "last_error"  # the column that says what happened, or what was answered
    interrupted: str = "interrupted"

    @property
    def rows(self) -> QuerySet[Row]:
        return self.model._default_manager.all()

    # --- sending ----------------------------------------------------------------------------------

    def due(self, now: datetime) -> QuerySet[Row]:
        return self.rows.filter(state=WAITING, not_before__lte=now).order_by("not_before", "pk")

    def claim(self, rows: QuerySet[Row], now: datetime) -> Row | None:
        """The first of `rows`, for the caller alone: of several processes that want it, one gets it."""
        while row := rows.first():
            row.lease_until = max(now, timezone.now()) + self.lease
            row.tries += 1
            free = self.rows.filter(pk=row.pk, state=WAITING, tries=row.tries - 1)
            if free.update(state=SENDING, lease_until=row.lease_until, tries=row.tries):
                return row
        return None

    def reclaim(self, now: datetime) -> int:
        """How many rows were left behind by processes that ended while they were sending."""
        left = self.rows.filter(state=SENDING, lease_until__lt=now)
        if not left.exists():  # asked every few seconds: no write lock for nothing
            return 0
        count = left.update(state=self.lost, **self._because(self.interrupted))
        if count:
            log.warning("%d of %s were being sent when their process ended", count, self._name)
        return count

    def note(self, row: Row, state: str, why: str, **more: object) -> bool:
        """What became of it. False when it is no longer the caller's: someone else has claimed it meanwhile.

        A row that was reclaimed and not claimed again may still be noted by the process that knows better.
        """
        mine = self.rows.filter(pk=row.pk, lease_until=row.lease_until, state__in=(SENDING, self.lost))
        written: dict[str, Any] = {"state": state, **self._because(why), **more}
        return bool(mine.update(**written))

    def next_try(self, row: Row, now: datetime) -> datetime | None:
        """When, after a try that failed now. None: it has been tried often enough."""
        return self.pauses.next_try(row.tries, now)

    def try_later(self, row: Row, why: str, at: datetime | None, **more: object) -> None:
        """Once more at `at`; None: it is dead."""
        if at is None:
            log.error("One of %s (%s) was given up after %d tries: %s", self._name, row.pk, row.tries, why)
            self.note(row, self.dead, why, **more)
        else:
            self.note(row, WAITING, why, not_before=at, **more)

    # --- by hand, and by the clock ----------------------------------------------------------------

    def replay(self, rows: QuerySet[Row], now: datetime, **more: object) -> int:
        """Send these again, at once, as if they had never been tried. How many were allowed to."""
        allowed = rows.filter(state__in=self.replayable)
        fresh: dict[str, Any] = {"state": WAITING, "tries": 0, "not_before": now, "lease_until": None}
        return allowed.update(**fresh, **self._because(""), **more)

    def purge(self, before: datetime) -> int:
        """Forget what is over and was written before then."""
        return delete_in_pieces(self.rows.filter(state__in=self.over, created_at__lt=before))

    def counts(self) -> dict[str, int]:
        """How many rows lie in each state."""
        return dict(self.rows.order_by().values_list("state").annotate(Count("pk")))

    def _because(self, why: str) -> dict[str, str]:
        """As much of it as its column holds."""
        length = getattr(self.model._meta.get_field(self.why), "max_length", None)
        return {self.why: why[:length]}

    @property
    def _name(self) -> str:
        return str(self.model._meta.verbose_name_plural)
