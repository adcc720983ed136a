"""Whether two writings mean the same card or the same book. Pure.

Library systems answer with a number as they keep it: in capitals, without zeros in front, with or without the prefix
of their house.
"""

from __future__ import annotations

from collections.abc import Iterable


def plain(number: str) -> str:
    """Without blanks around it, and without case."""
    return " ".join(number.split()).casefold()


def is_same(one: str, other: str) -> bool:
    return bool(plain(one)) and plain(one) == plain(other)


def means(one: str, other: str) -> bool:
    """The same but for zeros in front or a prefix: `LIB.000123` means `123`, and `1123` does not."""
    short, long = sorted((plain(one).lstrip("0"), plain(other).lstrip("0")), key=len)
    if not short or not long.endswith(short):
        return False
    before = long[: len(long) - len(short)].rstrip("0")
    return not before or not before[-1].isdigit()


def is_among(number: str, listed: Iterable[str]) -> bool:
    return any(means(number, one) for one in listed)
