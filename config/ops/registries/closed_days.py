"""Days on which a place is closed, of each app that knows some: no one expects a kiosk there to be online.

Registered by the purpose of the stations that it is about. Each part gives a day with the key of the station that is
closed on it, or None for all stations of the purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from config.ops.registries.registry import Registry

ClosedOn = tuple[int | None, date]

CLOSED_DAYS = Registry[Callable[[date, date], Iterable[ClosedOn]]]("Closed days")
