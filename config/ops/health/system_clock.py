"""Whether this process's clock may be believed. What happens by itself stands still while it may not.

Two questions: does the database's server agree (its clock is the one that all processes share), and has the clock moved
as far as one that no one can set? The second also notices a jump where the database is a file, or on the same machine.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.errors import Refused
from config.web.language.plurals import numbered

log = logging.getLogger("ostiary.clock")

TOLERANCE = 60.0  # s
BELIEVED_AFTER = 900.0  # s that a clock has gone well since it was set: then it is the right one, as after a start
REPEAT_EVERY = 60.0  # s between two lines of the log
# Linux' CLOCK_BOOTTIME goes on while a laptop sleeps; elsewhere the monotonic clock has to do.
STEADY = getattr(time, "CLOCK_BOOTTIME", None)

SERVER_TIME = {
    "postgresql": "SELECT EXTRACT(EPOCH FROM clock_timestamp())",
    "mysql": "SELECT UNIX_TIMESTAMP()",
}


def steady() -> float:
    """Seconds on a clock that cannot be set."""
    return time.monotonic() if STEADY is None else time.clock_gettime(STEADY)


def wall() -> float:
    """Seconds since 1970, as the jobs see them."""
    return timezone.now().timestamp()


class ClockWatch:
    """How far the wall clock has jumped since this process began."""

    def __init__(self) -> None:
        self._offset = wall() - steady()
        self._new, self._since = self._offset, 0.0  # where it stands after a jump, and since when

    def jump(self) -> float:
        """Seconds, or 0. Small steps add up to none: clocks are corrected a little all the time."""
        offset = wall() - steady()
        if abs(offset - self._offset) <= TOLERANCE or self._has_settled(offset):
            self._offset = self._new = offset
            return 0.0
        return offset - self._offset

    def _has_settled(self, offset: float) -> bool:
        if abs(offset - self._new) > TOLERANCE:
            self._new, self._since = offset, steady()
        return steady() - self._since >= BELIEVED_AFTER


class RightTime:
    """Asked before each job; says it loudly when the answer changes, and again every minute while it is no."""

    def __init__(self) -> None:
        self._watch = ClockWatch()
        self._trouble, self._said = "", 0.0
        self._lock = threading.Lock()  # each job asks in a thread of its own

    def trouble(self) -> str:
        """One sentence, or "". Asks the database; raises what it raises."""
        trouble = _disagreement()
        with self._lock:
            trouble = trouble or _jumped(self._watch.jump())
            self._say(trouble)
        return trouble

    def _say(self, trouble: str) -> None:
        if trouble and (not self._trouble or steady() - self._said >= REPEAT_EVERY):
            self._said = steady()
            log.critical("%s Timed jobs are paused until it is right again.", trouble)
        elif self._trouble and not trouble:
            log.warning("The clock is right again. Timed jobs continue.")
        self._trouble = trouble


def server_now() -> datetime:
    """What all processes of the site call now: the server's time, and this machine's where the database is a file."""
    seconds = _server_seconds()
    return timezone.now() if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _server_seconds() -> float | None:
    statement = SERVER_TIME.get(connection.vendor)
    if statement is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return float(cursor.fetchone()[0])


def _disagreement() -> str:
    seconds = _server_seconds()
    behind = 0.0 if seconds is None else wall() - seconds
    if abs(behind) <= TOLERANCE:
        return ""
    return _("The clocks of this machine and the database server differ by %(time)s.") % {"time": _words(behind)}


def _jumped(seconds: float) -> str:
    if not seconds:
        return ""
    forward, back = _("This machine's clock was set forward by %s."), _("This machine's clock was set back by %s.")
    return (forward if seconds > 0 else back) % _words(seconds)


def _words(seconds: float) -> str:
    minutes = round(abs(seconds) / 60)
    if minutes < 120:
        return numbered(ngettext("%d minute", "%d minutes", minutes), minutes)
    return numbered(ngettext("%d hour", "%d hours", round(minutes / 60)), round(minutes / 60))


_here = RightTime()


def is_right() -> bool:
    """Whether a job that acts on the time may run now."""
    return not _here.trouble()


def require_right() -> None:
    """Refused `wrong_time`."""
    if trouble := _here.trouble():
        what_next = _("Timed jobs are paused. Correct the clock, and they will continue automatically.")
        raise Refused("wrong_time", f"{trouble} {what_next}", status=503)


def alerts() -> Iterator[str]:
    """For the first page of the administration (config.ops.registries.alerts)."""
    try:
        require_right()
    except Refused as refusal:
        yield refusal.message


def start_afresh() -> None:
    """Believe the clock as it is: between tests."""
    global _here
    _here = RightTime()
