"""What a table is: columns of a kind, rows that are read once, totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise

Words = str | Promise
Cell = str | int | float | date | datetime | timedelta | None
Row = tuple[Cell, ...]
Fact = tuple["Column", Cell]

# What a spreadsheet takes for the beginning of a formula, also in full width (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral(cell: object) -> object:
    """A text that a spreadsheet would run as a formula begins with an apostrophe instead (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


class Kind(StrEnum):
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"  # an aware datetime
    CLOCK = "clock"  # the same; its day stands in another column, so people are shown only the time
    NUMBER = "number"
    PERCENT = "percent"  # 0-100
    DURATION = "duration"  # a timedelta

    @property
    def is_number(self) -> bool:
        """Set to the right, so that digits stand under digits."""
        return self in (Kind.NUMBER, Kind.PERCENT, Kind.DURATION)


@dataclass(frozen=True, slots=True)
class Column:
    """`name` heads the CSV and stays; `title` is what people read. `width` is how many letters usually suffice."""

    name: str
    title: Words
    kind: Kind = Kind.TEXT
    width: int = 12
    places: int = 0  # decimals of a number
    words: Mapping[str, Words] = field(default_factory=dict)  # codes, which CSV keeps, in words for people
    files_only: bool = False  # in CSV and XLSX; paper and page have no room for it


class Subtotal(tuple[Cell, ...]):
    """A row that sums up the rows before it. People see it set off; CSV, which machines read, leaves it out."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """`rows` may be read once, however many they are; each is as long as `columns`.

    `totals` is asked after the rows were written; None leaves the line out. `size` is the number of rows, where it can
    be known beforehand. `facts` are the few numbers that matter most: on top of a page, under the title on paper.
    """

    name: str  # of the file, without its ending
    title: Words
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    subtitles: tuple[Words, ...] = ()
    totals: Callable[[], Row | None] = lambda: None
    size: Callable[[], int | None] = lambda: None
    facts: Callable[[], Sequence[Fact]] = tuple

    def on_paper(self) -> Table:
        """The same without the columns for which paper and page have no room."""
        kept = [place for place, column in enumerate(self.columns) if not column.files_only]
        if len(kept) == len(self.columns):
            return self
        return replace(
            self,
            columns=tuple(self.columns[place] for place in kept),
            rows=(_only(row, kept) for row in self.rows),
            totals=lambda: _only(row, kept) if (row := self.totals()) else None,
        )

    def counted(self, step: Callable[[int], object]) -> Table:
        """The same; `step(1)` is called for each row that goes by."""
        return replace(self, rows=_telling(self.rows, step))


def _only(row: Row, places: list[int]) -> Row:
    return type(row)(row[place] for place in places)


def _telling(rows: Iterable[Row], step: Callable[[int], object]) -> Iterator[Row]:
    for row in rows:
        yield row
        step(1)
