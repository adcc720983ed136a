"""A table as CSV: what programs read, line by line, however long it is.

Comma-separated UTF-8, the columns' lasting names in the first line, codes rather than words, moments in ISO 8601 with
their zone, percentages as 0-100 with one decimal, durations as h:mm:ss. Totals are left out: anyone who reads it can
add.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from config.tables.cell_text import rounded
from config.tables.table import Cell, Kind, Subtotal, Table, neutral

BOM = "\ufeff"  # tells Excel that this is UTF-8
CHUNK = 64 * 1024  # letters; a chunk for each line would cost more than the line


def csv_chunks(table: Table, *, bom: bool = False) -> Iterator[bytes]:
    """The file in pieces. The first one leaves with the first row, so that a browser sees it begin."""
    text = io.StringIO()
    write, cells = csv.writer(text).writerow, [_cell_of(column.kind) for column in table.columns]
    text.write(BOM if bom else "")
    write([column.name for column in table.columns])
    first = True
    for row in table.rows:
        if isinstance(row, Subtotal):
            continue
        write([cell(value) for cell, value in zip(cells, row, strict=True)])
        if first or text.tell() >= CHUNK:
            yield _taken(text)
            first = False
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken


def _cell_of(kind: Kind) -> Callable[[Cell], object]:
    write = WRITERS.get(kind) or _moments()
    return lambda cell: "" if cell is None else write(cell)


def _moments() -> Callable[[Any], str]:
    """Moments in the site's zone, which is asked for once and not for each of a million lines."""
    zone = timezone.get_current_timezone()
    return lambda cell: cell.astimezone(zone).isoformat(timespec="seconds")


def _duration(cell: Any) -> str:
    seconds = round(cell.total_seconds())
    return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"


WRITERS: dict[Kind, Callable[[Any], object]] = {
    Kind.TEXT: neutral,
    Kind.DATE: lambda cell: cell.isoformat(),
    Kind.NUMBER: lambda cell: cell,
    Kind.PERCENT: rounded,
    Kind.DURATION: _duration,
}
