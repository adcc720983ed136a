"""Tables from files: columns by their names, rows with their line numbers, every cell a trimmed text."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from accounts.spreadsheets import plain
from attendance.imports.decoding import LOST, text_of
from config import zip_guard
from config.errors import Refused

MOST_LINES = 200_000
MOST_COLUMNS = 60
MOST_UNPACKED = 200_000_000  # bytes: an XLSX is a ZIP
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `problem`: a code for what makes all of it unreadable."""

    line: int
    cells: dict[str, str]
    problem: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """`columns`: their plain names, small letters and digits only; `titles`: as they stand in the file."""

    name: str
    columns: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)


def plain_name(title: str) -> str:
    """`ID Number`, `id_number` and `idNumber` are the same column."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


# --- CSV ----------------------------------------------------------------------------------------


def csv_table(name: str, data: bytes, *, most: int = MOST_LINES) -> Table:
    """Commas, semicolons, tabs or bars; a line `sep=;` says which. Refused `not_a_table`, `empty`, `too_many_lines`…"""
    text = text_of(data)
    if "\0" in text:
        raise Refused("not_a_table", _("%(name)s is no table of text.") % {"name": name})
    lines = list(io.StringIO(text, newline=""))
    skipped = _blank(lines)
    delimiter, said = _delimiter(lines[skipped] if skipped < len(lines) else "")
    reader = csv.reader(lines[skipped + said :], delimiter=delimiter)
    return _table(name, _numbered(name, reader, skipped + said), most)


def _blank(lines: list[str]) -> int:
    """How many empty lines come first."""
    return next((number for number, line in enumerate(lines) if line.strip()), len(lines))


def _delimiter(first: str) -> tuple[str, int]:
    """The delimiter, and whether the line that says so has to be passed over."""
    word = first.strip().lower()
    if word.startswith("sep=") and len(word) <= 5:
        return (word[4:] or "\t"), 1
    return max(DELIMITERS, key=first.count), 0


def _numbered(name: str, reader: Any, before: int) -> Iterator[tuple[int, list[str], str]]:
    """Number of the first line of each row, its cells, and a problem."""
    line = before + 1
    try:
        for cells in reader:
            yield line, cells, _problem(cells)
            line = before + reader.line_num + 1
    except csv.Error as error:
        words = _("Line %(line)d of %(name)s cannot be read: %(why)s.")
        raise Refused("not_a_table", words % {"line": line, "name": name, "why": error}) from error


def _problem(cells: Iterable[str]) -> str:
    text = "".join(cells)
    if LOST in text:
        return "broken_encoding"
    return "open_quote" if "\n" in text or "\r" in text else ""


# --- XLSX ---------------------------------------------------------------------------------------


def xlsx_table(name: str, data: bytes, *, most: int = MOST_LINES) -> Table:
    """The first sheet of a workbook. Refused `zip_bomb`, `damaged_file` and as for CSV."""
    archive = zip_guard.open_zip(data)
    if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
        raise Refused("zip_bomb", _("This workbook would unpack to more than 200 MB."))
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet: Any = book.worksheets[0]
        rows = list(_sheet_rows(sheet, most))
    except Refused:
        raise
    except Exception as error:  # openpyxl has no one error for a file that is not what it says
        words = _("%(name)s is damaged, or no XLSX workbook. Save it anew as XLSX.")
        raise Refused("damaged_file", words % {"name": name}) from error
    return _table(name, iter(rows), most)


def _sheet_rows(sheet: Any, most: int) -> Iterator[tuple[int, list[str], str]]:
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        if number > most + 1:
            raise _too_many(most)
        texts = [_cell_text(cell) for cell in cells]
        yield number, texts, "broken_encoding" if any(LOST in text for text in texts) else ""


def _cell_text(cell: Any) -> str:
    """Days as 2026-09-30, whatever the sheet shows; everything on one line."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return " ".join(plain(cell).split())


# --- both ---------------------------------------------------------------------------------------


def _table(name: str, lines: Iterator[tuple[int, list[str], str]], most: int) -> Table:
    filled = ((line, [plain(cell) for cell in cells], problem) for line, cells, problem in lines)
    written = (found for found in filled if any(found[1]))
    header = next(written, None)
    if header is None:
        raise Refused("empty", _("%(name)s is empty.") % {"name": name})
    titles = tuple(header[1][:MOST_COLUMNS])
    columns = tuple(plain_name(title) for title in titles)
    _require_distinct(titles, columns)
    rows: list[Row] = []
    for line, cells, problem in written:
        if len(rows) >= most:
            raise _too_many(most)
        rows.append(Row(line, {c: text for c, text in zip(columns, cells, strict=False) if c}, problem))
    return Table(name, columns, titles, rows)


def _require_distinct(titles: tuple[str, ...], columns: tuple[str, ...]) -> None:
    twice = [column for column, times in Counter(filter(None, columns)).items() if times > 1]
    if twice:
        title = titles[columns.index(twice[0])]
        raise Refused("column_twice", _("The column '%(title)s' is there twice.") % {"title": title})


def _too_many(most: int) -> Refused:
    return Refused("too_many_lines", _("More than %(most)d lines: divide the file.") % {"most": most}, status=413)
