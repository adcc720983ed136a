"""What the catalogues of others say of a copy that cannot be lent, each in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from library.rules.lending import CopyStatus

NO = frozenset({"", "0", "00", "n", "no", "false"})  # what a flag says when it is not set
OUR_FLAGS = {"0": CopyStatus.WITHDRAWN, "1": CopyStatus.LOST, "7": CopyStatus.REFERENCE}
STATUS_FLAGS = {str(status): code for code, status in OUR_FLAGS.items()}  # as our own export writes them, like Koha
# What Evergreen says in 852 $x and $z, SirsiDynix in $k, and tables in their column, without signs and case.
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
    "lostassum": CopyStatus.LOST,
    "lostclaim": CopyStatus.LOST,
    "lostpaid": CopyStatus.LOST,
    "longoverdue": CopyStatus.LOST,
    "missing": CopyStatus.LOST,
    "discard": CopyStatus.WITHDRAWN,
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
SIERRA = {
    "o": CopyStatus.REFERENCE,  # library use only
    "m": CopyStatus.LOST,  # missing
    "n": CopyStatus.LOST,  # billed
    "$": CopyStatus.LOST,  # billed and paid
    "z": CopyStatus.LOST,  # claims returned
    "w": CopyStatus.WITHDRAWN,
}
SIERRA_NOTHING = frozenset("-t!p")  # available, in transit, on the hold shelf, in process


class SaidStatus(NamedTuple):
    """`status` is empty when nothing keeps the copy from its shelf; `unknown` is what was not understood."""

    status: str = ""
    unknown: str = ""


StatusReader = Callable[[Any], SaidStatus]


def nothing(_field: Any) -> SaidStatus:
    return SaidStatus()


def by_flags(before: Mapping[str, CopyStatus], due: str, after: Mapping[str, CopyStatus]) -> StatusReader:
    """A reader of fields with a flag for each status, as Koha has them; `due`: the day on which it is due back."""

    def read(field: Any) -> SaidStatus:
        flags = {code: status for code, status in before.items() if _is_set(field, code)}
        if not flags and any(value.strip() for value in field.get_subfields(due)):
            return SaidStatus(CopyStatus.ON_LOAN)
        flags |= {code: status for code, status in after.items() if _is_set(field, code)}
        return SaidStatus(str(next(iter(flags.values()), "")))

    return read


def by_words(codes: str) -> StatusReader:
    """A reader of fields that say it in words, sometimes in several subfields: what is final counts."""

    def read(field: Any) -> SaidStatus:
        said = {status_in(value) for value in field.get_subfields(*codes)}
        return SaidStatus(next((str(status) for status in FINAL_FIRST if status in said), ""))

    return read


def sierra(field: Any) -> SaidStatus:
    """One letter in $s. Each library adds letters of its own, so an unknown one is told."""
    said = next((value.strip() for value in field.get_subfields("s") if value.strip()), "")
    if said in SIERRA_NOTHING:
        return SaidStatus()
    status = str(SIERRA.get(said.lower(), "")) or status_in(said)
    understood = status or _bare(said) in NOTHING
    return SaidStatus(status, "" if understood else said)


def sirsi(field: Any) -> SaidStatus:
    """The current location is LOST or CHECKEDOUT; $r says whether it circulates."""
    status = next((found for value in field.get_subfields("k", "l") if (found := status_in(value))), "")
    stays = any(value.strip().upper() == "N" for value in field.get_subfields("r"))
    return SaidStatus(status or (str(CopyStatus.REFERENCE) if stays else ""))


def _is_set(field: Any, code: str) -> bool:
    return any(value.strip().lower() not in NO for value in field.get_subfields(code))


def status_in(words: str) -> str:
    """`Checked out` and `on_loan` are one; empty for what says nothing."""
    return str(WORDS.get(_bare(words), ""))


def is_unknown_status(words: str) -> bool:
    """Whether a person should be told that it was not understood."""
    return bool(words.strip(" 0")) and _bare(words) not in WORDS.keys() | NOTHING


def _bare(words: str) -> str:
    return re.sub(r"[^a-z]", "", words.lower())


def is_evergreens(field: Any) -> bool:
    """Only there $g is the type of an item, and not a part of its location."""
    return any(value.strip().lower() in EVERGREENS for value in field.get_subfields("x"))
