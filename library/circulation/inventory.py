"""What librarians do with copies: lost, found again, withdrawn; and what a walk along a shelf brings to light."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation import fines, holds, journal, loans
from library.circulation.ledger import ledger
from library.models import Branch, Copy, Loan, Transit
from library.rules.lending import CopyStatus, sent_to

ON_SHELF = (CopyStatus.AVAILABLE, CopyStatus.REFERENCE)


def mark_lost(copy: Copy, *, by: User | None) -> Copy:
    """Refused `withdrawn`. Who waited for this very copy waits for another one."""
    if copy.status == CopyStatus.WITHDRAWN:
        raise Refused("withdrawn", _("This copy has already been withdrawn."), status=409)
    let_go(copy)
    return loans.mark_lost(copy, by=by)


def found(copy: Copy, *, by: User | None, here: Branch | None = None) -> Copy:
    """It is here again: an open loan ends, and it goes home or to the next in the queue. Refused `not_lost`."""
    if copy.status != CopyStatus.LOST:
        raise Refused("not_lost", _("This copy is not recorded as lost."), status=409)
    ledger().give_back(copy, at=timezone.now(), here=here)  # the library system must not keep it on the account
    copy.refresh_from_db()
    return copy


@transaction.atomic
def withdraw(copy: Copy, *, by: User | None) -> Copy:
    """Out of the library for good; its history stays. Refused `on_loan` while a person has it."""
    copy = Copy.objects.select_for_update().get(pk=copy.pk)
    if Loan.objects.filter(copy=copy, open_slot=1).exists():
        raise Refused("on_loan", _("This copy is on loan. Return it first."), status=409)
    let_go(copy)
    copy.status = CopyStatus.WITHDRAWN
    copy.save(update_fields=["status"])
    journal.note(journal.Kind.WITHDRAWN, None, copy=copy, by=by.id_number if by else "")
    return copy


@transaction.atomic
def restore(copy: Copy, *, by: User | None) -> Copy:
    """A withdrawn copy is available again. Refused `not_withdrawn`."""
    copy = Copy.objects.select_for_update().get(pk=copy.pk)
    if copy.status != CopyStatus.WITHDRAWN:
        raise Refused(
            "not_withdrawn", _("This copy has not been withdrawn, so there is nothing to restore."), status=409
        )
    fines.cancel_lost(copy, at=timezone.now())
    journal.note(journal.Kind.RESTORED, None, copy=copy, by=by.id_number if by else "")
    holds.shelve(copy)
    return copy


def let_go(copy: Copy) -> None:
    """A hold that was ready on this copy waits in its old place again. It is on its way nowhere."""
    Transit.objects.filter(copy=copy).delete()
    holds.release(copy)


# --- inventory ----------------------------------------------------------------------------------


@dataclass
class Inventory:
    """What a scanned shelf says. Nothing was changed but when the scanned copies were last seen."""

    location: str
    branch: Branch | None = None  # None: all of them, or the one library
    right: list[Copy] = field(default_factory=list)
    misplaced: list[Copy] = field(default_factory=list)  # belong to another shelf
    surprising: list[Copy] = field(default_factory=list)  # on loan, lost, withdrawn or held, and yet here
    missing: list[Copy] = field(default_factory=list)  # should be on this shelf
    unknown: list[str] = field(default_factory=list)  # barcodes


def take_stock(location: str, barcodes: Iterable[str], branch: Branch | None = None) -> Inventory:
    """Compare a shelf with the barcodes that were scanned on it. A shelf A may stand in every branch.

    Refused `nothing_scanned`.
    """
    scanned = list(dict.fromkeys(filter(None, barcodes)))
    if not scanned:
        raise Refused("nothing_scanned", _("There is nothing to compare yet. Scan at least one book from the shelf."))
    known = {copy.barcode: copy for copy in Copy.objects.filter(barcode__in=scanned).select_related("title", "branch")}
    found = Inventory(location, branch, unknown=[barcode for barcode in scanned if barcode not in known])
    for copy in known.values():
        _kind_of(found, copy).append(copy)
    standing = Copy.objects.filter(location=location, status__in=ON_SHELF).exclude(barcode__in=scanned)
    standing = standing.filter(branch=branch) if branch else standing
    found.missing = list(standing.select_related("title", "branch").order_by("title__call_number", "barcode"))
    Copy.objects.filter(pk__in=[copy.pk for copy in known.values()]).update(seen_at=timezone.now())
    return found


def _kind_of(found: Inventory, copy: Copy) -> list[Copy]:
    if copy.status not in ON_SHELF:
        return found.surprising
    strayed = found.branch is not None and sent_to(copy.branch_id, found.branch.pk)
    return found.misplaced if strayed or copy.location != found.location else found.right


def locations() -> list[str]:
    return list(Copy.objects.exclude(location="").order_by("location").values_list("location", flat=True).distinct())
