"""XLSX: the first sheet that can be seen and holds something, cell by cell as the spreadsheet shows it."""

from __future__ import annotations

import lzma
import posixpath
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import IO

from django.utils.translation import gettext as _

from config.errors import Refused
from config.tables.incoming import table
from config.tables.incoming.sheet import (
    SheetCell,
    SheetReader,
    SheetRow,
    StringReader,
    damaged,
    local,
    unescaped,
    xml_text,
)
from config.tables.incoming.shown import number_shown
from config.tables.incoming.table import Line
from config.web.files import zip_guard

MOST_UNPACKED = 200_000_000  # bytes, all members together
MOST_ASIDE = 20_000_000  # bytes: styles, the list of sheets
MOST_STRINGS = 60_000_000  # bytes: the shared strings are kept in memory
MOST_LETTERS = 30_000_000  # of all cells that are read: one long text may be shared by a million cells
UNREADABLE = (KeyError, EOFError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
FOREIGN = {
    "mimetype": "OpenDocument (ODS)",
    "xl/workbook.bin": "XLSB",
    "Index/Document.iwa": "Numbers",
}


@dataclass(frozen=True)
class WorkbookSheet:
    title: str
    path: str


@dataclass(frozen=True)
class BookParts:
    """What is known before the first row: sheets that can be seen, number formats by style, the first day."""

    sheets: list[WorkbookSheet]
    formats: list[str]
    epoch: datetime


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether this ZIP is a spreadsheet of some kind, not a package of tables."""
    names = set(archive.namelist())
    return bool(names & FOREIGN.keys()) or any(name.startswith("xl/") for name in names)


def lines_of(archive: zipfile.ZipFile, most: int) -> tuple[list[Line], list[str]]:
    """The lines of the sheet, and what someone should know of how it was read.

    Refused `other_spreadsheet`, `zip_bomb`, `damaged_file`, `no_values`, `too_many_lines` and the like.
    """
    _require_xlsx(archive)
    try:
        for member in archive.namelist():
            zip_guard.open_member(archive, member).close()  # its beginning is where the list says
        book = _book(archive)
        strings = _strings(archive)
        return _first_filled(archive, book, strings, most)
    except UNREADABLE as error:
        raise damaged() from error
    except Refused as refusal:
        raise (damaged() if refusal.code == "damaged_zip" else refusal) from refusal


def _require_xlsx(archive: zipfile.ZipFile) -> None:
    for name, kind in FOREIGN.items():
        if name in archive.namelist():
            words = _("This is a %(kind)s spreadsheet. Save it as XLSX or CSV, then try again.") % {"kind": kind}
            raise Refused("other_spreadsheet", words)
    if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
        raise Refused("zip_bomb", _("This workbook is larger than 200 MB when unpacked, so it was not read. Split it."))


# --- before the rows ----------------------------------------------------------------------------


def _book(archive: zipfile.ZipFile) -> BookParts:
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

    targets: dict[str, str] = {}
    sheets: list[WorkbookSheet] = []
    mac: list[bool] = []

    def related(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            targets[attributes["Id"]] = _inside(attributes.get("Target", ""))

    def listed(tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            mac.append(True)
        if tag == "sheet" and attributes.get("state", "visible") == "visible":
            link = next((value for name, value in attributes.items() if local(name) == "id"), "")
            sheets.extend([WorkbookSheet(attributes.get("name", ""), targets[link])] if link in targets else [])

    _each(archive, "xl/_rels/workbook.xml.rels", related)
    _each(archive, "xl/workbook.xml", listed)
    return BookParts(sheets, _formats(archive), MAC_EPOCH if mac else WINDOWS_EPOCH)


def _inside(target: str) -> str:
    """The member that a relation of xl/workbook.xml means."""
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def _formats(archive: zipfile.ZipFile) -> list[str]:
    """The number format of each style."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    codes, styles, within = dict(BUILTIN_FORMATS), [], [False]

    def listed(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            within[0] = tag == "cellXfs"
        elif tag == "xf" and within[0]:
            styles.append(attributes.get("numFmtId", "0"))

    if "xl/styles.xml" in archive.namelist():
        _each(archive, "xl/styles.xml", listed)
    return [codes.get(int(style), "General") if style.isdecimal() else "General" for style in styles]


def _each(archive: zipfile.ZipFile, path: str, listed: Callable[[str, dict[str, str]], None]) -> None:
    def start(name: str, attributes: dict[str, str]) -> None:
        listed(local(name), attributes)

    with _opened(archive, path) as file:
        for _piece in xml_text(file, MOST_ASIDE, start, _nothing, _nothing):
            pass


def _nothing(*_args: object) -> None:
    pass


def _strings(archive: zipfile.ZipFile) -> list[str]:
    path = next((name for name in archive.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    if path is None:
        return []
    with _opened(archive, path) as file:
        return StringReader().read(file, MOST_STRINGS)


def _opened(archive: zipfile.ZipFile, path: str) -> IO[bytes]:
    return zip_guard.open_member(archive, path)


# --- rows ---------------------------------------------------------------------------------------


def _first_filled(
    archive: zipfile.ZipFile, book: BookParts, strings: list[str], most: int
) -> tuple[list[Line], list[str]]:
    for place, sheet in enumerate(book.sheets):
        lines = _sheet_lines(archive, sheet, _Cells(book, strings), most)
        if lines:
            return lines, _notes(sheet, book.sheets[place + 1 :])
    return [], []


def _notes(sheet: WorkbookSheet, others: Sequence[WorkbookSheet]) -> list[str]:
    if not others:
        return []
    names = ", ".join(other.title for other in others[:5])
    words = _("Only the sheet '%(sheet)s' was read. Not read: %(others)s.")
    return [words % {"sheet": sheet.title, "others": names}]


def _sheet_lines(archive: zipfile.ZipFile, sheet: WorkbookSheet, cells: _Cells, most: int) -> list[Line]:
    reader, lines = SheetReader(), list[Line]()
    with _opened(archive, sheet.path) as file:
        for row in reader.rows(file, MOST_UNPACKED):
            texts = cells.texts(row)
            if any(text.strip() for text in texts):
                lines.append((row.number, texts, ""))
            if len(lines) > most + 1:
                raise table.too_many_lines(most)
    return _marked(lines, reader.merged)


class _Cells:
    """Cells as texts."""

    def __init__(self, book: BookParts, strings: list[str]) -> None:
        self.book, self.strings, self.letters = book, strings, 0

    def texts(self, row: SheetRow) -> list[str]:
        filled = [(cell.column, self._text(cell, row.number)) for cell in row.cells]
        wide = [(column, text) for column, text in filled if text]
        if not wide:
            return []
        if wide[-1][0] > table.MOST_COLUMNS + 1:
            words = _("Row %(row)d has cells beyond column %(most)d. Remove those that are not needed.")
            raise Refused("too_many_columns", words % {"row": row.number, "most": table.MOST_COLUMNS}, status=413)
        self.letters += sum(len(text) for _column, text in wide)
        if self.letters > MOST_LETTERS:
            raise Refused("too_much_text", _("This workbook contains too much text. Split it."), status=413)
        texts = [""] * max(column for column, _text in wide)
        for column, text in wide:
            texts[column - 1] = text
        return texts

    def _text(self, cell: SheetCell, row: int) -> str:
        if cell.kind == "s":
            return self._shared(cell.text)
        if cell.kind in ("str", "inlineStr", "e"):
            return unescaped(cell.text)
        if not cell.text.strip():
            raise self._no_value(cell, row)
        if cell.kind == "b":
            return "TRUE" if cell.text.strip() == "1" else "FALSE"
        return cell.text[:10] if cell.kind == "d" else self._number(cell)

    def _shared(self, number: str) -> str:
        try:
            return unescaped(self.strings[int(number)])
        except (ValueError, IndexError) as error:
            raise damaged() from error

    def _number(self, cell: SheetCell) -> str:
        code = self.book.formats[cell.style] if cell.style < len(self.book.formats) else "General"
        try:
            return number_shown(cell.text, code, self.book.epoch)
        except (ValueError, OverflowError):
            return cell.text

    def _no_value(self, cell: SheetCell, row: int) -> Refused:
        from openpyxl.utils import get_column_letter

        words = _(
            "Cell %(cell)s contains a formula without a result. "
            "Open the workbook in a spreadsheet program, save it there, and try again."
        )
        return Refused("no_values", words % {"cell": f"{get_column_letter(cell.column)}{row}"})


# --- merged cells -------------------------------------------------------------------------------


def _marked(lines: list[Line], merged: Sequence[str]) -> list[Line]:
    """Lines below the first that lie in merged cells say less than they show: no one guesses what."""
    numbers = [number for number, _texts, _problem in lines]
    steps = [0] * (len(lines) + 1)
    for first, last in filter(None, map(_rows_of, merged)):
        steps[bisect_left(numbers, first)] += 1
        steps[bisect_right(numbers, last)] -= 1
    depth = list(accumulate(steps))
    return [
        (number, texts, "merged" if place and depth[place] else problem)
        for place, (number, texts, problem) in enumerate(lines)
    ]


def _rows_of(merged: str) -> tuple[int, int] | None:
    """`B2:B4` is rows 2 to 4."""
    first, _colon, last = merged.partition(":")
    begin, end = (part.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$") for part in (first, last or first))
    return (int(begin), int(end)) if begin.isdecimal() and end.isdecimal() else None
