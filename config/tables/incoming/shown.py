"""A number as the spreadsheet shows it, as far as that matters to us: zeros in front, and days. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

MOST_DIGITS = 15  # a spreadsheet keeps no more: what lies behind is made up
ASIDE = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours and languages, room for a sign, a sign that fills the cell
PIECE = re.compile(r'"([^"]*)"|\\(.)|([0#?])|(.)', re.S)


def number_shown(text: str, code: str, epoch: datetime) -> str:
    """`text` as it stands in the file (`773`, `7.73E2`), `code` the cell's number format (`000000`).

    Days are 2026-09-30 whatever the sheet shows, times 08:30. A number of more digits than a spreadsheet keeps comes
    in scientific notation, so that no one takes it for an identifier.
    """
    from openpyxl.styles.numbers import is_date_format

    value = float(text)
    if is_date_format(code):
        return _moment(value, epoch)
    if not value.is_integer():
        return f"{value:.{MOST_DIGITS}g}"
    if abs(value) >= 10**MOST_DIGITS:
        return f"{value:.5E}"
    return masked(int(value), code)


def masked(number: int, code: str) -> str:
    """`773` in `000000` is 000773, in `"S-"0000` S-0773. Formats for amounts leave the digits alone."""
    section = ASIDE.sub("", code.split(";")[0])
    pieces = PIECE.findall(section)
    places = [digit for _quoted, _escaped, digit, _other in pieces if digit]
    others = "".join(other for _quoted, _escaped, _digit, other in pieces)
    if number < 0 or places.count("0") == 0 or re.search(r"[^\s()/-]", others) or len(pieces) == 1:
        return str(number)
    return _filled(str(number).rjust(len(places), "\0"), pieces, len(places))


def _filled(digits: str, pieces: list[tuple[str, str, str, str]], places: int) -> str:
    """Digits from the left into their places; what is longer than the mask stands before it."""
    out, left = digits[: len(digits) - places], list(digits[len(digits) - places :])
    before = "".join(quoted or escaped or other for quoted, escaped, digit, other in _head(pieces))
    for quoted, escaped, digit, other in pieces[len(_head(pieces)) :]:
        taken = left.pop(0) if digit else quoted or escaped or other
        out += ("0" if digit == "0" else "") if taken == "\0" else taken
    return (before + out).strip()


def _head(pieces: list[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    """What stands before the first digit."""
    first = next(place for place, piece in enumerate(pieces) if piece[2])
    return pieces[:first]


def _moment(value: float, epoch: datetime) -> str:
    from openpyxl.utils.datetime import from_excel

    try:
        found: object = from_excel(value, epoch)
    except (OverflowError, ValueError):
        return f"{value:.{MOST_DIGITS}g}"
    if isinstance(found, datetime):
        return found.date().isoformat()
    if isinstance(found, time):
        return found.isoformat("minutes")
    return found.isoformat() if isinstance(found, date) else str(found if isinstance(found, timedelta) else value)
