"""The access log as files: CSV for people, JSON lines with everything that a verification elsewhere needs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet

from config.tables import neutral
from lockers.bank.log import access_log
from lockers.models import AccessLog
from lockers.rules import log_chain

HEADER = ("seq", "at", "kind", "details", "previous", "key_id", "hash")


def chosen(begin: datetime | None = None, end: datetime | None = None) -> QuerySet[AccessLog]:
    """Entries from `begin` on and before `end`."""
    rows: QuerySet[AccessLog] = AccessLog.objects.all()
    rows = rows.filter(at__gte=begin) if begin else rows
    return rows.filter(at__lt=end) if end else rows


def as_csv(rows: QuerySet[AccessLog]) -> Iterator[str]:
    yield _line(HEADER)
    for entry in access_log.entries(rows):
        yield _line(_cells(entry))


def as_json_lines(rows: QuerySet[AccessLog]) -> Iterator[str]:
    """One object a line; `details` is the text that was hashed, letter by letter."""
    for entry in access_log.entries(rows):
        yield json.dumps(dict(zip(HEADER, _cells(entry), strict=True))) + "\n"


def _cells(entry: AccessLog) -> tuple[object, ...]:
    at = log_chain.moment(entry.at)
    return entry.seq, at, entry.kind, entry.details, entry.previous, entry.key_id, entry.hash


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([neutral(cell) for cell in cells])
    return out.getvalue()


FORMATS: dict[str, Callable[[QuerySet[AccessLog]], Iterator[str]]] = {"csv": as_csv, "json": as_json_lines}
