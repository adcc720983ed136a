"""What stands on the pages of a PDF that reportlab wrote: enough of a reader for tests, and for nothing else."""

from __future__ import annotations

import base64
import re
import zlib
from typing import NamedTuple

OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)endobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
# A piece of text at its place, in the font chosen before it.
PIECE = re.compile(rb"(/[\w+]+) [\d.]+ Tf|1 0 0 1 ([\d.-]+) ([\d.-]+) Tm|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Piece(NamedTuple):
    x: float
    y: float
    text: str


def pages(pdf: bytes) -> list[list[Piece]]:
    """The pieces of text of each page, in the order in which they were drawn."""
    assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    maps = {name: _letters(objects, body) for name, body in _fonts(objects)}
    found = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    return [_pieces(_stream(objects[_reference(body, b"/Contents")]), maps) for body in found]


def rows(pdf: bytes) -> list[list[str]]:
    """The text line by line, each from left to right, all pages after one another."""
    lines: list[list[str]] = []
    for page in pages(pdf):
        at: dict[float, list[Piece]] = {}
        for piece in page:
            at.setdefault(round(piece.y, 1), []).append(piece)
        lines += [[piece.text for piece in sorted(at[y])] for y in sorted(at, reverse=True)]
    return lines


def text(pdf: bytes) -> str:
    return "\n".join("\t".join(line) for line in rows(pdf))


def _fonts(objects):
    """Every font by the name that the pages know it by."""
    for body in objects.values():
        for name, number in re.findall(rb"(/F[\w+]+) (\d+) 0 R", body):
            yield name, objects[int(number)]


def _letters(objects, font: bytes) -> dict[int, str]:
    if b"/ToUnicode" not in font:
        return {}
    cmap = _stream(objects[_reference(font, b"/ToUnicode")])
    return {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in _pairs(cmap)}


def _pairs(cmap: bytes):
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        yield from re.findall(rb"<(\w+)>\s*<(\w+)>", block)
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, _last, listed in re.findall(rb"<(\w+)>\s*<(\w+)>\s*\[(.*?)\]", block, re.DOTALL):
            for step, to in enumerate(re.findall(rb"<(\w+)>", listed)):
                yield b"%x" % (int(first, 16) + step), to


def _reference(body: bytes, key: bytes) -> int:
    return int(re.search(key + rb" (\d+) 0 R", body).group(1))


def _stream(body: bytes) -> bytes:
    data = STREAM.search(body).group(1)
    if b"ASCII85Decode" in body:
        data = base64.a85decode(data.strip().removesuffix(b"~>"))
    return zlib.decompress(data) if b"FlateDecode" in body else data


def _pieces(content: bytes, maps) -> list[Piece]:
    font, x, y, found = b"", 0.0, 0.0, []
    for name, left, bottom, string in PIECE.findall(content):
        if name:
            font = name
        elif left:
            x, y = float(left), float(bottom)
        else:
            plain = ESCAPE.sub(_unescaped, string)
            known = maps.get(font) or {}
            found.append(Piece(x, y, "".join(known.get(code, chr(code)) for code in plain)))
    return found


def _unescaped(match: re.Match[bytes]) -> bytes:
    said = match.group(1)
    return bytes([int(said, 8) & 255]) if said.isdigit() else LETTERS.get(said, said)
