"""A book is lent or returned: its tag is to be switched. Written with the loan, and never in its way."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from library.models import Copy, TagCommand, TagPad

log = logging.getLogger("ostiary.library")

State, Action = TagCommand.State, TagCommand.Action
VALID = timedelta(seconds=30)  # the book lies on the pad now; later another one may


def lent(copies: Sequence[Copy], station: str) -> None:
    _switch(copies, station, Action.DESENSITISE)


def returned(copy: Copy, station: str) -> None:
    _switch([copy], station, Action.SENSITISE)


def _switch(copies: Sequence[Copy], station: str, action: str) -> None:
    """In the transaction of the loan. What goes wrong here is logged, and the loan stands."""
    tagged = [copy for copy in copies if copy.has_tag]
    if not tagged:
        return
    try:
        with transaction.atomic():
            pad = TagPad.objects.filter(station=station, active=True).first()
            if pad is not None:
                _write(pad, tagged, action, timezone.now())
    except Exception:
        log.exception("The tags of %d books could not be switched at %s", len(tagged), station)


def _write(pad: TagPad, copies: Sequence[Copy], action: str, at: datetime) -> None:
    """A newer command takes the place of one that still waits, so that a tag ends as the book does."""
    waiting = TagCommand.objects.filter(copy__in=copies, state__in=(State.WAITING, State.FAILED))
    waiting.update(state=State.REPLACED)
    for copy in copies:
        TagCommand.objects.create(
            pad=pad, copy=copy, action=action, not_before=at, created_at=at, expires_at=at + VALID
        )


def failures(now: datetime) -> QuerySet[TagCommand]:
    """Of the last day: for the desk, until a newer command or a librarian settles it."""
    rows = TagCommand.objects.filter(Q(state=State.FAILED), created_at__gte=now - timedelta(days=1))
    return rows.select_related("copy__title", "pad").order_by("created_at")


def overtaken(row: TagCommand) -> bool:
    """The same book was lent or returned since. The older command is over, or the tag would end as the book is not."""
    if not TagCommand.objects.filter(copy=row.copy_id, pk__gt=row.pk).exists():
        return False
    TagCommand.objects.filter(pk=row.pk).update(state=State.REPLACED)
    return True


def again(row: TagCommand, now: datetime) -> bool:
    """By a librarian who has put the book on the pad again. False when it is settled."""
    if overtaken(row):
        return False
    fresh = TagCommand.objects.filter(pk=row.pk, state=State.FAILED)
    return bool(fresh.update(state=State.WAITING, tries=0, not_before=now, expires_at=now + VALID, last_error=""))


def seen_to(row: TagCommand) -> bool:
    return bool(TagCommand.objects.filter(pk=row.pk, state=State.FAILED).update(state=State.SEEN))
