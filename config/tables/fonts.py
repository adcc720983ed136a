"""Letters for paper: a font for each of them, in the order in which they are read, joined as their script joins them.

The fonts that every PDF reader has know neither Łukasz nor Ελένη nor Кирилл; DejaVu Sans does, and Arabic and Hebrew
too. It arrives with matplotlib, and is looked for without importing that package. Scripts that it lacks have fonts in
packages of their own, and after those any TrueType font of the machine is good. Each is read when needed.
"""

from __future__ import annotations

import logging
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from config.tables import scripts

log = logging.getLogger(__name__)

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
# Chinese, Japanese and Korean letters come from the reader's own fonts, by the names that every reader knows.
HANGUL, KANA, HAN = "HYGothic-Medium", "HeiseiKakuGo-W5", "STSong-Light"
OF_READERS = {HANGUL, KANA, HAN}
# Hindi and Marathi; Bengali and Assamese; Tamil; Telugu; Thai; Khmer.
PACKAGES = (
    "fontpkg_noto_sans_devanagari",
    "fontpkg_hind_siliguri",
    "fontpkg_noto_sans_tamil",
    "fontpkg_noto_sans_telugu",
    "fontpkg_noto_sans_thai",
    "fontpkg_noto_sans_khmer",
)


class Run(NamedTuple):
    """Letters of one font, in the order in which they are read. `joined`: harfbuzz chooses their shapes."""

    font: str
    text: str
    joined: bool = False

    def shaped(self) -> str:
        """As reportlab draws it, from left to right."""
        if not self.joined:
            return self.text
        from reportlab.pdfbase.ttfonts import shapeStr

        shaped: str = shapeStr(self.text, self.font, 10)  # a string that knows where each of its glyphs goes
        return shaped

    def width(self, size: float) -> float:
        """In points."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        shaped = self.shaped()
        if steps := getattr(shaped, "__shapeData__", None):
            return sum(float(step.x_advance) for step in steps) * size / 1000
        return float(stringWidth(shaped, self.font, size))


@lru_cache(maxsize=1)
def register() -> None:
    """Make the usual fonts known to reportlab. Once for each process."""
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont

    for name in (REGULAR, BOLD):
        _register(name, _in_package("matplotlib") / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf")
    for name in (HANGUL, KANA, HAN):
        registerFont(UnicodeCIDFont(name))


@lru_cache(maxsize=4096)  # the same words stand in a table again and again
def runs(text: str, font: str) -> tuple[Run, ...]:
    """The text from left to right, in pieces that each have a font with its letters."""
    if text.isascii():
        return (Run(font, text),)
    text = unicodedata.normalize("NFC", text)
    far = KANA if any("\u3040" <= letter <= "\u30ff" for letter in text) else HAN
    found = []
    for piece in scripts.from_left_to_right(text):
        by_font = groupby(scripts.clusters(piece), lambda cluster: _font_for(cluster, font, far))
        found += [_run(name, "".join(clusters)) for name, clusters in by_font]
    return tuple(found)


def _run(font: str, text: str) -> Run:
    return Run(font, text, font not in OF_READERS and scripts.joins(text))


@lru_cache(maxsize=4096)
def width(text: str, font: str, size: float) -> float:
    """In points."""
    return sum(run.width(size) for run in runs(text, font))


def draw(pen: Any, x: float, y: float, text: str, font: str, size: float) -> None:
    """Write the text on a reportlab canvas, from `x` to the right."""
    for run in runs(text, font):
        pen.setFont(run.font, size)
        pen.drawString(x, y, run.shaped())
        x += run.width(size)


# --- which font has it --------------------------------------------------------------------------


def _font_for(cluster: str, font: str, far: str) -> str:
    letter = cluster[0]
    if letter.isascii() or ord(letter) in _letters_of(font):
        return font
    if "\uac00" <= letter <= "\ud7a3" or "\u1100" <= letter <= "\u11ff":
        return HANGUL
    return far if scripts.is_east_asian(letter) else _other_font(letter) or font


@lru_cache(maxsize=4096)
def _other_font(letter: str) -> str | None:
    """A font of a package, or of this machine, that has the letter."""
    for path in (*_package_fonts(), *_machine_fonts()):
        if ord(letter) in _letters_in(path):
            return _register(path.stem, path)
    log.warning("No font on this machine has %r: a PDF shows a box for it.", letter)
    return None


@lru_cache(maxsize=1)
def _package_fonts() -> tuple[Path, ...]:
    files = [sorted((_in_package(package) / "files").glob("*.ttf")) for package in PACKAGES]
    return tuple(next((path for path in those if "Regular" in path.stem), those[0]) for those in files)


@lru_cache(maxsize=1)
def _machine_fonts() -> tuple[Path, ...]:
    """Regular ones without serifs first; reportlab can set neither collections nor PostScript outlines."""
    from matplotlib.font_manager import findSystemFonts

    paths = [Path(path) for path in findSystemFonts() if path.lower().endswith(".ttf")]
    return tuple(sorted(paths, key=lambda path: ("Sans" not in path.stem, "Regular" not in path.stem, path.name)))


@lru_cache(maxsize=256)
def _letters_in(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, lazy=True) as font:
            return frozenset(font.getBestCmap() or ()) if "glyf" in font else frozenset()
    except (OSError, TTLibError, AssertionError):
        return frozenset()


@lru_cache(maxsize=64)
def _register(name: str, path: Path) -> str:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(name, str(path)))
    return name


@lru_cache(maxsize=64)
def _letters_of(font: str) -> frozenset[int]:
    from reportlab.pdfbase.pdfmetrics import getFont

    return frozenset(getFont(font).face.charToGlyph)


def _in_package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:  # it is one of the locked requirements
        raise FileNotFoundError(f"{name} is not installed, and its fonts are needed for a PDF")
    return Path(spec.origin).parent
