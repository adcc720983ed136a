"""Which barcodes are on a picture? Two readers, each of which reads photographs that the other misses. Pure.

Pictures are RGB or grey arrays of bytes. A code whose own check digit is wrong is not a code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from config.web.files.pictures.reading import decode
from library.kiosk.barcodes.readers import Corners, FoundCode, Picture, Reader, Zxing, readers
from library.rules.isbn import is_ean13

SHORTEST = 3  # letters: shorter ones are stripes of something else
SHORTEST_ITF = 6  # digits: a part of a longer ITF code reads as a shorter one
MAX_BYTES = 60_000_000
LARGEST = 4096  # px of the longer side: stripes of a book on a larger photograph are wide enough at this size
SMALL, LARGE = 900, 1600  # px of the longer side: smaller pictures are also tried larger, larger ones smaller


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    format: str  # one of barcode_readers.READABLE
    readers: tuple[str, ...]  # zxing, pyzbar

    def as_dict(self) -> dict[str, Any]:
        return {"text": self.text, "format": self.format, "readers": list(self.readers)}


# --- check digits -------------------------------------------------------------------------------


def is_ean8(text: str) -> bool:
    return len(text) == 8 and is_ean13(text.zfill(13))


def is_upc_a(text: str) -> bool:
    return len(text) == 12 and is_ean13("0" + text)


def is_library_number(text: str) -> bool:
    """The usual 14 digits of libraries: a 2 for people or a 3 for items first, the last a Luhn digit."""
    if len(text) != 14 or not (text.isascii() and text.isdigit()) or text[0] not in "23":
        return False
    doubled = (int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(text))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def is_sound(text: str, kind: str) -> bool:
    """Whether the check digit, where the format has one, is right. Fourteen digits of Codabar have a library's."""
    if len(text) < SHORTEST:
        return False
    checks: dict[str, Callable[[str], bool]] = {"EAN-13": is_ean13, "EAN-8": is_ean8, "UPC-A": is_upc_a}
    if kind in checks:
        return checks[kind](text)
    if kind == "Codabar" and len(text) == 14 and text.isdigit() and text[0] in "23":
        return is_library_number(text)
    return kind != "ITF" or len(text) >= SHORTEST_ITF


# --- reading ------------------------------------------------------------------------------------


def read(picture: Picture) -> list[Code]:
    """Every code of the picture, both readers together. Harder looks follow only when nothing was found."""
    grey = _grey(picture)
    return _union(grey) or next((codes for look in _harder_looks(grey) if (codes := _union(look))), [])


def glance(picture: Picture, *, thorough: bool = False) -> list[Code]:
    """One quick look at a camera frame: the faster reader searches it, the other one looks where that found something.

    About 15 ms at 1280 px. `thorough`: the other one searches the whole frame where nothing was found, 30 ms more.
    """
    grey = _grey(picture)
    first = list(_sound(Zxing(quick=True), grey))
    rest = [reader for reader in readers() if reader.name != "zxing"]
    second = [(reader.name, found) for reader in rest for found in _confirmed(reader, grey, first, thorough)]
    return _codes([*(("zxing", found) for found in first), *second])


def _confirmed(reader: Reader, grey: Picture, first: list[FoundCode], thorough: bool) -> Iterator[FoundCode]:
    if not first:
        yield from _sound(reader, grey) if thorough else ()
    for found in first:
        bars = _cut_out(grey, found.corners)
        looks = (again for look in (bars, _scaled(bars, 2.0)) for again in _sound(reader, look))
        yield from islice((again for again in looks if again.text == found.text), 1)


def _cut_out(grey: Picture, corners: Corners) -> Picture:
    """The bars with the white around them that a reader needs."""
    across, down = zip(*corners, strict=True)
    around = (max(across) - min(across) + max(down) - min(down)) // 6 + 10
    top, left = max(0, min(down) - around), max(0, min(across) - around)
    return np.ascontiguousarray(grey[top : max(down) + around, left : max(across) + around])


def read_file(path: Path) -> list[Code]:
    """Raises Refused as config.web.files.pictures does when it is not a picture, OSError when it cannot be read."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    return read(decode(data, max_bytes=MAX_BYTES, bound_to=LARGEST))


def _grey(picture: Picture) -> Picture:
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.ascontiguousarray(grey, np.uint8)


def _union(grey: Picture) -> list[Code]:
    return _codes((reader.name, found) for reader in readers() for found in _sound(reader, grey))


def _codes(sightings: Iterable[tuple[str, FoundCode]]) -> list[Code]:
    """In the order in which they were first read; of two readings of the same bars, the better one."""
    seen: dict[tuple[str, str], list[str]] = {}
    places: dict[tuple[str, str], Corners] = {}
    for name, found in sightings:
        names = seen.setdefault((found.text, found.kind), [])
        places.setdefault((found.text, found.kind), found.corners)
        if name not in names:
            names.append(name)
    best: list[tuple[str, str]] = []
    for code in sorted(seen, key=lambda code: -len(seen[code])):  # stable: zxing first among equals
        if not any(_same_bars(places[code], places[better]) for better in best):
            best.append(code)
    return [Code(*code, tuple(names)) for code, names in seen.items() if code in best]


def _same_bars(one: Corners, other: Corners) -> bool:
    """Bars carry one code: where a second number is read from them, one of the two is false."""
    return _holds(one, other) or _holds(other, one)


def _holds(outer: Corners, inner: Corners) -> bool:
    if not outer or not inner:
        return False
    centre = np.mean(np.array(inner, np.float32), axis=0)
    return cv2.pointPolygonTest(np.array(outer, np.float32), (float(centre[0]), float(centre[1])), False) >= 0


def _sound(reader: Reader, grey: Picture) -> Iterator[FoundCode]:
    for found in reader.read(grey):
        text, kind = _one_name(found.text, found.kind)
        if kind and is_sound(text, kind):
            yield FoundCode(text, kind, found.corners)


def _one_name(text: str, kind: str) -> tuple[str, str]:
    """The readers disagree on how they write the same code: UPC-A is an EAN-13, Codabar has letters around it."""
    if kind == "UPC-A" and len(text) == 12:
        return "0" + text, "EAN-13"
    if kind == "Codabar":
        return text.strip("ABCDabcd"), kind
    return text, kind


def _harder_looks(grey: Picture) -> Iterator[Picture]:
    """From cheap to dear: another size, more contrast, sharper, turned."""
    longest = max(grey.shape)
    if longest > SMALL:
        yield _scaled(grey, SMALL / longest)
    if longest < LARGE:
        yield _scaled(grey, 2.0)
    contrast = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey)
    yield contrast  # type: ignore[misc]
    for source in (grey, contrast):
        yield _sharpened(source)  # type: ignore[arg-type]
    if longest < LARGE:
        yield _sharpened(_scaled(grey, 2.0))
    for degrees in (20, -20, 45):
        yield _turned(grey, degrees)


def _scaled(grey: Picture, factor: float) -> Picture:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(grey, None, fx=factor, fy=factor, interpolation=how)  # type: ignore[return-value]


def _sharpened(grey: Picture) -> Picture:
    soft = cv2.GaussianBlur(grey, (0, 0), 2.0)
    return cv2.addWeighted(grey, 2.5, soft, -1.5, 0)  # type: ignore[return-value]


def _turned(grey: Picture, degrees: float) -> Picture:
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(grey, matrix, (width, height), borderValue=255)  # type: ignore[return-value]
