"""ISO 5426, in which UNIMARC was written before Unicode: a mark stands before its letter. Pure.

The other sets that UNIMARC 100 $a may name (Cyrillic ISO 5427, Greek 5428, African 6438, and so on) are not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from library.catalogue.formats.marc_encoding import (
    CLEAR,
    CODE,
    ESCAPE,
    IMPOSSIBLE,
    UNLIKELY,
    UTF8,
    WINDOWS,
    Reading,
    is_utf8,
    windows_cost,
)

ISO5426 = "ISO 5426"
READ = frozenset((b"01", b"02", b"03", b"50", b"  ", b"||", b"##", b""))  # sets in 100 $a: ISO 646, ISO 5426, Unicode
UNICODE = b"50"
SIGNS = {
    0x88: "\x88",
    0x89: "\x89",  # around the words that are not sorted by
    **dict(zip(range(0xA1, 0xB0), "¡„£$¥†§′‘“«♭©℗®", strict=True)),
    0xB0: "ʻ",
    0xB1: "ʼ",
    0xB2: "‚",
    0xB6: "‡",
    0xB7: "·",
    0xB8: "″",
    0xB9: "’",
    0xBA: "”",
    0xBB: "»",
    0xBC: "♯",
    0xBD: "ʹ",
    0xBE: "ʺ",
    0xBF: "¿",
    0xE1: "Æ",
    0xE2: "Đ",
    0xE6: "Ĳ",
    0xE8: "Ł",
    0xE9: "Ø",
    0xEA: "Œ",
    0xEC: "Þ",
    0xF1: "æ",
    0xF2: "đ",
    0xF3: "ð",
    0xF5: "ı",
    0xF6: "ĳ",
    0xF8: "ł",
    0xF9: "ø",
    0xFA: "œ",
    0xFB: "ß",
    0xFC: "þ",
}
MARKS = dict(
    zip(
        [*range(0xC0, 0xC5), 0xC5, *range(0xC6, 0xDC), 0xDD, 0xDE],
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0315\u0312\u030b\u031b\u030c"
        "\u0327\u031c\u0326\u0328\u0325\u032e\u0323\u0324\u0332\u0333\u0329\u032d\ufe20\ufe21",
        strict=True,
    )
)
UNDEFINED = re.compile(b"[" + re.escape(bytes(set(range(0x80, 0x100)) - SIGNS.keys() - MARKS.keys())) + b"]")
ALONE = re.compile(rb"[\xc0-\xdf]+(?![A-Za-z\xc0-\xdf\xe1-\xfc])")
CAPITAL_IN_WORD = re.compile(rb"(?<=[a-z])[\xe1-\xec]")


def reading(values: Iterable[bytes], *, sets: bytes, language: str = "") -> Reading:
    """As `marc_encoding.reading`. `sets`: what 100 $a says from position 26 on, two characters for each."""
    lettered = [CODE.sub(b"\n", value) for value in values if not value.isascii() or ESCAPE in value]
    rest = [value for value in lettered if ESCAPE in value or not is_utf8(value)]
    if not rest:
        return Reading(UTF8)
    named = {sets[place : place + 2] for place in range(0, min(len(sets), 8), 2)}
    if not named <= READ or any(ESCAPE in value for value in rest):
        return Reading("")
    ours = sum(map(cost, rest)) + (UNLIKELY if UNICODE in named else 0)
    windows = sum(windows_cost(value, language) for value in rest)
    if min(ours, windows) >= IMPOSSIBLE:
        return Reading("")
    if ours < windows + CLEAR:
        return Reading(ISO5426, doubtful=UNICODE in named or ours >= UNLIKELY, as_said=UNICODE not in named)
    return Reading(WINDOWS, doubtful=True, as_said=False)


def cost(value: bytes) -> int:
    """What is unlikely: a byte without meaning, a mark before a blank, Ø in the middle of a word."""
    if UNDEFINED.search(value):
        return IMPOSSIBLE
    return UNLIKELY * len(ALONE.findall(value)) + 2 * len(CAPITAL_IN_WORD.findall(value))


def decoded(value: bytes) -> str:
    """Letters with their marks joined; marks without a letter are left out."""
    text, marks = "", ""
    for byte in value:
        if byte in MARKS:
            marks += MARKS[byte]
            continue
        letter = chr(byte) if byte < 0x80 else SIGNS.get(byte, "\ufffd")
        text, marks = text + letter + (marks if letter.isalpha() else ""), ""
    return unicodedata.normalize("NFC", text)
