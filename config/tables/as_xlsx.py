"""A table as a workbook: real dates, numbers and percentages, a frozen header with filters, totals below.

Row by row into a temporary file of openpyxl's, so that memory stays the same however long it is. openpyxl is imported
when the first workbook is written, not before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.errors import Refused
from config.tables.cell_text import rounded, words_of
from config.tables.table import FORMULA, Cell, Column, Kind, Row, Subtotal, Table
from config.web.branding import brand

MOST_ROWS = 1_048_576 - 2  # what Excel opens, without header and totals
LONGEST_CELL = 32_767  # letters, Excel's own limit
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0
FORMATS = {
    Kind.TEXT: "General",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
    Kind.CLOCK: "hh:mm:ss",
    Kind.PERCENT: "0.0%",
    Kind.DURATION: "[h]:mm",
}
WIDEST = 60
BRAND, SUNKEN = "FF0E4F55", "FFECEAE2"  # as in ostiary-tokens.css, by day


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    """Refused `too_long_for_xlsx` beyond what Excel opens; nothing was written then."""
    from openpyxl import Workbook

    _require_short(table.size() or 0)
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = legal(table.title), brand.current().name
    sheet = book.create_sheet(_sheet_name(table))
    try:
        _Sheet(sheet, table).write()
    except Exception:
        sheet.close()
        sheet._writer.cleanup()  # its temporary file
        raise
    _about(book.create_sheet(_("About")), table)
    book.save(file)


def _require_short(rows: int) -> None:
    if rows > MOST_ROWS:
        words = ngettext(
            "A workbook can have at most %(most)s row. Choose a shorter period, or use CSV, which has no limit.",
            "A workbook can have at most %(most)s rows. Choose a shorter period, or use CSV, which has no limit.",
            MOST_ROWS,
        )
        raise Refused("too_long_for_xlsx", words % {"most": f"{MOST_ROWS:,}"})


class _Sheet:
    """The header, the rows, the totals. Styles are made once and shared by all cells that look alike."""

    def __init__(self, sheet: Any, table: Table) -> None:
        self.sheet, self.table, self.rows = sheet, table, 0
        self.plain = [_style(sheet, column) for column in table.columns]
        self.strong = [_style(sheet, column, strong=True) for column in table.columns]
        self.values = [_value_of(column) for column in table.columns]

    def write(self) -> None:
        self._set_up()
        self.sheet.append([_header(self.sheet, column) for column in self.table.columns])
        for row in self.table.rows:
            self.rows += 1
            _require_short(self.rows)
            self._append(row, self.strong if isinstance(row, Subtotal) else self.plain)
        self.sheet.auto_filter.ref = f"A1:{_letter(len(self.table.columns))}{self.rows + 1}"
        if totals := self.table.totals():
            self._append(totals, self.strong)

    def _set_up(self) -> None:
        """What stands before the rows in the file, and on every printed page."""
        self.sheet.freeze_panes = "A2"
        self.sheet.print_title_rows = "1:1"
        self.sheet.page_setup.orientation, self.sheet.page_setup.paperSize = "landscape", 9  # A4
        self.sheet.page_setup.fitToWidth, self.sheet.page_setup.fitToHeight = 1, 0
        self.sheet.sheet_properties.pageSetUpPr = _fit_to_page()
        self.sheet.oddHeader.left.text = legal(f"{brand.current().name} · {self.table.title}").replace("&", "&&")
        self.sheet.oddFooter.right.text = "&P / &N"
        for number, column in enumerate(self.table.columns, 1):
            width = max(column.width, len(str(column.title)) + 3)
            self.sheet.column_dimensions[_letter(number)].width = min(width + 2, WIDEST)

    def _append(self, row: Row, styles: list[Any]) -> None:
        cells = zip(self.values, styles, row, strict=True)
        self.sheet.append([_cell(self.sheet, value(cell), style) for value, style, cell in cells])


def _cell(sheet: Any, value: Any, style: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    cell._style = style._style
    if isinstance(value, str) and value.startswith(FORMULA):
        cell._style = copy(style._style)
        cell.data_type, cell.quotePrefix = "s", True  # a text, also when someone edits it
    return cell


def _style(sheet: Any, column: Column, *, strong: bool = False) -> Any:
    """A cell that lends its looks."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Border, Font, PatternFill, Side

    cell = WriteOnlyCell(sheet)
    cell.number_format = FORMATS.get(column.kind) or ("#,##0" + ("." + "0" * column.places if column.places else ""))
    if strong:
        cell.font, cell.border = Font(bold=True), Border(top=Side(style="thin"))
        cell.fill = PatternFill("solid", fgColor=SUNKEN)
    return cell


def _header(sheet: Any, column: Column) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = WriteOnlyCell(sheet, legal(column.title))
    cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor=BRAND)
    cell.alignment = Alignment(horizontal="right" if column.kind.is_number else "left", vertical="center")
    return cell


def _value_of(column: Column) -> Callable[[Cell], Any]:
    write = WRITERS[column.kind]

    def value(cell: Cell) -> Any:
        if cell is None:
            return None
        return _text(column, cell) if isinstance(cell, str) else write(column, cell)

    return value


def _text(column: Column, cell: Any) -> str:
    return legal(words_of(column, cell))


def legal(words: Any) -> str:
    """Without the characters that no workbook may hold, wherever they come from: a cell, or what was asked for."""
    return ILLEGAL.sub("", str(words))[:LONGEST_CELL]


def _without_zone(at: datetime) -> datetime:
    """A workbook knows no zones: the site's clocks."""
    return timezone.localtime(at).replace(tzinfo=None)


WRITERS: dict[Kind, Callable[[Column, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.DATE: lambda column, cell: cell,
    Kind.MOMENT: lambda column, cell: _without_zone(cell),
    Kind.CLOCK: lambda column, cell: _without_zone(cell),
    Kind.NUMBER: lambda column, cell: cell,
    Kind.PERCENT: lambda column, cell: round(rounded(cell) / 100, 6),
    Kind.DURATION: lambda column, cell: timedelta(seconds=round(cell.total_seconds())),
}


def _about(sheet: Any, table: Table) -> None:
    """What the numbers are, for anyone who finds the file a year later."""
    now = timezone.localtime()
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = WIDEST, 16
    for line in (brand.current().name, table.title, *table.subtitles):
        sheet.append([_cell(sheet, legal(line), _style(sheet, Column("about", "")))])
    for column, value in table.facts():
        sheet.append([str(column.title), _cell(sheet, _value_of(column)(value), _style(sheet, column))])
    sheet.append([_("Times in %(zone)s.") % {"zone": settings.TIME_ZONE}])
    sheet.append([_("Created on %(day)s at %(time)s.") % {"day": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}"}])


def _fit_to_page() -> Any:
    from openpyxl.worksheet.properties import PageSetupProperties

    return PageSetupProperties(fitToPage=True)


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def _sheet_name(table: Table) -> str:
    """At most 31 letters, without those that Excel does not take."""
    return "".join(letter for letter in legal(table.title) if letter not in r"[]:*?/\'")[:31] or "Table"
