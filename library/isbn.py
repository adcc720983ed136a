"""ISBNs: check digits, both lengths, and what spreadsheets have done to them. Pure."""

from __future__ import annotations

import re

PLAIN = re.compile(r"[^0-9Xx]")
SCIENTIFIC = re.compile(r"^\s*\d+([.,]\d+)?[eE]\+?\d+\s*$")  # 9.78044E+12: the digits are gone for good


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
    """The ISBN-13 that `text` holds, however it is written. An ISBN-10 that lost its leading zeros gets them back.

    None when there is no sound one: a wrong check digit, or scientific notation, in which digits are missing.
    """
    if SCIENTIFIC.match(text):
        return None
    digits = compact(text)
    if is_isbn13(digits):
        return digits
    for candidate in (digits, digits.zfill(10)):
        if len(digits) >= 7 and is_isbn10(candidate):
            return to_isbn13(candidate)
    return None


def rescued(isbn13: str, isbn10: str) -> tuple[str | None, str]:
    """The sound ISBN-13 of a record that carries both, and a code that says how: "", from_isbn10, bad_isbn, none."""
    found = read(isbn13)
    if found:
        return found, ""
    spare = read(isbn10)
    if spare:
        return spare, "from_isbn10"
    return None, "bad_isbn" if (isbn13.strip() or isbn10.strip()) else "none"
