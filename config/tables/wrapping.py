"""Breaking the text of a cell into lines. All measures in points."""

from __future__ import annotations

from config.tables import fonts
from config.tables.scripts import clusters

MOST_LINES = 6  # of one cell


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """The text in lines that are at most as wide as `width` pt; a word that is wider is cut."""
    if fonts.width(text, font, size) <= width:
        return [text]
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if fonts.width(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.extend(_pieces(word, font, size, width))
    lines = [line for line in lines if line]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][:-1] + "…"]


def _pieces(word: str, font: str, size: float, width: float) -> list[str]:
    pieces = [""]
    for letter in clusters(word):
        if pieces[-1] and fonts.width(pieces[-1] + letter, font, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
