"""A table as a PDF to sign and to file: letterhead, title, period, the header on every page, totals, "page 1 of 3".

Set on A4, upright where the columns have room, else across. reportlab is imported when the first PDF is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import IO

from django.utils.translation import ngettext

from config.errors import Refused
from config.tables import fonts
from config.tables.cell_text import text_of
from config.tables.paper import LEADING, PAD, ROW_PAD, PageFrame, Paper, TypesetRow, frame_for
from config.tables.table import Column, Row, Subtotal, Table
from config.tables.wrapping import wrapped

MOST_ROWS = 20_000  # some 500 pages: no one reads more on paper
SIZE = 8.0  # pt


def write_pdf(table: Table, file: IO[bytes]) -> None:
    """Refused `too_long_for_pdf` beyond MOST_ROWS; nothing was written then."""
    _require_short(table.size() or 0)
    table = table.on_paper()
    rows = list(islice(table.rows, MOST_ROWS + 1))
    _require_short(len(rows))
    fonts.register()
    frame = frame_for(table.columns, SIZE)
    lines = [_line(table.columns, frame, row) for row in rows]
    if totals := table.totals():
        lines.append(_line(table.columns, frame, totals, strong=True, blank=""))
    paper = Paper(file, table, frame)
    pages = pages_of([line.height for line in lines], paper.first_room, paper.later_room)
    paper.write([lines[begin:end] for begin, end in pages])


def _require_short(rows: int) -> None:
    if rows > MOST_ROWS:
        words = ngettext(
            "A PDF can have at most %(most)s row. Choose a shorter period, or use CSV, which has no limit.",
            "A PDF can have at most %(most)s rows. Choose a shorter period, or use CSV, which has no limit.",
            MOST_ROWS,
        )
        raise Refused("too_long_for_pdf", words % {"most": f"{MOST_ROWS:,}"})


def pages_of(heights: Sequence[float], first: float, later: float) -> list[tuple[int, int]]:
    """Which rows stand on which page, from row to row; no page's rows are higher than its room.

    There is always one page, and the last row, the totals, never stands alone on one of its own.
    """
    pages, begin, left = [], 0, first
    for number, height in enumerate(heights):
        if height > left and number > begin:
            pages.append((begin, number))
            begin, left = number, later
        left -= height
    pages.append((begin, len(heights)))
    return _never_alone(pages)


def _never_alone(pages: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if len(pages) > 1 and pages[-1][1] - pages[-1][0] == 1 and pages[-2][1] - pages[-2][0] > 1:
        (begin, middle), (_same, end) = pages[-2:]
        return [*pages[:-2], (begin, middle - 1), (middle - 1, end)]
    return pages


def _line(
    columns: Sequence[Column], frame: PageFrame, row: Row, *, strong: bool = False, blank: str | None = None
) -> TypesetRow:
    strong = strong or isinstance(row, Subtotal)
    font = fonts.BOLD if strong else fonts.REGULAR
    cells = [
        wrapped(
            blank if cell is None and blank is not None else text_of(column, cell), font, frame.size, width - 2 * PAD
        )
        for column, cell, width in zip(columns, row, frame.widths, strict=True)
    ]
    return TypesetRow(cells, font, strong, max(map(len, cells)) * frame.size * LEADING + 2 * ROW_PAD)
