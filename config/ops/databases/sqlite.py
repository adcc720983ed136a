"""What SQLite leaves in its files when a row is deleted: nothing (with PRAGMA secure_delete, see config.ops.env)."""

from __future__ import annotations

import logging

from django.db import OperationalError, connection

log = logging.getLogger("ostiary.database")


def empty_the_log() -> None:
    """Older versions of pages stay in the write-ahead log until it is written over. Not inside a transaction."""
    _run("PRAGMA wal_checkpoint(TRUNCATE)")


def rewrite() -> None:
    """The whole file again, without what pages that were split or freed may still hold. Once a night is enough."""
    _run("VACUUM")
    empty_the_log()


def _run(statement: str) -> None:
    """Anyone who holds the file makes it wait for the next time; what was done before stands."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except OperationalError as error:
        log.warning("%s: %s. It is done again the next time.", statement, error)
