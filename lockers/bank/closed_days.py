"""Days on which no one expects the kiosk beside a bank to be online: its bank is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from config.ops.registries.closed_days import ClosedOn
from lockers.models import ClosedDay


def closed(first: date, last: date) -> Iterator[ClosedOn]:
    rows = ClosedDay.objects.filter(first__lte=last, last__gte=first, bank__stations__isnull=False)
    for station, begin, end in rows.values_list("bank__stations__station", "first", "last"):
        for number in range((min(end, last) - max(begin, first)).days + 1):
            yield station, max(begin, first) + timedelta(days=number)
