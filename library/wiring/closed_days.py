"""Days on which no one expects a kiosk of the library to be online."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from config.ops.registries.closed_days import ClosedOn
from library.models import LibraryClosedDay


def closed(first: date, last: date) -> Iterator[ClosedOn]:
    for day in LibraryClosedDay.objects.filter(day__range=(first, last)).values_list("day", flat=True):
        yield None, day
