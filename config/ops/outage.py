"""What is tried again until it works: growing pauses, one line in the log for each outage, and one when it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

# What is said of a database that is away, frozen, or locked by someone else.
AWAY = (OperationalError, InterfaceError)
LONGEST = 4.0  # s between two tries: anyone who comes back is met again soon


T = TypeVar("T")


class Outage:
    """Of one thing that is done again and again. `what` begins a sentence in the log."""

    def __init__(self, what: str, log: logging.Logger) -> None:
        self._what, self._log = what, log
        self._since, self._pause = 0.0, 0.0

    @property
    def is_on(self) -> bool:
        return self._pause > 0

    def failed(self, error: Exception) -> float:
        """Seconds until the next try: 1, 2, 4, 4 … A database that is away needs no traceback."""
        if not self.is_on:
            self._since = time.monotonic()
            shown = None if isinstance(error, AWAY) else error
            self._log.error("%s failed and is tried again: %s", self._what, in_a_line(error), exc_info=shown)
        self._pause = min(LONGEST, 2 * self._pause or 1.0)
        return self._pause

    def over(self) -> None:
        if self.is_on:
            self._log.warning("%s goes on again after %d s", self._what, time.monotonic() - self._since)
        self._pause = 0.0


def patiently(what: str, work: Callable[[], T], log: logging.Logger) -> T:
    """`work`, as soon as the database is there. `what` begins a sentence in the log."""
    outage = Outage(what, log)
    while True:
        try:
            found = work()
        except AWAY as error:
            time.sleep(outage.failed(error))
        else:
            outage.over()
            return found


def in_a_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
