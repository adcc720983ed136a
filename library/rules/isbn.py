"""ISBNs: check digits, both lengths, and what spreadsheets have done to them. Pure."""

from __future__ import annotations

import re
import unicodedata

PLAIN = re.compile(r"[^0-9Xx]")
SCIENTIFIC = re.compile(r"^\s*\d+([.,]\d+)?[eE]\+?\d+\s*$")  # 9.78044E+12: the digits are gone for good

HYPHENS = re.compile("[\u00ad\u058a\u05be\u2010-\u2015\u2043\u207b\u208b\u2212\ufe58\ufe63\uff0d]+")
AROUND = re.compile(r"[^0-9Xx\s.:/-]")  # what stands in no ISBN
# Thirteen or ten signs with blanks and hyphens between them, and no further digit on either side.
INSIDE = re.compile(r"(?<![0-9])(?=((?:97[89](?:[ -]{0,2}[0-9]){10}|(?:[0-9][ -]{0,2}){9}[0-9Xx]))(?![0-9]))")


def compact(text: str) -> str:
    """Only digits, and the X that may end an ISBN-10."""
    return PLAIN.sub("", text).upper()


def is_isbn10(text: str) -> bool:
    """ISO 2108: the sum of the digits, weighted 10 to 1, is divisible by 11; X is ten."""
    if not re.fullmatch(r"\d{9}[\dX]", text):
        return False
    return sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(text)) % 11 == 0


def is_isbn13(text: str) -> bool:
    """An EAN-13 in the ranges of books, 978 and 979."""
    return bool(re.fullmatch(r"97[89]\d{10}", text)) and is_ean13(text)


def is_ean13(text: str) -> bool:
    """GS1: digits weighted 1 and 3 in turn, the sum divisible by 10."""
    if not re.fullmatch(r"\d{13}", text):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text)) % 10 == 0


def to_isbn13(isbn10: str) -> str:
    body = "978" + isbn10[:9]
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def read(text: str) -> str | None:
    """The ISBN-13 that `text` holds, however it is written and whatever stands around it: `ISBN 978…`, `… (pbk.)`.

    An ISBN-10 that lost its leading zeros gets them back where nothing else stands beside it. None when there is no
    sound one: a wrong check digit, or scientific notation, in which digits are missing.
    """
    if SCIENTIFIC.match(text):
        return None
    text = _plain(text)
    if not AROUND.search(text):
        digits = compact(text)
        if found := _sound(digits) or (_sound(digits.zfill(10)) if len(digits) >= 7 else None):
            return found
    return next(filter(None, (_sound(compact(found[1])) for found in INSIDE.finditer(text))), None)


def _plain(text: str) -> str:
    """Digits, hyphens and blanks of every kind as ASCII has them."""
    return re.sub(r"\s", " ", HYPHENS.sub("-", unicodedata.normalize("NFKC", text)))


def _sound(digits: str) -> str | None:
    if is_isbn13(digits):
        return digits
    return to_isbn13(digits) if is_isbn10(digits) else None


def rescued(isbn13: str, isbn10: str) -> tuple[str | None, str]:
    """The sound ISBN-13 of a record that carries both, and a code that says how: "", from_isbn10, bad_isbn, none."""
    found = read(isbn13)
    if found:
        return found, ""
    spare = read(isbn10)
    if spare:
        return spare, "from_isbn10"
    return None, "bad_isbn" if (isbn13.strip() or isbn10.strip()) else "none"
