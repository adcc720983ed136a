"""What attendance does by itself, every few seconds. Each step may run in several processes at once."""

from __future__ import annotations

import logging
from datetime import datetime

from attendance import csv_file, digest, sessions, timetable
from attendance.models import ClassSession

log = logging.getLogger("ostiary.attendance")


def open_and_close(now: datetime) -> None:
    opened, closed = sessions.open_due(now), sessions.close_due(now)
    if opened or closed:
        log.info("Sessions: %d opened, %d closed", opened, closed)


def mend_files(now: datetime) -> None:
    """What a crash kept from the CSV files of open sessions is added; where nothing is missing this costs a look."""
    for number in ClassSession.objects.filter(state=ClassSession.State.OPEN).values_list("pk", flat=True):
        csv_file.catch_up(number)


def plan(now: datetime) -> None:
    timetable.plan_all(now)


def write_digests(now: datetime) -> None:
    digest.write_all(now)
