"""What the lockers do by themselves. None of it ever opens a door."""

from __future__ import annotations

import logging
from datetime import datetime

from lockers import access_log, doors, endings, keys, kiosk, openings, waiting

log = logging.getLogger("ostiary.lockers")


def tidy(now: datetime) -> None:
    """What nobody ended ends, and doors that stand open ring."""
    kiosk.give_up(now)
    keys.expire(now)
    openings.expire(now)
    doors.look(now)


def remind(now: datetime) -> None:
    """What ends soon, or has ended; and whose turn it is where a locker is free."""
    endings.remind(now)
    waiting.tell_all(now)


def anchor(now: datetime) -> None:
    """The end of the access log goes to the process's log, which is kept elsewhere: `verify_access_log --anchor`."""
    if found := access_log.anchor():
        log.info("The access log ends at %d:%s", *found)
