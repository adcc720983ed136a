"""Cells as people read them on a page and on paper, in the site's language and time zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, cast

from django.utils import timezone
from django.utils.formats import date_format, number_format

from config.tables.table import Cell, Column, Kind, Row, Subtotal, Table

NOTHING = "–"


def text_of(column: Column, cell: Cell) -> str:
    """A cell that says nothing is a dash: empty would look forgotten. "Total" may stand in a column of any kind."""
    if cell is None or cell == "":
        return NOTHING
    return words_of(column, cell) if isinstance(cell, str) else WRITERS[column.kind](column, cell)


def words_of(column: Column, cell: Any) -> str:
    return str(column.words.get(cell, cell))


def hours(time: timedelta) -> str:
    """7:05, and 31:30 for more than a day."""
    minutes = round(time.total_seconds() / 60)
    return f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02}"


def percent(share: float) -> str:
    return f"{number_format(rounded(share), 1)}\u00a0%"


def rounded(share: float) -> float:
    """A percentage as every file and page gives it: one decimal."""
    return round(share, 1)


def _number(column: Column, cell: Any) -> str:
    return str(number_format(cell, column.places, force_grouping=True))


WRITERS: dict[Kind, Any] = {
    Kind.TEXT: words_of,
    Kind.DATE: lambda column, cell: date_format(cast(date, cell), "SHORT_DATE_FORMAT"),
    Kind.MOMENT: lambda column, cell: date_format(timezone.localtime(cast(datetime, cell)), "SHORT_DATETIME_FORMAT"),
    Kind.CLOCK: lambda column, cell: date_format(timezone.localtime(cast(datetime, cell)), "TIME_FORMAT"),
    Kind.NUMBER: _number,
    Kind.PERCENT: lambda column, cell: percent(cell),
    Kind.DURATION: lambda column, cell: hours(cell),
}


# --- a preview ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownCell:
    text: str
    kind: Kind
    code: str = ""  # of a cell that has words: for a badge


@dataclass(frozen=True, slots=True)
class ShownRow:
    cells: list[ShownCell]
    subtotal: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a table in words. `more`: there are others behind them."""

    columns: tuple[Column, ...]
    rows: list[ShownRow]
    totals: ShownRow | None
    facts: list[tuple[str, str]]
    more: bool


def preview(table: Table, limit: int) -> Preview:
    table = table.on_paper()
    rows = list(islice(table.rows, limit + 1))
    totals = table.totals()
    shown = [_shown(table.columns, row) for row in rows[:limit]]
    last = _shown(table.columns, totals, blank="") if totals else None
    return Preview(table.columns, shown, last, facts_of(table), len(rows) > limit)


def facts_of(table: Table) -> list[tuple[str, str]]:
    return [(str(column.title), text_of(column, value)) for column, value in table.facts()]


def _shown(columns: Iterable[Column], row: Row, *, blank: str = NOTHING) -> ShownRow:
    cells = [
        ShownCell(
            blank if cell is None else text_of(column, cell),
            column.kind,
            str(cell) if column.words and cell else "",
        )
        for column, cell in zip(columns, row, strict=True)
    ]
    return ShownRow(cells, isinstance(row, Subtotal))
