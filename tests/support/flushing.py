"""Emptying the tables after a test with transactions of its own, the dearest thing that many of them do.

Django empties a hundred tables, of which a few have rows, and writes its content types and permissions again: seconds
on
a server. Here only what has rows is emptied, and what `post_migrate` wrote stays, for no test changes it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.management.commands import flush

KEPT = {"django_content_type", "auth_permission"}


def install() -> None:
    flush.sql_flush = _sql_flush  # type: ignore[assignment]
    flush.emit_post_migrate_signal = lambda *_words, **_more: None  # type: ignore[assignment]


def _sql_flush(_style: object, connection: Any, *, reset_sequences: bool = False, **_how: object) -> list[str]:
    """Foreign keys are checked at the end, but for MariaDB, which does not know how to wait."""
    assert not reset_sequences, "no test asks for it"
    names = [connection.ops.quote_name(table) for table in tables()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {name})" for name in names))
        filled = [name for name, found in zip(names, cursor.fetchone(), strict=True) if found]
    deletes = [f"DELETE FROM {name};" for name in filled]
    if connection.vendor != "mysql":
        return deletes
    return ["SET FOREIGN_KEY_CHECKS = 0;", *deletes, "SET FOREIGN_KEY_CHECKS = 1;"]


@lru_cache
def tables() -> list[str]:
    """Of every model, those that Django makes by itself included."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted({model._meta.db_table for model in models if not model._meta.proxy} - KEPT)
