"""Numbers and codes that say who or which: never stored as a spreadsheet has spoiled them. Pure.

What can be undone is undone: `="0021"`, an apostrophe in front, hard blanks, wide digits. What is lost is refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.tables.incoming.cells import is_error, one_line, plain

QUOTES = '"“”„«»'
WRAPPED = re.compile(rf"""'?=\s*(?:[TtN]\s*\(\s*)?[{QUOTES}]+(?P<inside>[^{QUOTES}]*)[{QUOTES}]+\s*\)?""")
QUOTED = re.compile(rf"""[{QUOTES}](?P<inside>[^{QUOTES}]*)[{QUOTES}]""")
# 2.10061E+13, 3E+13, 2,1e13: `2E3` may be a room or a course, so without point and plus it is taken as it stands.
POWER = re.compile(r"[+-]?\d+(?:[.,]\d+[eE]\+?\d+|[.,]?[eE]\+\d+)")
BROKEN = re.compile(r"\d+[.,]0+")
# As spreadsheets write them: MAR-11 may be a code.
MONTHS = "Jan|Feb|Mar|Mrz|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez"
DAY = re.compile(rf"\d{{1,2}}[-. ](?:{MONTHS})\.?(?:[-. ]\d{{2,4}})?|(?:{MONTHS})[-. ]\d{{2}}")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")

TEXT_COLUMN = gettext_lazy("Format the column as text, enter the value again, and save the file again.")


class Spoiled(ValueError):
    """The cell is no longer the identifier that someone entered. `code` is stable, the text is for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def identifier(cell: object) -> str:
    """The identifier in a cell, unwrapped; an empty text for an empty cell. Raises Spoiled for what cannot be one."""
    text = normal(cell)
    if fault := fault_of(text):
        raise Spoiled(*fault)
    return text


def normal(cell: object) -> str:
    """The same sign always by the same letter, unwrapped, without what no one sees."""
    text = _unwrapped(one_line(plain(cell)))
    if text.isascii():
        return text
    wide = "".join(_digit(letter) for letter in unicodedata.normalize("NFKC", text))
    seen = "".join(letter for letter in wide if unicodedata.category(letter) != "Cf")
    return _unwrapped(" ".join(seen.split()))


def fault_of(text: str) -> tuple[str, str] | None:
    """A code and a sentence for what a spreadsheet has made of an identifier; None for a sound one."""
    if POWER.fullmatch(text):
        words = _("%(text)s is a number in scientific notation, so digits were lost.")
        return "digits_lost", f"{words % {'text': text[:40]}} {TEXT_COLUMN}"
    if BROKEN.fullmatch(text):
        words = _("%(text)s has decimals, because a program treated the identifier as a number.")
        return "decimals", f"{words % {'text': text[:40]}} {TEXT_COLUMN}"
    if _is_day(text):
        words = _("%(text)s is a date, because a spreadsheet changed what was entered.")
        return "became_date", f"{words % {'text': text[:40]}} {TEXT_COLUMN}"
    if is_error(text) or text.startswith("="):
        words = _("%(text)s is a spreadsheet formula or error, not an identifier.")
        return "formula", f"{words % {'text': text[:40]}} {TEXT_COLUMN}"
    if text.casefold() in ("true", "false"):
        words = _("%(text)s is yes or no, not an identifier.")
        return "yes_or_no", f"{words % {'text': text[:40]}} {TEXT_COLUMN}"
    return None


def _unwrapped(text: str) -> str:
    """`="0021"` and `=T("0021")` keep zeros in spreadsheets; an apostrophe in front does too."""
    for pattern in (WRAPPED, QUOTED):
        if found := pattern.fullmatch(text):
            return found["inside"].strip()
    return text[1:].strip() if text[:1] in ("'", "’") and text[1:2].isalnum() else text


def _digit(letter: str) -> str:
    """Digits of every script as 0 to 9."""
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)


def _is_day(text: str) -> bool:
    if DAY.fullmatch(text):
        return True
    try:
        return bool(ISO.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def bare(text: str) -> str:
    """A number without the zeros in front, which spreadsheets take away; an empty text for what is not a number."""
    return (text.lstrip("0") or "0") if text.isascii() and text.isdecimal() else ""
