"""From the bytes of a table to text, whichever program wrote them. What cannot be read stays visible. Pure.

A character that is lost becomes U+FFFD, and the line that holds it is refused: a name with a hole in it is nobody's.
"""

from __future__ import annotations

import codecs

LOST = "\ufffd"
LOOK = 4096  # bytes that are looked at to know UTF-16 without a mark
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_of(data: bytes) -> str:
    """UTF-8 or UTF-16, with or without a mark, or Windows' own letters (cp1252)."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    if wide := _utf16_without_mark(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _broken_utf8(data) if _has_utf8_letters(data) else data.decode("cp1252", "replace")


def _utf16_without_mark(data: bytes) -> str:
    """Plain letters in UTF-16 have a zero in every other byte."""
    head = data[: LOOK - LOOK % 2]
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs / 2:
        return "utf-16-le"
    return "utf-16-be" if pairs and head[0::2].count(0) > pairs / 2 else ""


def _has_utf8_letters(data: bytes) -> bool:
    """Whether some line beyond plain letters is right in UTF-8: then the file is UTF-8, and other lines are broken."""
    return any(_is_utf8(line) for line in data.split(b"\n") if not line.isascii())


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _broken_utf8(data: bytes) -> str:
    return data.decode("utf-8", "replace")
