"""What the tables hold, kept in memory and put back: for a world that many tests begin with and that is slow to make.

Only on SQLite, whose values come back as they went; elsewhere the world is made each time.
"""

from __future__ import annotations

from django.db import connection

from tests.support.flushing import tables

Rows = dict[str, tuple[str, list[tuple[object, ...]]]]


def possible() -> bool:
    return connection.vendor == "sqlite"


def rows_now() -> Rows:
    """Of every table that has any: the statement that writes one, and all of them."""
    found = {table: _rows(table) for table in tables()}
    return {table: (statement, rows) for table, (statement, rows) in found.items() if rows}


def put_back(kept: Rows) -> None:
    """Into tables without these rows, in a transaction: foreign keys are checked at its end."""
    with connection.cursor() as cursor:
        for statement, rows in kept.values():
            cursor.executemany(statement, rows)


def _rows(table: str) -> tuple[str, list[tuple[object, ...]]]:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        rows = cursor.execute(f"SELECT * FROM {name}").fetchall()
        columns = [connection.ops.quote_name(column[0]) for column in cursor.description]
    return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})", rows
