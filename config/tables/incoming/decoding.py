"""From the bytes of a table to text, whichever program wrote them. What cannot be read stays visible. Pure.

A character that is lost becomes U+FFFD, and the line that holds it is refused: a name with a hole in it is no one's.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice

LOST = "\ufffd"
LOOK = 4096  # bytes that are looked at to know UTF-16 without a mark
WIDE_SHARE = 0.1  # of all pairs: separators, digits and titles have a zero in one half, in every language
SHOWN = 5  # lines
WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f][^\s,;|]*")
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_of(data: bytes) -> str:
    """UTF-8 or UTF-16, with or without a mark, or Windows' own letters (cp1252)."""
    return _decoded(data).lstrip("\ufeff")  # some programs write the mark twice


def _decoded(data: bytes) -> str:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    if wide := _utf16_without_mark(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _broken_utf8(data) if _has_utf8_letters(data) else data.decode("cp1252", "replace")


def guessed(data: bytes) -> list[str]:
    """Some words whose letters rest on the guess that the file is Windows-1252; empty where nothing is guessed."""
    if data.isascii() or data.startswith(tuple(bom for bom, _encoding in BOMS)) or _utf16_without_mark(data):
        return []
    if _is_utf8(data) or _has_utf8_letters(data):
        return []
    lines = islice((line for line in data.splitlines() if not line.isascii()), SHOWN)
    return list(dict.fromkeys(word for line in lines for word in WORD.findall(line.decode("cp1252", "replace"))))


def _utf16_without_mark(data: bytes) -> str:
    """Plain letters in UTF-16 have a zero in every other byte, always on the same side."""
    head = data[: LOOK - LOOK % 2]
    low, high = head[0::2].count(0), head[1::2].count(0)
    if max(low, high) < max(2, WIDE_SHARE * len(head) / 2) or min(low, high) * 4 > max(low, high):
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


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
