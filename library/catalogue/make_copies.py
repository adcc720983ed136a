"""Copies of a title, several at a time: barcodes one after the other, and none that another book has."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.errors import Refused
from library.models import Branch, Copy, Title
from library.rules import barcode_ranges
from library.rules.lending import CopyStatus

MOST = 200  # at a time
NAMED = 5  # barcodes in a sentence
STATUSES = (CopyStatus.AVAILABLE, CopyStatus.REFERENCE)
WHY = {
    "no_number": gettext_lazy("A barcode of this library ends in digits. Check the first and the last barcode."),
    "bad_check_digit": gettext_lazy("The check digit is wrong. Scan the barcode instead of typing it."),
    "other_shape": gettext_lazy("The first and the last barcode differ in their beginning or length. Check both."),
    "backwards": gettext_lazy("The last barcode comes before the first. Swap the two."),
    "no_more": gettext_lazy("There are not enough numbers of this length. Begin with a longer barcode."),
}


@dataclass(frozen=True)
class CopyPlan:
    """`last` or `count`; `last` counts where both are given."""

    first: str
    count: int = 1
    last: str = ""
    branch: str = ""  # its code
    location: str = ""
    item_type: str = "book"
    status: str = CopyStatus.AVAILABLE


def make(title: Title, plan: CopyPlan) -> list[Copy]:
    """All of them or none.

    Refused `barcode_taken` with the barcodes, `too_many`, `bad_status`, `unknown_branch`, and as the range is.
    """
    if plan.status not in STATUSES:
        raise Refused("bad_status", _("A new copy is available or for reference only. Choose one of the two."))
    barcodes, branch = _barcodes(plan), Branch.named(plan.branch)
    _refuse_taken(barcodes)
    rows = [
        Copy(
            title=title,
            barcode=barcode,
            branch=branch,
            location=plan.location,
            item_type=plan.item_type or "book",
            status=plan.status,
        )
        for barcode in barcodes
    ]
    try:
        with transaction.atomic():
            for copy in rows:
                copy.save(force_insert=True)  # one by one: the audit log hears of each
    except IntegrityError:
        _refuse_taken(barcodes)
        raise
    return rows


def _barcodes(plan: CopyPlan) -> list[str]:
    scheme, first, last = settings.LIBRARY_BARCODE_SCHEME, plan.first.strip(), plan.last.strip()
    try:
        found = (
            barcode_ranges.between(first, last, scheme, most=MOST)
            if last
            else barcode_ranges.counted(first, max(plan.count, 1) if plan.count <= MOST else MOST + 1, scheme)
        )
    except barcode_ranges.BadRange as error:
        raise Refused(error.code, str(WHY[error.code])) from error
    if len(found) > MOST:
        words = ngettext("At most %(most)d copy at a time.", "At most %(most)d copies at a time.", MOST)
        raise Refused("too_many", words % {"most": MOST})
    return found


def _refuse_taken(barcodes: list[str]) -> None:
    taken = list(Copy.objects.filter(barcode__in=barcodes).order_by("barcode").values_list("barcode", flat=True))
    if taken:
        named = ", ".join(taken[:NAMED]) + (" …" if len(taken) > NAMED else "")
        words = ngettext(
            "No copy was made, because this barcode is in use: %(barcodes)s.",
            "No copy was made, because these barcodes are in use: %(barcodes)s.",
            len(taken),
        )
        raise Refused("barcode_taken", words % {"barcodes": named}, status=409, details={"barcodes": taken[:MOST]})


def suggested() -> str:
    """The barcode after that of the newest copy; empty where that one does not end in digits."""
    newest = Copy.objects.order_by("-pk").values_list("barcode", flat=True).first()
    try:
        return barcode_ranges.counted(newest, 2, settings.LIBRARY_BARCODE_SCHEME)[1] if newest else ""
    except barcode_ranges.BadRange:
        return ""
