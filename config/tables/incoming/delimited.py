"""Tables of text: commas, semicolons, tabs, bars, or whatever a first line such as `sep=;` says."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from config.errors import Refused
from config.tables.incoming.decoding import text_of
from config.tables.incoming.table import Line

DELIMITERS = ",;\t|"
SAYS = re.compile(r"sep=(?:(?P<mark>\\t|.)(?P=mark)*)?", re.I)  # also filled up with separators, as when saved again
ALIKE = 3  # rows of one width show that their last separator means nothing
SAMPLE = 40  # lines that are looked at to know the delimiter


def lines_of(name: str, data: bytes) -> Iterator[Line]:
    """Refused `not_a_table` for what is not text, also while the lines are read."""
    text = text_of(data)
    if "\0" in text:
        words = _("%(name)s is not a text table, because it contains NUL characters. Save it again as CSV or XLSX.")
        raise Refused("not_a_table", words % {"name": name})
    if text[:200].lstrip()[:1] == "<":
        words = _("%(name)s is a web page or XML, not a table. Open it in a spreadsheet program and save it as XLSX.")
        raise Refused("not_a_table", words % {"name": name})
    lines = list(io.StringIO(text, newline=""))
    skipped = names_line(lines)
    delimiter, said = _delimiter(lines[skipped : skipped + SAMPLE])
    return _numbered(name, lines, skipped + said, delimiter)


def names_line(lines: Sequence[str]) -> int:
    """Where the names of the columns stand: blank lines and comments come before them."""
    first = place = _blank(lines)
    while place < len(lines) and _is_comment(lines[place]):
        place += 1 + _blank(lines[place + 1 :])
    return place if place < len(lines) and _has_columns(lines[place]) else first


def _is_comment(line: str) -> bool:
    """`# Export of 1 March`. With a separator in it, or without a blank, it may be names of columns."""
    return line.lstrip('" \ufeff').startswith("#") and " " in line.strip() and not _has_columns(line)


def _has_columns(line: str) -> bool:
    return any(mark in line for mark in DELIMITERS)


def _blank(lines: Sequence[str]) -> int:
    """How many empty lines come first."""
    return next((number for number, line in enumerate(lines) if line.strip(" \t\r\n,;|\ufeff")), len(lines))


def _delimiter(sample: Sequence[str]) -> tuple[str, int]:
    """The delimiter, and how many lines said so and have to be ignored."""
    first = sample[0].strip("\r\n ") if sample else ""
    if said := SAYS.fullmatch(first.strip('"')):
        return (said["mark"] or "\t").replace("\\t", "\t"), 1
    return max(DELIMITERS, key=lambda mark: _fitness(mark, sample)), 0


def _fitness(mark: str, sample: Sequence[str]) -> tuple[bool, float, int]:
    """More than one column first, then lines of one width, then many columns."""
    widths = _widths(mark, sample) or [0]
    fitting = sum(width == widths[0] for width in widths) / len(widths)
    return widths[0] > 1, fitting, widths[0]


def _widths(mark: str, sample: Sequence[str]) -> list[int]:
    """How many cells each row has, those that are empty too."""
    widths: list[int] = []
    with contextlib.suppress(csv.Error):  # a cell that is too long: anyone who reads the rows will say so
        widths.extend(len(cells) for cells in csv.reader(sample, delimiter=mark) if cells)
    return widths


def _room(mark: str, sample: Sequence[str]) -> int:
    """How many cells a row may have: as many as there are names; some programs end each row with a separator."""
    header, *others = _widths(mark, sample) or [0]
    alike = len(others) >= ALIKE and len(set(others)) == 1
    return max(header, others[0] if alike else 0)


def _numbered(name: str, lines: Sequence[str], begin: int, delimiter: str) -> Iterator[Line]:
    """Number of the first line of each row, its cells, and a problem."""
    reader = csv.reader(lines[begin:], delimiter=delimiter)
    width, before, room = 0, begin, _room(delimiter, lines[begin : begin + SAMPLE])
    try:
        for cells in reader:
            after = begin + reader.line_num
            width = width or len(cells)
            yield before + 1, cells, _problem(cells, lines[before:after], delimiter, width, room)
            before = after
    except csv.Error as error:
        words = _("Line %(line)d of %(name)s cannot be read (%(why)s). Is a quotation mark missing?")
        raise Refused("not_a_table", words % {"line": before + 1, "name": name, "why": error}) from error


def _problem(cells: Sequence[str], raw: Sequence[str], delimiter: str, width: int, room: int) -> str:
    """A quotation mark that was forgotten swallows lines; an address on two lines does not look like two rows."""
    if len(raw) == 1:
        return "too_many_cells" if len(cells) > room else ""
    if not _is_strict(raw, delimiter):
        return "open_quote"
    if any(_is_swallowed(cells, place, delimiter, width) for place in range(len(cells))):
        return "open_quote"
    return "too_many_cells" if len(cells) > room else ""


def _is_swallowed(cells: Sequence[str], place: int, delimiter: str, width: int) -> bool:
    """Whether the lines of one cell look like rows: whole ones between, or the end of one and the beginning of one."""
    first, *inner = cells[place].splitlines() or [""]
    if not inner or width < 2:
        return False
    if any(_width(line, delimiter) >= width for line in inner):
        return True
    ends, begins = place + _width(first, delimiter), _width(inner[-1], delimiter) + len(cells) - 1 - place
    return _width(first, delimiter) > 1 and ends == width == begins


def _is_strict(raw: Iterable[str], delimiter: str) -> bool:
    try:
        list(csv.reader(raw, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _width(line: str, delimiter: str) -> int:
    """In prose a blank follows a comma."""
    return len(re.findall(re.escape(delimiter) + r"(?!\s)", line)) + 1
