"""A table that came from outside: columns by their names, rows with their line numbers, every cell a plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.errors import Refused
from config.tables.incoming.cells import one_line, plain, plain_name
from config.tables.incoming.decoding import LOST

MOST_LINES = 200_000
MOST_COLUMNS = 200
Line = tuple[int, Sequence[str], str]  # number in the file, cells as they stand, code of a problem


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One line of a table. `problem`: a code for what makes all of it unusable."""

    line: int
    cells: dict[str, str]  # by plain name of the column; those that are empty are left out
    problem: str = ""

    def __getitem__(self, column: str) -> str:
        """On one line; an empty text for a cell that is empty or not there."""
        return one_line(self.cells.get(column, ""))


@dataclass(frozen=True)
class IncomingTable:
    """`columns`: their plain names, small letters and digits only; `titles`: as they stand in the file."""

    name: str
    columns: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    rows: Iterable[IncomingRow] = field(default_factory=list)
    notes: tuple[str, ...] = ()  # what someone should know of how it was read


def table_of(name: str, lines: Iterable[Line], most: int = MOST_LINES, notes: Sequence[str] = ()) -> IncomingTable:
    """The first line that is not empty names the columns; rows are read as they are asked for.

    Refused `empty`, `column_twice`, `too_many_columns`; `too_many_lines` while the rows are read.
    """
    written = (line for line in _plain(lines) if any(line[1]))
    header = next(written, None)
    if header is None:
        raise Refused("empty", _("%(name)s is empty.") % {"name": name})
    titles = _titles(header[1])
    columns = tuple(map(plain_name, titles))
    _require_distinct(titles, columns)
    return IncomingTable(name, columns, titles, _rows(titles, columns, written, most), tuple(notes))


def _plain(lines: Iterable[Line]) -> Iterator[Line]:
    for number, cells, problem in lines:
        texts = [plain(cell) for cell in cells]
        yield number, texts, problem or ("broken_encoding" if any(LOST in text for text in texts) else "")


def _titles(header: Sequence[str]) -> tuple[str, ...]:
    titles = list(header)
    while titles and not titles[-1]:
        titles.pop()
    if len(titles) > MOST_COLUMNS:
        words = ngettext(
            "There is more than %(most)d column. Remove those that are not needed.",
            "There are more than %(most)d columns. Remove those that are not needed.",
            MOST_COLUMNS,
        )
        raise Refused("too_many_columns", words % {"most": MOST_COLUMNS}, status=413)
    return tuple(titles)


def _rows(titles: Sequence[str], columns: Sequence[str], lines: Iterable[Line], most: int) -> Iterator[IncomingRow]:
    """A column called `#` has a name, though none that anyone asks for."""
    named = [(place, column) for place, column in enumerate(columns) if column]
    unnamed = [place for place, title in enumerate(titles) if not title]
    for count, (number, cells, problem) in enumerate(lines):
        if count >= most:
            raise too_many_lines(most)
        filled = {column: cells[place] for place, column in named if place < len(cells) and cells[place]}
        stray = any(cells[len(titles) :]) or any(cells[place] for place in unnamed if place < len(cells))
        problem = problem or ("too_many_cells" if stray else "")
        yield IncomingRow(number, filled, problem)


def _require_distinct(titles: Sequence[str], columns: Sequence[str]) -> None:
    twice = [column for column, times in Counter(filter(None, columns)).items() if times > 1]
    if twice:
        words = _(
            "The column '%(title)s' appears twice. Remove or rename one of them, so that it is clear which one to use."
        )
        raise Refused("column_twice", words % {"title": titles[columns.index(twice[0])]})


def too_many_lines(most: int) -> Refused:
    words = ngettext(
        "There is more than %(most)d line. Split the file.",
        "There are more than %(most)d lines. Split the file.",
        most,
    )
    return Refused("too_many_lines", words % {"most": most}, status=413)


# --- what may be wrong with a line --------------------------------------------------------------


def sentence_for(problem: str) -> str:
    """What makes a line unusable, and what to do, in words."""
    return {
        "broken_encoding": _("Letters were lost before the file was uploaded. Export it again as UTF-8."),
        "open_quote": _(
            "A quotation mark opens here and closes several lines later. The text in between was not read. Correct it."
        ),
        "too_many_cells": _(
            "This line has more cells than there are column names, so they may have shifted. "
            "Put quotation marks around any cell that contains a separator."
        ),
        "merged": _(
            "This line contains merged cells, so its values are not clear. Unmerge the cells and fill in each one."
        ),
    }[problem]
