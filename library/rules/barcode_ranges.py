"""Barcodes one after the other, with the check digit of the site's scheme. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

SCHEMES = ("none", "mod10", "ean13")
LONGEST = 64
ENDS_IN_DIGITS = re.compile(r"(.*?)(\d{1,18})")


class BadRange(ValueError):
    """`code` says what is wrong: `no_number`, `bad_check_digit`, `other_shape`, `backwards`, `no_more`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_digit(body: str, scheme: str) -> str:
    """mod10: as on library cards and 14-digit Codabar, doubled from the right; ean13: GS1, by 3 from the right."""
    digits = [int(digit) for digit in reversed(body)]
    if scheme == "mod10":
        doubled = [digit * 2 if place % 2 == 0 else digit for place, digit in enumerate(digits)]
        total = sum(value - 9 if value > 9 else value for value in doubled)
    else:
        total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)


def counted(first: str, count: int, scheme: str = "none") -> list[str]:
    """So many from `first` on. Raises BadRange."""
    return list(islice(_from(first, scheme), count))


def between(first: str, last: str, scheme: str = "none", *, most: int) -> list[str]:
    """From one to the other, both included, and `most` + 1 at most. Raises BadRange."""
    (prefix, start), (other, end) = _parts(first, scheme), _parts(last, scheme)
    if prefix != other or len(start) != len(end):
        raise BadRange("other_shape")
    if int(end) < int(start):
        raise BadRange("backwards")
    return list(islice(_from(first, scheme), min(int(end) - int(start), most) + 1))


def _from(first: str, scheme: str) -> Iterator[str]:
    prefix, digits = _parts(first, scheme)
    for number in range(int(digits), 10 ** len(digits)):
        body = f"{number:0{len(digits)}d}"
        yield prefix + body + (check_digit(body, scheme) if scheme != "none" else "")
    raise BadRange("no_more")


def _parts(barcode: str, scheme: str) -> tuple[str, str]:
    """What stays, and the digits that count, without the check digit."""
    found = ENDS_IN_DIGITS.fullmatch(barcode)
    if found is None or len(barcode) > LONGEST:
        raise BadRange("no_number")
    prefix, digits = found[1], found[2]
    if scheme == "none":
        return prefix, digits
    if len(digits) < 2 or (scheme == "ean13" and (len(digits) != 13 or prefix)):
        raise BadRange("no_number")
    if check_digit(digits[:-1], scheme) != digits[-1]:
        raise BadRange("bad_check_digit")
    return prefix, digits[:-1]
