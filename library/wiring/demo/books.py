"""The barcodes of the demo's copies, and pictures of the books that its films hold into the camera."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FACTS = Path(__file__).with_name("classics.csv")
SHOWN = ("Pride and Prejudice", "On the Origin of Species")
STRIPES = 3  # px of the narrowest one: read from a picture of 640 × 480

Fact = dict[str, str]


def facts() -> list[Fact]:
    """Title, author, year, language, subject, call number, ISBN where one is known. Written by us."""
    with FACTS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def barcode(row: int, copy: int = 1) -> str:
    """L, the title's line in the file, the number of its copy."""
    return f"L{row:03}{copy}"


def labelled() -> list[NDArray[np.uint8]]:
    """One label for each book that is shown: (H, W, 3), black on white."""
    rows = {fact["title"]: number for number, fact in enumerate(facts(), 1)}
    return [_label(barcode(rows[title])) for title in SHOWN]


def _label(text: str) -> NDArray[np.uint8]:
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    picture = np.asarray(zxingcpp.write_barcode_to_image(code, scale=STRIPES, add_hrt=True), np.uint8)
    return np.repeat(picture[:, :, None], 3, axis=2)
