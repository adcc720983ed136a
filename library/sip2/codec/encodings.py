"""Letters on a line whose encoding does not have them all, and bytes of another encoding than was agreed. Pure."""

from __future__ import annotations

import unicodedata

# Letters that do not fall apart into a base and an accent, and signs that have a plain cousin.
COUSINS = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i", "ŋ": "ng", "Ŋ": "Ng",
        "‘": "'", "’": "'", "‚": "'", "‹": "<", "›": ">", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "…": "...", "•": "*", "€": "EUR",
        "£": "GBP", "¥": "JPY", "©": "(c)", "®": "(r)", "×": "x",
    }
)  # fmt: skip
OTHERS = ("utf-8", "cp1252")  # what is tried when the agreed encoding does not fit


def written(text: str, encoding: str) -> bytes:
    """Every letter that `encoding` has as it is, others as a plain one (`ő` is `o`, `“` is `"`), the rest as `?`."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b"".join(_letter(letter, encoding) for letter in unicodedata.normalize("NFC", text))


def _letter(letter: str, encoding: str) -> bytes:
    for plainer in (letter, letter.translate(COUSINS), _bare(letter), _bare(letter).translate(COUSINS)):
        try:
            return plainer.encode(encoding)
        except UnicodeEncodeError:
            continue
    return b"?"


def _bare(letter: str) -> str:
    """Without its accents. A lone accent vanishes."""
    apart = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in apart if not unicodedata.combining(part))


def read(line: bytes, encoding: str) -> str:
    """In the agreed encoding if it fits, else in the likeliest other; no byte is an error."""
    for name in (encoding, *OTHERS):
        try:
            return line.decode(name)
        except UnicodeDecodeError:
            continue
    return line.decode("iso-8859-1")
