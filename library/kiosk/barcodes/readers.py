"""The two barcode readers behind one promise. Their libraries are loaded at the first picture, not before. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

READABLE = "EAN-13", "EAN-8", "UPC-A", "UPC-E", "Code 39", "Code 93", "Code 128", "Codabar", "ITF"
# Not ITF: of a bent code of another kind, zbar makes a short one of that.
ZBAR_NAMES = {
    "EAN13": "EAN-13",
    "EAN8": "EAN-8",
    "UPCA": "UPC-A",
    "UPCE": "UPC-E",
    "CODE39": "Code 39",
    "CODE93": "Code 93",
    "CODE128": "Code 128",
    "CODABAR": "Codabar",
}
ZXING_NAMES = {name.replace("-", "").replace(" ", ""): name for name in READABLE}


Corners = tuple[tuple[int, int], ...]  # px, round the bars in order


@dataclass(frozen=True, slots=True)
class FoundCode:
    """One code as one reader saw it."""

    text: str
    kind: str  # one of READABLE, "" for another
    corners: Corners


class Reader(Protocol):
    @property
    def name(self) -> str: ...

    def read(self, picture: Picture) -> Iterator[FoundCode]:
        """Every code found."""


@dataclass(frozen=True, slots=True)
class Zxing:
    quick: bool = False  # without white on black, which no label is
    name: str = "zxing"

    def read(self, picture: Picture) -> Iterator[FoundCode]:
        import zxingcpp

        plain = zxingcpp.TextMode.Plain  # as the bytes stand, without brackets around GS1 numbers
        options = {"formats": _zxing_formats(), "text_mode": plain, "try_invert": not self.quick}
        for found in zxingcpp.read_barcodes(picture, **options):
            at = found.position
            corners = at.top_left, at.top_right, at.bottom_right, at.bottom_left
            kind = ZXING_NAMES.get(_letters(found.format.name), "")
            yield FoundCode(found.text, kind, tuple((corner.x, corner.y) for corner in corners))


def _letters(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum())


@lru_cache(maxsize=1)
def _zxing_formats() -> Any:
    import zxingcpp

    formats = zxingcpp.BarcodeFormat
    wanted = [getattr(formats, name) for name in ("EAN13", "EAN8", "UPCA", "UPCE", "Code39", "Code93", "Code128")]
    return [*wanted, formats.Codabar, formats.ITF]


class Zbar:
    name = "pyzbar"

    def read(self, picture: Picture) -> Iterator[FoundCode]:
        from pyzbar import pyzbar

        wanted = [getattr(pyzbar.ZBarSymbol, name) for name in ZBAR_NAMES]
        for found in pyzbar.decode(picture, symbols=wanted):
            corners = tuple((point.x, point.y) for point in found.polygon)
            yield FoundCode(found.data.decode("utf-8", "replace"), ZBAR_NAMES.get(found.type, ""), corners)


@lru_cache(maxsize=1)
def readers() -> tuple[Reader, ...]:
    """Both, or zxing alone where the system library zbar is missing (library.W001)."""
    return (Zxing(), Zbar()) if has_zbar() else (Zxing(),)


@lru_cache(maxsize=1)
def has_zbar() -> bool:
    if not find_library("zbar"):
        return False
    try:
        from pyzbar import pyzbar  # noqa: F401
    except (ImportError, OSError):
        return False
    return True
