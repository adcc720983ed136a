"""What attendance does by itself, every few seconds. Each step may run in several processes at once."""

from __future__ import annotations

import logging
from datetime import datetime

from attendance.models import ClassSession, RollEntry
from attendance.notices import digest
from attendance.roll import csv_file, csv_repairs
from attendance.sessions import sessions, timetable
from config.ops.jobs.steps import for_each, one_by_one

RECENT = 2000  # roll entries: far more than are written between two rounds

log = logging.getLogger("ostiary.attendance")


def open_and_close(now: datetime) -> None:
    one_by_one((_open, _close), now)


def _open(now: datetime) -> None:
    if opened := sessions.open_due(now):
        log.info("Sessions: %d opened", opened)


def _close(now: datetime) -> None:
    if closed := sessions.close_due(now):
        log.info("Sessions: %d closed", closed)


def mend_files(now: datetime) -> None:
    """What a crash kept from the CSV files is added; where nothing is missing this costs a look at each.

    Of open sessions, and of those that the latest lines belong to: a kill between a close or a correction and its
    lines in the file leaves a session that is closed and whose file is not whole. And what a deletion left outdated.
    """
    open_now = ClassSession.objects.filter(state=ClassSession.State.OPEN).values_list("pk", flat=True)
    latest = RollEntry.objects.order_by("-pk").values_list("session", flat=True)[:RECENT]
    for_each(csv_file.catch_up, sorted({*open_now, *latest}))
    csv_repairs.freshen_all()


def plan(now: datetime) -> None:
    timetable.plan_all(now)


def write_digests(now: datetime) -> None:
    digest.write_all(now)
