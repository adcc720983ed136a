"""The pages of a table's PDF: where everything stands, and how it is drawn. All measures in points (1/72 inch)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.tables import fonts
from config.tables.cell_text import facts_of
from config.tables.table import Column, Table
from config.tables.wrapping import wrapped
from config.web.branding import brand, colours

A4 = (595.28, 841.89)
MARGIN, LEADING = 42.0, 1.3
PAD, ROW_PAD = 4.5, 2.8  # beside the text of a cell, and above and below it
LETTERHEAD, FOOT = 26.0, 26.0
TITLE, SUBTITLE = 17.0, 9.0  # sizes of letters
FACTS = 36.0
# The colours of the pages by day (ostiary-tokens.css).
LOGO = (90, 14)  # pt: the most it may be wide, and how high it is
INK, SOFT, RULE, BRAND, ZEBRA, SUM = "#1b2426", "#4d5b5b", "#dbd7cc", "#0e4f55", "#f5f3ee", "#dfecea"


@dataclass(frozen=True, slots=True)
class TypesetRow:
    """A row, set: the lines of text of each cell."""

    cells: list[list[str]]
    font: str
    strong: bool
    height: float


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The sheet and the columns on it."""

    sheet: tuple[float, float]
    widths: list[float]
    size: float

    @property
    def width(self) -> float:
        return self.sheet[0] - 2 * MARGIN


def frame_for(columns: Sequence[Column], size: float) -> PageFrame:
    """Upright where the columns have room, else across; they share what is left, or what is lacking."""
    wanted = [_natural(column, size) for column in columns]
    across = sum(wanted) > A4[0] - 2 * MARGIN
    sheet = (A4[1], A4[0]) if across else A4
    stretch = (sheet[0] - 2 * MARGIN) / sum(wanted)
    return PageFrame(sheet, [width * stretch for width in wanted], size)


def _natural(column: Column, size: float) -> float:
    """Room for the usual letters, and for the longest word of the heading."""
    word = max(str(column.title).split() or [""], key=len)
    return max(column.width * size * 0.56, fonts.width(word, fonts.BOLD, size)) + 2 * PAD


