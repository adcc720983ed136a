"""What is done at the desk, with the sentence that the librarian reads: people come and go by it quickly."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.catalogue import scanner
from library.circulation import fines, holds, loans
from library.circulation.ledger import ledger
from library.desk.messages import for_librarians
from library.models import Branch, Copy, ExitPass, Fine, Hold, Loan
from library.rules.due_words import due_words
from library.rules.lending import CopyStatus
from library.visits import exit_passes, visits

STATION = "desk"


def _scanned(typed: str) -> Copy:
    """Refused `unknown_barcode`."""
    with for_librarians(barcode=scanner.cleaned(typed)):
        return scanner.copy_of(typed)


def issue(typed: str, *, to: User, by: User) -> str:
    """Lend it; the due date in words. Refused as the rules refuse."""
    return _issued(_scanned(typed), to, by)


def _issued(copy: Copy, to: User, by: User) -> str:
    with for_librarians(copy=copy, person=to):
        loan = ledger().check_out(copy, to=to, at=timezone.now(), station=STATION, by=by)
    return _("“%(title)s” is lent until %(day)s.") % {"title": copy.title, "day": due_words(loan)}


def return_and_issue(copy: Copy, *, to: User, by: User, here: Branch | None = None) -> str:
    """A book that is still on another person's account lies on the desk: returned there, and lent.

    The return stands when the loan is refused, as when a person waits for the title: the book is here.
    """
    on_its_way = copy.status == CopyStatus.IN_TRANSIT
    back, where = (_was_in_transit(copy), "") if on_its_way else (_returned(copy, here), _where_to(copy))
    try:
        return f"{back} {_lent_where_it_lies(copy, to, by)}"
    except Refused as refusal:
        said = " ".join(filter(None, (back, where, refusal.message)))
        raise Refused(refusal.code, said, status=refusal.status) from refusal


@transaction.atomic
def _lent_where_it_lies(copy: Copy, to: User, by: User) -> str:
    """Of a book in transit both or nothing: it goes on to its branch when the loan is refused."""
    loans.end_transit(copy)
    return _issued(copy, to, by)


def returnable(typed: str, reader: User) -> Copy | None:
    """A copy that `return_and_issue` can lend to the reader: another has it, or it is lost or in transit."""
    copy = scanner.known(typed)
    elsewhere = Loan.objects.filter(copy=copy, open_slot=1).exclude(person=reader).exists()
    return copy if copy and (elsewhere or copy.status in (CopyStatus.LOST, CopyStatus.IN_TRANSIT)) else None


def take_back(typed: str, here: Branch | None = None) -> str:
    """That it is back, and where it goes now. Refused `unknown_barcode`."""
    return _taken_back(_scanned(typed), here)


def _was_in_transit(copy: Copy) -> str:
    words = _("“%(title)s” was in transit to %(branch)s.")
    return words % {"title": copy.title, "branch": holds.box_of(copy)}


def _taken_back(copy: Copy, here: Branch | None) -> str:
    return " ".join(filter(None, (_returned(copy, here), _where_to(copy))))


def _returned(copy: Copy, here: Branch | None) -> str:
    loan = ledger().give_back(copy, at=timezone.now(), station=STATION, here=here)
    said = _("“%(title)s” was not on loan.") if loan is None else _("“%(title)s” is back.")
    return " ".join(filter(None, (said % {"title": copy.title}, _late(loan))))


def _late(loan: Loan | None) -> str:
    fine = loan.fines.filter(kind=Fine.Kind.LATE).first() if loan else None
    return _("It was late, and the fine is %(amount)s.") % {"amount": fines.money(fine.amount)} if fine else ""


def _where_to(copy: Copy) -> str:
    hold = Hold.objects.filter(copy=copy, state=Hold.State.READY, open_slot=1).select_related("person").first()
    if hold is not None:
        return _("Put it on the hold shelf for %(name)s.") % {"name": hold.person.get_full_name()}
    copy.refresh_from_db(fields=["status"])
    if copy.status == CopyStatus.IN_TRANSIT:
        return _("Send it to %(branch)s.") % {"branch": holds.box_of(copy)}
    if copy.status == "withdrawn":
        return _("It has been withdrawn. Do not put it back on a shelf.")
    return _("Shelf: %(place)s.") % {"place": copy.location} if copy.location else ""


def hold(typed: str, *, to: User) -> str:
    """Into the queue for the title that this copy is of. Refused `unknown_barcode`, and as `holds.place`."""
    copy = _scanned(typed)
    with for_librarians(copy=copy, person=to):
        holds.place(copy.title, to)
    return _("%(name)s is now waiting for “%(title)s”.") % {"name": to.get_full_name(), "title": copy.title}


def let_in(person: User) -> str:
    """A person came in without a camera or a card. Refused as `visits.enter`."""
    with for_librarians(person=person):
        visits.enter(person, station=STATION, lane="desk")
    return _("%(name)s is inside.") % {"name": person.get_full_name()}


def open_again(permission: ExitPass) -> str:
    """The gate that has failed is asked once more, with a new pass. Refused `no_failed_gate`."""
    opened = exit_passes.open_gate(exit_passes.again(permission))
    if opened.gate_answer.startswith("failed"):
        raise Refused("gate_failed", _("The gate did not open. Open it by hand, then check its log."), status=502)
    return _("The gate was told to open: pass %(number)s.") % {"number": opened.number}


def settle_lost(loan: Loan, *, by: User) -> str:
    """Refused `not_lost`, `returned`."""
    loans.settle_lost(loan, by=by)
    return _("“%(title)s” was taken off the account and is recorded as withdrawn.") % {"title": loan.copy.title}


def renew(loan: Loan) -> str:
    with for_librarians(copy=loan.copy, person=loan.person):
        renewed = ledger().renew(loan, at=timezone.now(), station=STATION)
    return _("Renewed until %(day)s.") % {"day": due_words(renewed)}
