"""What someone meant by a cell, whichever program wrote it. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from config.tables.table import FORMULA

# Written by word processors and web pages, and seen by no one. Joiners inside a word have a meaning in some scripts.
UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"), None)
UNSEEN |= dict.fromkeys(range(0x2066, 0x206A), None)
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
BLANKS = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
LINES = re.compile(r"\s*[\r\n\x0b\x0c\x85\u2028\u2029]+\s*")
JOINERS = "\u200c\u200d"
# In English, and the commonest in German.
ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
ERRORS |= {"#FIELD!", "#BLOCKED!", "#CONNECT!", "#BEZUG!", "#NV", "#WERT!", "#ZAHL!"}


def plain(cell: Any) -> str:
    """Trimmed (hard blanks too), accents joined, without '.0' and without our own formula mark. Lines stay lines."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell)
    if not text.isascii():
        text = BLANKS.sub(" ", joined(text.translate(UNSEEN)).strip(JOINERS))
    text = CONTROLS.sub("", text).strip().strip(JOINERS)
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


def one_line(text: str) -> str:
    """A name has one line, however it was written."""
    return LINES.sub(" ", text)


def joined(text: str) -> str:
    """Letters and accents as one sign. Where nothing is apart, nothing changes: NFC would take variants of Han away."""
    apart = any(unicodedata.combining(letter) or "\u1100" <= letter <= "\u11ff" for letter in text)
    return unicodedata.normalize("NFC", text) if apart else text


def is_error(text: str) -> bool:
    """Whether a spreadsheet says that it could not calculate this cell."""
    return text.upper() in ERRORS


def plain_name(title: str) -> str:
    """`ID Number`, `id_number` and `idNumber` are the same column."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", title).casefold() if letter.isalnum())
