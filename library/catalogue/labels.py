"""Sheets of labels for copies, as PDF: barcode, title and call number. Pure but for the rows that it is given."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.errors import Refused
from config.tables import fonts
from library.rules.isbn import is_ean13

MOST = 2_000  # labels in one file
PADDING = 2.0  # mm between the edge of a label and what is printed on it
Face = tuple[str, float]  # a font, and its size in points
TITLE: Face = (fonts.REGULAR, 6.5)
CALL_NUMBER: Face = (fonts.BOLD, 8.5)
QUIET = 2.5  # mm of white beside the stripes, at least: readers need it


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """How the labels lie on the paper. All lengths in millimetres."""

    columns: int = 3
    rows: int = 8
    width: float = 70.0
    height: float = 37.0
    left: float = 0.0  # from the paper's edge to the first label
    top: float = 0.5
    gap_x: float = 0.0
    gap_y: float = 0.0
    paper: tuple[float, float] = (210.0, 297.0)

    def checked(self) -> LabelSheet:
        """Refused `bad_sheet`: labels that do not fit on the paper, or too small to carry a barcode."""
        wide = self.left + self.columns * self.width + (self.columns - 1) * self.gap_x
        high = self.top + self.rows * self.height + (self.rows - 1) * self.gap_y
        if min(self.columns, self.rows) < 1 or self.width < 30 or self.height < 15:
            raise Refused("bad_sheet", _("A label is at least 30 mm wide and 15 mm high."))
        if wide > self.paper[0] + 0.5 or high > self.paper[1] + 0.5:
            raise Refused("bad_sheet", _("That many labels of this size do not fit on the paper."))
        return self


@dataclass(frozen=True, slots=True)
class Label:
    barcode: str
    title: str = ""
    call_number: str = ""


A4_3x8 = LabelSheet()
LETTER = (215.9, 279.4)
# Sheets that are sold everywhere, by what is printed on their box.
SHEETS: dict[str, tuple[object, LabelSheet]] = {
    "a4-3x8": (gettext_lazy("A4, 3 × 8, 70 × 37 mm"), A4_3x8),
    "a4-3x7": (gettext_lazy("A4, 3 × 7, 63.5 × 38.1 mm"), LabelSheet(3, 7, 63.5, 38.1, 7.2, 15.1, 2.5)),
    "a4-4x12": (gettext_lazy("A4, 4 × 12, 45.7 × 21.2 mm"), LabelSheet(4, 12, 45.7, 21.2, 9.8, 21.5, 2.5)),
    "letter-3x10": (
        gettext_lazy("Letter, 3 × 10, 66.7 × 25.4 mm"),
        LabelSheet(3, 10, 66.7, 25.4, 4.8, 12.7, 3.1, paper=LETTER),
    ),
}


def pdf(labels: Iterable[Label], sheet: LabelSheet = A4_3x8, *, skip: int = 0, ean: bool = True) -> bytes:
    """One file, ready to print at 100 %. `skip`: places at the top of the first sheet that are used already.
    `ean`: a barcode that is an EAN-13 is printed as one; everything else is Code 128.

    Refused `nothing_chosen`, `too_many_labels`, `bad_sheet`, and `bad_barcode` for what no stripes can write.
    """
    wanted = list(labels)
    if not wanted:
        raise Refused("nothing_chosen", _("No copy is selected. Select at least one."))
    if len(wanted) > MOST:
        words = ngettext("At most %(most)d label fits in one file.", "At most %(most)d labels fit in one file.", MOST)
        raise Refused("too_many_labels", words % {"most": MOST})
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=tuple(_pt(side) for side in sheet.checked().paper))
    canvas.setTitle("Labels")
    each = sheet.columns * sheet.rows
    for place, label in enumerate(wanted, start=skip % each):
        if place and place % each == 0:
            canvas.showPage()
        _draw(canvas, label, sheet, place % each, ean=ean)
    canvas.save()
    return out.getvalue()


def _pt(mm: float) -> float:
    return mm * 72 / 25.4


def _draw(canvas: Any, label: Label, sheet: LabelSheet, place: int, *, ean: bool) -> None:
    row, column = divmod(place, sheet.columns)
    left = sheet.left + column * (sheet.width + sheet.gap_x)
    bottom = sheet.paper[1] - sheet.top - (row + 1) * sheet.height - row * sheet.gap_y
    canvas.saveState()
    canvas.translate(_pt(left + PADDING), _pt(bottom + PADDING))
    _words(canvas, label, sheet)
    _stripes(canvas, label, sheet, ean=ean and is_ean13(label.barcode))
    canvas.restoreState()


def _words(canvas: Any, label: Label, sheet: LabelSheet) -> None:
    """Title above, at most two lines; the call number, large, below it where there is room."""
    room = _pt(sheet.width - 2 * PADDING)
    lines = _wrapped(label.title, TITLE, room, most=2 if sheet.height >= 30 else 1)
    top = sheet.height - 2 * PADDING - 2.5
    for number, line in enumerate(lines):
        _draw_line(canvas, line, TITLE, _pt(top - 3 * number))
    if label.call_number and sheet.height >= 25:
        [shown] = _wrapped(label.call_number, CALL_NUMBER, room, most=1) or [""]
        _draw_line(canvas, shown, CALL_NUMBER, _pt(top - 3 * len(lines) - 1))


def _wrapped(text: str, face: Face, room: float, *, most: int) -> list[str]:
    """The text in at most so many lines that fit; what does not is cut off with an ellipsis."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if fonts.width(longer, *face) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = lines[:most]
    if len(lines) > most:
        shown[-1] += "…"
    return [_cut(line, face, room) for line in shown if line]


def _cut(line: str, face: Face, room: float) -> str:
    while fonts.width(line, *face) > room:
        line = line.rstrip("…")[:-1].rstrip() + "…"
    return line


def _draw_line(canvas: Any, line: str, face: Face, bottom: float) -> None:
    fonts.draw(canvas, 0.0, bottom, line, *face)


def _stripes(canvas: Any, label: Label, sheet: LabelSheet, *, ean: bool) -> None:
    from reportlab.graphics.barcode import code128, eanbc
    from reportlab.graphics.shapes import Drawing

    room = sheet.width - 2 * PADDING
    high = max(8.0, min(15.0, sheet.height - 2 * PADDING - 14))
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(_pt(room / 2), 0, _writable(label.barcode))
    if ean:
        widget = eanbc.Ean13BarcodeWidget(label.barcode, barHeight=_pt(high), humanReadable=False)
        left, _bottom, right, _top = widget.getBounds()
        drawing = Drawing(right - left, _pt(high))
        drawing.add(widget)
        drawing.drawOn(canvas, (_pt(room) - (right - left)) / 2, _pt(3.5))
        return
    code = code128.Code128(label.barcode, barHeight=_pt(high), barWidth=1, quiet=False)
    bar = min(_pt(0.38), _pt(room - 2 * QUIET) / code.width)
    code = code128.Code128(label.barcode, barHeight=_pt(high), barWidth=bar, quiet=False)
    code.drawOn(canvas, (_pt(room) - code.width) / 2, _pt(3.5))


def _writable(barcode: str) -> str:
    if not barcode or any(not " " <= letter <= "~" for letter in barcode):
        raise Refused(
            "bad_barcode",
            _("The barcode “%(barcode)s” cannot be printed: use letters without accents, and digits.")
            % {"barcode": barcode},
        )
    return barcode
