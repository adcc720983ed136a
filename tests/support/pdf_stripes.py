"""A picture of the filled boxes of a PDF page that reportlab wrote: enough of a printer for barcodes."""

from __future__ import annotations

import re

import numpy as np

from tests.support.pdf_text import OBJECT, _reference, _stream

DOTS = 200 / 72  # dots for a point: a plain office printer
WORD = re.compile(rb"\(.*?\)|[^\s]+", re.DOTALL)


def pages(pdf: bytes) -> list[np.ndarray]:
    """Each page in grey, white paper and black boxes."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    found = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    return [_drawn(body, _stream(objects[_reference(body, b"/Contents")])) for body in found]


def _drawn(page: bytes, stream: bytes) -> np.ndarray:
    width, height = map(float, re.search(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)", page).groups())
    paper = np.full((round(height * DOTS), round(width * DOTS)), 255, np.uint8)
    at, kept, numbers, box = (0.0, 0.0), [], [], None
    for word in WORD.findall(stream):
        if word == b"q":
            kept.append(at)
        elif word == b"Q":
            at = kept.pop()
        elif word == b"cm":
            assert numbers[-6:-2] == [1, 0, 0, 1], "only moved, never turned"
            at = (at[0] + numbers[-2], at[1] + numbers[-1])
        elif word == b"re":
            box = numbers[-4:]
        elif word in (b"f", b"f*") and box:
            _fill(paper, at, box, height)
        elif word in (b"n", b"S"):
            box = None
        numbers = [*numbers, float(word)] if re.fullmatch(rb"-?[\d.]+", word) else numbers if word == b"[]" else []
    return paper


def _fill(paper, at, box, height):
    left, bottom = at[0] + box[0], at[1] + box[1]
    rows = slice(round((height - bottom - box[3]) * DOTS), round((height - bottom) * DOTS))
    paper[rows, round(left * DOTS) : round((left + box[2]) * DOTS)] = 0
