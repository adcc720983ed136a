"""CSV files that hold what the database no longer does: noted with the change, repaired by the next process that runs.

A kill between the commit of a deletion and the new file would otherwise leave names in the old one for ever.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from attendance.models import ClassSession, StaleFile
from attendance.roll import csv_file

log = logging.getLogger("ostiary.attendance")


def outdate(sessions: Iterable[ClassSession]) -> None:
    """In the transaction that takes lines, or the sessions themselves, out of the database. They need their course."""
    root = Path(settings.ATTENDANCE_CSV_DIR)
    rows = [StaleFile(session=one.pk, path=str(csv_file.path_of(one).relative_to(root))) for one in sessions]
    StaleFile.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    for row in rows:
        transaction.on_commit(partial(freshen, row.session), robust=True)


def freshen(session_id: int) -> None:
    """Write the file again from the database, or remove it with its session. After trouble with the disk: later."""
    row = StaleFile.objects.filter(session=session_id).first()
    if row is None:
        return
    try:
        _freshen(row)
    except OSError:
        log.exception("The CSV file of session %s could not be written again. It will be retried.", session_id)
    else:
        row.delete()


def _freshen(row: StaleFile) -> None:
    path = Path(settings.ATTENDANCE_CSV_DIR) / row.path
    session = ClassSession.objects.select_related("course").filter(pk=row.session).first()
    if session is None:
        csv_file.remove([path])
    elif path.exists():
        csv_file.rewrite(session)


def freshen_all() -> None:
    """By the clock: what was killed before it was done."""
    for session_id in StaleFile.objects.values_list("session", flat=True):
        freshen(session_id)
