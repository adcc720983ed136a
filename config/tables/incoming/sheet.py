"""The rows of one sheet of a workbook, as they go by: memory stays the same whatever size the sheet claims.

openpyxl believes the size that a sheet claims and makes every empty cell of it; this reader knows only cells that hold
something. Documents with a DTD are refused, so that no entity is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.errors import Refused

CHUNK = 64 * 1024
MOST_ROWS = 1_048_576  # what a spreadsheet has
MOST_COLUMNS = 16_384
MOST_CELLS = 2_000_000  # also empty ones that only have a colour
MOST_TEXT = 1_000_000  # letters of one row
LONGEST_TEXT = 131_072  # letters of one cell, as in a CSV file
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class SheetCell:
    """A cell as it stands in the file. `kind`: n, s, str, inlineStr, b, e or d."""

    column: int  # from 1
    kind: str
    style: int
    text: str = ""
    formula: bool = False


@dataclass(slots=True)
class SheetRow:
    number: int
    cells: list[SheetCell] = field(default_factory=list)


def xml_text(
    file: IO[bytes], most: int, start: Callable[..., None], end: Callable[..., None], text: Callable[..., None]
) -> Iterator[None]:
    """Feeds a parser piece by piece; anyone who iterates takes what the callbacks have gathered.

    Refused `zip_bomb` beyond `most` bytes, `damaged_file` for what is not XML.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _no_dtd
    read = 0
    try:
        while piece := file.read(CHUNK):
            read += len(piece)
            if read > most:
                raise Refused("zip_bomb", _("This workbook is too large when unpacked, so it was not read. Split it."))
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise damaged() from error


def damaged() -> Refused:
    return Refused("damaged_file", _("This workbook is damaged, or not an XLSX file. Save it again as XLSX."))


def _no_dtd(*_args: object) -> None:
    raise damaged()


def local(name: str) -> str:
    """The name without its namespace: two of them are in use."""
    return name.rpartition("}")[2]


class SheetReader:
    """Gathers rows from the callbacks of the parser, and the merged ranges, which stand after all rows."""

    def __init__(self) -> None:
        self.merged: list[str] = []
        self._ready: list[SheetRow] = []
        self._row: SheetRow | None = None
        self._cell: SheetCell | None = None
        self._inside: list[str] = []
        self._open = ""  # v or t, whose text counts
        self._aside = 0  # depth of what is read aloud, not written
        self._number = self._column = self._cells = self._letters = 0

    def rows(self, file: IO[bytes], most: int) -> Iterator[SheetRow]:
        """Every row that has a filled cell. Refused `too_many_cells_in_workbook`, `damaged_file`, `zip_bomb`."""
        for _piece in xml_text(file, most, self._start, self._end, self._text):
            yield from self._ready
            self._ready = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            self._begin_row(attributes)
        elif tag in ("v", "t") and self._cell is not None and not self._aside:
            self._open = tag
        elif tag == "f" and self._cell is not None:
            self._cell.formula = True
        elif tag == "rPh":
            self._aside += 1
        elif tag == "mergeCell" and len(self.merged) < MOST_COLUMNS:
            self.merged.append(attributes.get("ref", ""))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._number = _whole(attributes.get("r", ""), self._number + 1)
        if not 0 < self._number <= MOST_ROWS:
            raise damaged()
        self._row, self._letters, self._column = SheetRow(self._number), 0, 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            words = ngettext(
                "This workbook has more than %(most)d cell. Remove what is not needed, or save it as CSV.",
                "This workbook has more than %(most)d cells. Remove what is not needed, or save it as CSV.",
                MOST_CELLS,
            )
            raise Refused("too_many_cells_in_workbook", words % {"most": MOST_CELLS}, status=413)
        if self._row is None:
            raise damaged()
        self._column = _column(attributes.get("r", "")) or self._column + 1
        self._cell = SheetCell(self._column, attributes.get("t", "n"), _whole(attributes.get("s", ""), 0))
        self._inside = []

    def _text(self, data: str) -> None:
        if self._open:
            self._letters += len(data)
            if self._letters > MOST_TEXT:
                words = _("Row %(row)d contains too much text.")
                raise Refused("too_long_cell", words % {"row": self._number}, status=413)
            self._inside.append(data)

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag in ("v", "t"):
            self._open = ""
        elif tag == "rPh":
            self._aside -= 1
        elif tag == "c" and self._cell is not None:
            self._end_cell(self._cell)
        elif tag == "row" and self._row is not None:
            self._ready += [self._row] if self._row.cells else []
            self._row = None

    def _end_cell(self, cell: SheetCell) -> None:
        """Cells that only have a colour are forgotten at once."""
        cell.text = "".join(self._inside)
        if (cell.text or cell.formula) and self._row is not None:
            self._row.cells.append(cell)
        self._cell = None


class StringReader:
    """The workbook's shared strings, by their numbers."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._inside: list[str] = []
        self._open, self._aside = False, 0

    def read(self, file: IO[bytes], most: int) -> list[str]:
        for _piece in xml_text(file, most, self._start, self._end, self._text):
            pass
        return self.found

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "si":
            self._inside = []
        elif tag == "rPh":
            self._aside += 1
        self._open = tag == "t" and not self._aside

    def _text(self, data: str) -> None:
        if self._open:
            self._inside.append(data)

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag == "si":
            self.found.append(_short("".join(self._inside)))
        elif tag == "rPh":
            self._aside -= 1
        self._open = False


def _short(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long_cell", _("This workbook has a cell with too much text."), status=413)
    return text


def unescaped(text: str) -> str:
    """`_x000D_` is a carriage return: how a workbook writes what XML cannot hold. Half a letter is a letter lost."""
    if "_x" not in text:
        return text
    found = ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def _column(reference: str) -> int:
    """`C7` is column 3; 0 for no reference."""
    number = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
        if number > MOST_COLUMNS:
            raise damaged()
    return number
