"""Which PINs are too easy. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
YEARS = range(1900, 2100)
KEYPAD = frozenset({"2580", "0852", "1470", "0741", "3690", "0963", "1379", "9731", "7931", "1397"})


def is_weak(pin: str, *, id_number: str = "") -> bool:
    """Repeated, in a row, a year, a date, a line on the keypad, or digits of the person's own number."""
    return (
        _repeats(pin)
        or _in_a_row(pin)
        or pin in KEYPAD
        or _is_a_year_or_date(pin)
        or pin in "".join(re.findall(r"[0-9]", id_number))
    )


def too_alike(pin: str, other: str) -> bool:
    """Whether a slip of the finger makes one of the other: a digit wrong, missing or too many, or two exchanged."""
    if pin == other:
        return True
    if len(pin) != len(other):
        short, long = sorted((pin, other), key=len)
        return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
    wrong = [n for n, (one, two) in enumerate(zip(pin, other, strict=True)) if one != two]
    if len(wrong) == 2:
        first, second = wrong
        return pin[first] == other[second] and pin[second] == other[first]
    return len(wrong) == 1


def _repeats(pin: str) -> bool:
    """1111, 1212, 123123, 11112: one short piece again and again, or all but one digit alike."""
    pieces = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))
    return pieces or max(pin.count(digit) for digit in pin) >= len(pin) - 1


def _in_a_row(pin: str) -> bool:
    """1234, 4321, 7890, 1122, 112233: each digit the last one, or its neighbour, always in one direction."""
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in pairwise(pin)}
    return steps <= {0, 1} or steps <= {0, 9}


def _is_a_year_or_date(pin: str) -> bool:
    if len(pin) == 4:
        return int(pin) in YEARS
    return len(pin) in (6, 8) and any(_is_date(*parts) for parts in _readings(pin))


def _readings(pin: str) -> list[tuple[int, int, int]]:
    """Year, month and day of the ways in which people write a date; a year of two digits is taken as it is."""
    size = len(pin) - 4
    first, last = pin[:size], pin[-size:]
    return [
        (int(first), int(pin[size : size + 2]), int(pin[size + 2 :])),
        (int(last), int(pin[2:4]), int(pin[:2])),
        (int(last), int(pin[:2]), int(pin[2:4])),
    ]


def _is_date(year: int, month: int, day: int) -> bool:
    return (year < 100 or year in YEARS) and 1 <= month <= 12 and 1 <= day <= 31
