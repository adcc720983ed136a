"""Looking for what somebody was called: in every column of every table, and in every file."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from django.contrib.sessions.models import Session
from django.db import connection


def forms(words):
    """As they are, and as JSON and addresses write them."""
    return {form.casefold() for word in words for form in (word, json.dumps(word)[1:-1], quote(word))}


def in_database(words):
    """`table.column: value` of every place where one of the words stands."""
    wanted, found = forms(words), []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found += [
                    f"{table}.{name}: {value!r}"[:300]
                    for name, value in zip(columns, row, strict=True)
                    if _holds(value, wanted)
                ]
    decoded = [str(session.get_decoded()) for session in Session.objects.all()]
    return found + [f"session: {text}" for text in decoded if _holds(text, wanted)]


def in_files(folder: Path, words):
    """The files below the folder, those of SQLite too, in whose bytes one of the words stands."""
    wanted = {form.encode() for form in forms(words)} | {word.encode("utf-16-le") for word in words}
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(w in path.read_bytes().lower() for w in wanted)
    ]


def _holds(value, wanted):
    if isinstance(value, bytes | bytearray | memoryview):
        value = bytes(value).decode("utf-8", "replace")
    return value is not None and any(form in str(value).casefold() for form in wanted)
