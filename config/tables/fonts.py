"""Letters for paper. The fonts that every PDF reader has know neither Łukasz nor Ελένη nor Кирилл; DejaVu Sans does.

It arrives with matplotlib. It is looked for without importing that package, and read when the first PDF is written.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
# Chinese, Japanese and Korean letters come from the reader's own fonts, by the names that every reader knows.
HANGUL, KANA, HAN = "HYGothic-Medium", "HeiseiKakuGo-W5", "STSong-Light"

Run = tuple[str, str]  # a font and the letters that are set in it


def folder() -> Path:
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:  # it is one of the locked requirements
        raise FileNotFoundError("matplotlib is not installed, and its fonts are needed for a PDF")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@lru_cache(maxsize=1)
def register() -> None:
    """Make the fonts known to reportlab. Once for each process."""
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, str(folder() / f"{name}.ttf")))
    for name in (HANGUL, KANA, HAN):
        registerFont(UnicodeCIDFont(name))


def runs(text: str, font: str) -> list[Run]:
    """The text in pieces, each with a font that has its letters."""
    if text.isascii():
        return [(font, text)]
    text = unicodedata.normalize("NFC", text)
    far = KANA if any(_is_kana(letter) for letter in text) else HAN
    pieces = groupby(text, key=lambda letter: _font_for(letter, font, far))
    return [(name, "".join(letters)) for name, letters in pieces]


@lru_cache(maxsize=4096)  # the same words stand in a table again and again
def width(text: str, font: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(sum(stringWidth(piece, name, size) for name, piece in runs(text, font)))


def _font_for(letter: str, font: str, far: str) -> str:
    if letter < "\u1100" or ord(letter) in _letters_of(font):
        return font
    return HANGUL if "\uac00" <= letter <= "\ud7a3" else far


def _is_kana(letter: str) -> bool:
    return "\u3040" <= letter <= "\u30ff"


@lru_cache(maxsize=2)
def _letters_of(font: str) -> frozenset[int]:
    from reportlab.pdfbase.pdfmetrics import getFont

    return frozenset(getFont(font).face.charToGlyph)
