"""The copies that a MARC 21 record names: 952 of Koha and of our own export, 876, and 852 of Evergreen and others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from library.catalogue.formats.incoming_records import CopyDraft
from library.rules.lending import CopyStatus

NO = frozenset({"", "0", "00", "n", "no", "false"})  # what a flag says when it is not set
KOHA_FLAGS = (
    ("0", CopyStatus.WITHDRAWN),
    ("1", CopyStatus.LOST),
    ("7", CopyStatus.REFERENCE),  # not for loan
    ("5", CopyStatus.REFERENCE),  # restricted: read in the library
)
STATUS_FLAGS = {str(status): code for code, status in KOHA_FLAGS[:3]}  # as our own export writes them
# What Evergreen says in 852 $x and $z, and tables in their column, without signs and case.
WORDS = {
    "reference": CopyStatus.REFERENCE,
    "referenceonly": CopyStatus.REFERENCE,
    "noncirculating": CopyStatus.REFERENCE,
    "notforloan": CopyStatus.REFERENCE,
    "inlibraryuse": CopyStatus.REFERENCE,
    "inlibraryuseonly": CopyStatus.REFERENCE,
    "libraryuseonly": CopyStatus.REFERENCE,
    "restricted": CopyStatus.REFERENCE,
    "checkedout": CopyStatus.ON_LOAN,
    "onloan": CopyStatus.ON_LOAN,
    "lost": CopyStatus.LOST,
    "lostandpaid": CopyStatus.LOST,
    "longoverdue": CopyStatus.LOST,
    "missing": CopyStatus.LOST,
    "discardweed": CopyStatus.WITHDRAWN,
    "withdrawn": CopyStatus.WITHDRAWN,
    "weeded": CopyStatus.WITHDRAWN,
    "discarded": CopyStatus.WITHDRAWN,
    "deaccessioned": CopyStatus.WITHDRAWN,
}
# What keeps no copy from being lent once it is back on its shelf.
NOTHING = {"available", "in", "checkedin", "onshelf", "reshelving", "intransit", "holdshelf", "onholdshelf"}
NOTHING |= {"nonreference", "circulating", "active"}
EVERGREENS = frozenset({"reference", "nonreference", "circulating", "noncirculating", "holdable", "nonholdable"})
FINAL_FIRST = (CopyStatus.WITHDRAWN, CopyStatus.LOST, CopyStatus.ON_LOAN, CopyStatus.REFERENCE)


def copies_of(record: Any) -> Iterator[CopyDraft]:
    """From the holdings that carry a barcode; the same barcode once."""
    seen: set[str] = set()
    for tag, place, kind in (("952", "cba", "y"), ("876", "lb", ""), ("852", "cb", "g")):
        for field in record.get_fields(tag):
            for barcode in filter(None, (value.strip() for value in field.get_subfields("p"))):
                if barcode not in seen:
                    seen.add(barcode)
                    kinds = kind if tag == "952" or _is_evergreens(field) else ""
                    yield CopyDraft(barcode, _one_of(field, place), _one_of(field, kinds), _status(tag, field))


def _status(tag: str, field: Any) -> str:
    """Empty when nothing keeps it from its shelf."""
    return str(_koha(field) if tag == "952" else _evergreen(field) if tag == "852" else "")


def _koha(field: Any) -> str:
    for code, status in KOHA_FLAGS[:2]:
        if _is_set(field, code):
            return status
    if _one_of(field, "q"):  # the day on which it is due back
        return CopyStatus.ON_LOAN
    return next((status for code, status in KOHA_FLAGS[2:] if _is_set(field, code)), "")


def _is_set(field: Any, code: str) -> bool:
    return any(value.strip().lower() not in NO for value in field.get_subfields(code))


def _evergreen(field: Any) -> str:
    said = {status_in(value) for value in field.get_subfields("x", "z")}
    return next((status for status in FINAL_FIRST if status in said), "")


def status_in(words: str) -> str:
    """`Checked out` and `on_loan` are one; empty for what says nothing."""
    return str(WORDS.get(_bare(words), ""))


def is_unknown_status(words: str) -> bool:
    """Whether a person should be told that it was not understood."""
    return bool(words.strip(" 0")) and _bare(words) not in WORDS.keys() | NOTHING


def _bare(words: str) -> str:
    return re.sub(r"[^a-z]", "", words.lower())


def _is_evergreens(field: Any) -> bool:
    """Only there $g is the type of an item, and not a part of its location."""
    return any(value.strip().lower() in EVERGREENS for value in field.get_subfields("x"))


def _one_of(field: Any, codes: str) -> str:
    return next((value.strip() for code in codes for value in field.get_subfields(code) if value.strip()), "")
