"""Days on which no one expects a camera of a classroom to be online: those on which no course meets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attendance.models import ClosedDay
from config.ops.registries.closed_days import ClosedOn


def closed(first: date, last: date) -> Iterator[ClosedOn]:
    for day in ClosedDay.objects.filter(department=None, day__range=(first, last)).values_list("day", flat=True):
        yield None, day
