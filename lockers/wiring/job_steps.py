"""What the lockers do by themselves. None of it ever opens a door."""

from __future__ import annotations

import logging
from datetime import datetime

from config.ops.jobs.steps import one_by_one
from lockers.access import duress, keys
from lockers.assignments import expiry, sharing, waiting_list
from lockers.assignments.abandoned import notices
from lockers.bank.log import access_log
from lockers.bank.terms import terms
from lockers.desk.emergency_release import bank_releases
from lockers.doors import doors, officer_keys, openings
from lockers.kiosk import actions

log = logging.getLogger("ostiary.lockers")


def tidy(now: datetime) -> None:
    """What no one ended ends, and doors that stand open ring."""
    one_by_one(
        (
            duress.look,
            bank_releases.expire,
            actions.give_up,
            keys.expire,
            officer_keys.expire,
            openings.expire,
            doors.look,
        ),
        now,
    )


def remind(now: datetime) -> None:
    """What ends soon, or has ended; and whose turn it is where a locker is free."""
    one_by_one((expiry.remind, sharing.remind, notices.go_on, terms.tell, waiting_list.tell_all), now)


def anchor(now: datetime) -> None:
    """The end of the access log goes to the process's log, which is kept elsewhere: `verify_access_log --anchor`."""
    if found := access_log.anchor():
        log.info("The access log ends at %d:%s", *found)
