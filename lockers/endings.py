"""Assignments that run out: which, and who is told of them before and afterwards, by the clock.

An assignment that has ended opens nothing (`rules.may_open`); the locker stays with its customer until it is released.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from lockers import endings_mail
from lockers.models import Assignment


def remind(now: datetime) -> None:
    """Once for each assignment and end date: holders and officers before it, officers afterwards."""
    day = timezone.localdate(now)
    with transaction.atomic():
        endings_mail.ending(_claimed(soon(day), "told_ending"))
        endings_mail.ended(_claimed(over(day), "told_ended"))


def soon(day: date) -> QuerySet[Assignment]:
    """Those that end within LOCKER_ENDS_NOTICE_DAYS; nobody is told beforehand where that is 0."""
    days = settings.LOCKER_ENDS_NOTICE_DAYS
    rows = _current().filter(ends_on__range=(day, day + timedelta(days=days)))
    return rows if days else rows.none()


def over(day: date) -> QuerySet[Assignment]:
    """Those whose last day has gone by, and that nobody has given back."""
    return _current().filter(ends_on__lt=day)


def how_it_ends(last: date | None, day: date) -> Literal["assigned", "ending", "ended"]:
    """An assignment with this last day, as the officers' pages mark it."""
    if last is None or last > day + timedelta(days=settings.LOCKER_ENDS_NOTICE_DAYS):
        return "assigned"
    if last < day:
        return "ended"
    return "ending" if settings.LOCKER_ENDS_NOTICE_DAYS else "assigned"


def _current() -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(open_slot=1).select_related("locker__bank", "customer")
    return rows.order_by("ends_on", "pk")


def _claimed(rows: QuerySet[Assignment], told: str) -> list[Assignment]:
    """Those of which nobody was told for this end date. Of two processes that come by, one has each of them."""
    return [row for row in rows.exclude(**{told: F("ends_on")}) if _mark(row, told)]


def _mark(row: Assignment, told: str) -> int:
    untold = Assignment.objects.filter(pk=row.pk, open_slot=1, ends_on=row.ends_on).exclude(**{told: row.ends_on})
    return untold.update(**{told: row.ends_on})