class Paper:
    def __init__(self, file: IO[bytes], table: Table, frame: PageFrame) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.table, self.frame = table, frame
        self.pen = Canvas(file, pagesize=frame.sheet, lang=settings.LANGUAGE_CODE)
        self.pen.setTitle(str(table.title))
        self.house = brand.current()
        self.colour = colours.tokens(self.house.colour)["brand"][0] if self.house.own_colour else BRAND
        self.pen.setAuthor(self.house.name)
        self.pen.setSubject(" · ".join(map(str, table.subtitles)))
        self.facts = facts_of(table)
        self.headings = [_heading(column, width, frame.size) for column, width in self._columns()]
        self.head = max(map(len, self.headings)) * frame.size * LEADING + 2 * ROW_PAD

    # --- room -----------------------------------------------------------------------------------

    @property
    def later_room(self) -> float:
        """How high the rows of a page may be together."""
        return self.frame.sheet[1] - 2 * MARGIN - LETTERHEAD - FOOT - self.head

    @property
    def first_room(self) -> float:
        return self.later_room - self._title_height

    @property
    def _title_height(self) -> float:
        return TITLE * LEADING + len(self.table.subtitles) * SUBTITLE * 1.5 + 14 + (FACTS if self.facts else 0)

    # --- drawing --------------------------------------------------------------------------------

    def write(self, pages: Sequence[Sequence[TypesetRow]]) -> None:
        for number, lines in enumerate(pages, 1):
            y = self._letterhead(number)
            y = self._title(y) if number == 1 else y
            self._rows(y, lines)
            self._foot(number, len(pages))
            self.pen.showPage()
        self.pen.save()

    def _letterhead(self, number: int) -> float:
        y = self.frame.sheet[1] - MARGIN
        indent = self._logo(y) if self.house.has_logo else 0
        self._text(MARGIN + indent, y - 10, self.house.name, fonts.BOLD, 11, self.colour)
        if number > 1:
            self._text_right(self._right, y - 10, str(self.table.title), fonts.REGULAR, SUBTITLE, SOFT)
        self._rule(y - 16, self.colour, 1.2)
        return y - LETTERHEAD

    def _logo(self, y: float) -> float:
        """The institution's logo before its name; how much room it takes."""
        kept = brand.row()
        if kept is None or not kept.logo:
            return 0
        picture = _picture(bytes(kept.logo))
        width, height = picture.getSize()
        wide = min(LOGO[0], width * LOGO[1] / height)
        self.pen.drawImage(picture, MARGIN, y - 13, wide, LOGO[1], preserveAspectRatio=True, anchor="w")
        return wide + PAD

    def _title(self, y: float) -> float:
        self._text(MARGIN, y - TITLE, str(self.table.title), fonts.BOLD, TITLE, INK)
        line = y - TITLE * LEADING
        for words in self.table.subtitles:
            line -= SUBTITLE * 1.5
            self._text(MARGIN, line, str(words), fonts.REGULAR, SUBTITLE, SOFT)
        self._facts(line - 14)
        return y - self._title_height

    def _facts(self, y: float) -> None:
        """The numbers that matter most, side by side."""
        width = self.frame.width / max(len(self.facts), 5)
        for place, (title, value) in enumerate(self.facts):
            x = MARGIN + place * width
            self._text(x, y - 13, value, fonts.BOLD, 13, INK)
            self._text(x, y - 24, title, fonts.REGULAR, 7.5, SOFT)

    def _rows(self, y: float, lines: Sequence[TypesetRow]) -> None:
        self._band(y, self.head, self.colour)
        self._cells(y, self.headings, fonts.BOLD, "#ffffff")
        y -= self.head
        for number, line in enumerate(lines):
            if line.strong or number % 2:
                self._band(y, line.height, SUM if line.strong else ZEBRA)
            self._cells(y, line.cells, line.font, INK)
            y -= line.height
        if not lines:
            self._text(MARGIN + PAD, y - 16, _("Nothing matches this selection."), fonts.REGULAR, SUBTITLE, SOFT)
        self._rule(y, RULE, 0.6)

    def _cells(self, y: float, cells: Sequence[Sequence[str]], font: str, colour: str) -> None:
        x, size = MARGIN, self.frame.size
        for (column, width), lines in zip(self._columns(), cells, strict=True):
            for number, text in enumerate(lines, 1):
                line = y - ROW_PAD - (number * LEADING - 0.25) * size
                if column.kind.is_number:
                    self._text_right(x + width - PAD, line, text, font, size, colour)
                else:
                    self._text(x + PAD, line, text, font, size, colour)
            x += width

    def _foot(self, number: int, of: int) -> None:
        written = _("Created on %(when)s · times in %(zone)s") % {
            "when": date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT"),
            "zone": settings.TIME_ZONE,
        }
        page = _("page %(number)s of %(of)s") % {"number": number, "of": of}
        self._rule(MARGIN + 12, RULE, 0.6)
        self._text(MARGIN, MARGIN, written, fonts.REGULAR, 7.5, SOFT)
        self._text_right(self._right, MARGIN, page, fonts.REGULAR, 7.5, SOFT)

    # --- the pen --------------------------------------------------------------------------------

    @property
    def _right(self) -> float:
        return self.frame.sheet[0] - MARGIN

    def _columns(self) -> list[tuple[Column, float]]:
        return list(zip(self.table.columns, self.frame.widths, strict=True))

    def _text(self, x: float, y: float, text: str, font: str, size: float, colour: str) -> None:
        self.pen.setFillColor(_colour(colour))
        fonts.draw(self.pen, x, y, text, font, size)

    def _text_right(self, x: float, y: float, text: str, font: str, size: float, colour: str) -> None:
        self._text(x - fonts.width(text, font, size), y, text, font, size, colour)

    def _band(self, y: float, height: float, colour: str) -> None:
        self.pen.setFillColor(_colour(colour))
        self.pen.rect(MARGIN, y - height, self.frame.width, height, stroke=0, fill=1)

    def _rule(self, y: float, colour: str, thick: float) -> None:
        self.pen.setStrokeColor(_colour(colour))
        self.pen.setLineWidth(thick)
        self.pen.line(MARGIN, y, self._right, y)


def _heading(column: Column, width: float, size: float) -> list[str]:
    return wrapped(str(column.title), fonts.BOLD, size, width - 2 * PAD)


@lru_cache(maxsize=2)
def _picture(logo: bytes) -> Any:
    from reportlab.lib.utils import ImageReader

    return ImageReader(io.BytesIO(logo))


@cache
def _colour(code: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(code)
