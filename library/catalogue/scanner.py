"""What a barcode scanner has typed, without the letters that it is set to put around each code.

This is the edge: only what comes from a scanner's keyboard passes through here, and once. It gives the barcode as it
stands in the catalogue, and nothing behind it (services, events, hidden fields, camera pictures, API, SIP2) takes
anything off again: with the prefix `A`, a scanner types `AA100` for the barcode `A100`.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from config.errors import Refused
from library.models import Copy
from library.rules import messages as words

LONGEST = 64  # letters of a barcode


def cleaned(typed: str) -> str:
    text = _plain(typed)
    text = text.removeprefix(settings.LIBRARY_SCANNER_PREFIX).removesuffix(settings.LIBRARY_SCANNER_SUFFIX)
    return text.strip()[:LONGEST]


def _plain(typed: str) -> str:
    return typed.replace("\x00", "").strip()


def readings(typed: str) -> list[str]:
    """As a scanner has typed it first, then as it stands: people type into the same fields. Never empty words."""
    return [text for text in dict.fromkeys((cleaned(typed), _plain(typed)[:LONGEST])) if text]


def known(typed: str) -> Copy | None:
    """The copy that was scanned, or whose barcode was typed by hand; by its RFID tag where no barcode is meant."""
    rows = Copy.objects.select_related("title")
    found = (rows.filter(**{field: text}).first() for field in ("barcode", "rfid_tag") for text in readings(typed))
    return next(filter(None, found), None)


def copy_of(typed: str) -> Copy:
    """Refused `unknown_barcode`: only what the catalogue knows is a book."""
    if copy := known(typed):
        return copy
    raise Refused("unknown_barcode", words.sentence("unknown_barcode"), status=404)


def barcodes(typed: Iterable[str]) -> list[str]:
    """Of many that were scanned, in a few queries: the reading that the catalogue knows, else the scanner's own."""
    lines = [texts for text in typed if (texts := readings(text))]
    wanted = {text for texts in lines for text in texts}
    tags = dict(Copy.objects.filter(rfid_tag__in=wanted).values_list("rfid_tag", "barcode"))
    there = {barcode: barcode for barcode in Copy.objects.filter(barcode__in=wanted).values_list("barcode", flat=True)}
    meant = tags | there
    return [next((meant[text] for text in texts if text in meant), texts[0]) for texts in lines]
