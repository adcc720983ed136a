"""Prices and days as catalogues write them, and what is not a barcode although it stands where one should. Pure."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

NUMBER = re.compile(r"\d[\d.,'  ]*")
CENTS = re.compile(r"(.*)[.,](\d{1,2})")
CURRENCY = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
DEAREST = Decimal(1_000_000)
ISO_DAY = re.compile(r"(1[5-9]\d\d|20\d\d)-?(\d\d)-?(\d\d)(?!\d)")
DAY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
THIS_CENTURY = 50  # years of two digits below it
A_PRICE = re.compile(r"(?:[A-Z]{2,3}|[$€£¥])?\s*\d{1,6}[.,]\d\d\s*(?:[A-Z]{2,3}|[$€£¥])?", re.IGNORECASE)
A_MARKED_PRICE = re.compile(r"[$€£¥]\s*\d+|\d+\s*[$€£¥]")
A_DAY = re.compile(r"\d{1,2}([-/.])\d{1,2}\1(?:\d\d|\d{4})|(?:19|20)\d\d([-/.])\d\d\2\d\d")
A_CALL_NUMBER = re.compile(
    r"\d{3}(?:\.\d+)?\s+[A-Z].*"  # Dewey: 823.914 AUS
    r"|\d{3}\.\d+"
    r"|[A-Z]{1,3}\s?\d{1,4}(?:\.\d+)?\s*\.\s?[A-Z]\d+.*",  # Library of Congress: PR4034 .E5 1996
    re.IGNORECASE,
)


def why_not_a_barcode(text: str, call_number: str = "") -> str:
    """In words; empty for what may be one."""
    if A_DAY.fullmatch(text):
        return _("This looks like a date, not a barcode. Choose where the barcodes are, then check the file again.")
    if A_PRICE.fullmatch(text) or A_MARKED_PRICE.fullmatch(text):
        return _("This looks like a price, not a barcode. Choose where the barcodes are, then check the file again.")
    if A_CALL_NUMBER.fullmatch(text) or (call_number and text == call_number):
        return _(
            "This looks like a call number, not a barcode. Choose where the barcodes are, then check the file again."
        )
    return ""


def price_in(text: str, currency: str = "") -> Decimal | None:
    """The amount in `$12.50`, `EUR 12,50` or `1.234,50`. None for nothing, for 0 and for another currency.

    `currency` is the library's own code; empty or XXX: none is known.
    """
    if is_other_currency(text, currency) or not (found := NUMBER.search(text)):
        return None
    digits = re.sub(r"[^\d.,]", "", found[0]).rstrip(".,")
    cents = CENTS.fullmatch(digits)
    whole = re.sub(r"\D", "", cents[1] if cents else digits)
    amount = Decimal(f"{whole or 0}.{cents[2] if cents else 0}")
    return amount if 0 < amount < DEAREST else None


def is_other_currency(text: str, currency: str) -> bool:
    said = CURRENCY.search(text)
    return bool(said and currency not in ("", "XXX", said[0]))


def day_in(text: str, order: str = "ymd") -> date | None:
    """`2024-03-15` and `20240315` in any catalogue; `03-15-24` as `order` says (mdy, dmy). None for no such day.

    Days with full stops are those of countries that write the day first.
    """
    if found := ISO_DAY.match(text.strip()):
        return _day(*map(int, found.groups()))
    found = DAY.match(text.strip())
    if not found or (order == "ymd" and found[2] != "."):
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    year += 0 if year > 99 else 2000 if year < THIS_CENTURY else 1900
    return _day(year, first, second) if order == "mdy" and found[2] != "." else _day(year, second, first)


def unread_day(text: str, order: str, barcode: str) -> str:
    """In words, for a day that was written but not understood; empty for all others."""
    if day_in(text, order) or not re.search(r"\d", text):
        return ""
    words = _("The day “%(day)s” of the copy %(barcode)s was not understood and was left out. Write 2024-03-15.")
    return words % {"day": text[:30], "barcode": barcode[:64]}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
