"""What is done at the desk, with the sentence that the librarian reads: people come and go by it quickly."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library import exits, holds, loans, scanner, visits
from library.backends import ledger
from library.models import Copy, ExitPass, Hold, Loan

STATION = "desk"


def _scanned(barcode: str) -> Copy:
    """Refused `unknown_barcode`."""
    return loans.by_barcode(scanner.cleaned(barcode))


def issue(barcode: str, *, to: User, by: User) -> str:
    """Lend it; the due date in words. Refused as the rules refuse."""
    copy = _scanned(barcode)
    loan = _lent(copy, to, by)
    words = _("“%(title)s” is lent until %(day)s.")
    return words % {"title": copy.title, "day": date_format(timezone.localtime(loan.due_at), "DATE_FORMAT")}


def _lent(copy: Copy, to: User, by: User) -> Loan:
    if settings.LIBRARY_BACKEND == "local":
        return loans.check_out(copy, to=to, by=by, station=STATION)
    return ledger().check_out(copy, to=to, at=timezone.now(), station=STATION)


def take_back(barcode: str, *, by: User) -> str:
    """Whose it was, and where it goes now. Refused `unknown_barcode`."""
    copy = _scanned(barcode)
    loan = ledger().give_back(copy, at=timezone.now(), station=STATION)
    said = _("“%(title)s” was not on loan.") if loan is None else _("“%(title)s” is back.")
    return " ".join(filter(None, (said % {"title": copy.title}, _late(loan), _where_to(copy))))


def _late(loan: Loan | None) -> str:
    fine = getattr(loan, "fine", None)
    return _("It was late: a fine of %(amount)s.") % {"amount": fine.amount} if fine else ""


def _where_to(copy: Copy) -> str:
    hold = Hold.objects.filter(copy=copy, state=Hold.State.READY, open_slot=1).select_related("person").first()
    if hold is not None:
        return _("Put it on the hold shelf for %(name)s.") % {"name": hold.person.get_full_name()}
    copy.refresh_from_db(fields=["status"])
    if copy.status == "withdrawn":
        return _("It was withdrawn: it does not go back on a shelf.")
    return _("It belongs in %(place)s.") % {"place": copy.location} if copy.location else ""


def hold(barcode: str, *, to: User) -> str:
    """Into the queue for the title that this copy is of. Refused `unknown_barcode`, and as `holds.place`."""
    title = _scanned(barcode).title
    holds.place(title, to)
    return _("%(name)s waits for “%(title)s”.") % {"name": to.get_full_name(), "title": title}


def let_in(person: User) -> str:
    """Somebody came in without a camera or a card. Refused as `visits.enter`."""
    visits.enter(person, station=STATION, lane="desk")
    return _("%(name)s is inside.") % {"name": person.get_full_name()}


def open_again(permission: ExitPass) -> str:
    """The gate that has failed is asked once more, with a new pass. Refused `no_failed_gate`."""
    opened = exits.open_gate(exits.again(permission))
    if opened.gate_answer.startswith("failed"):
        raise Refused("gate_failed", _("The gate did not open. Open it by hand, and see its log."), status=502)
    return _("The gate was told to open: pass %(number)s.") % {"number": opened.number}


def settle_lost(loan: Loan, *, by: User) -> str:
    """Refused `not_lost`, `returned`."""
    loans.settle_lost(loan, by=by)
    return _("“%(title)s” is off the account, and no longer in the library.") % {"title": loan.copy.title}


def renew(loan: Loan) -> str:
    renewed = ledger().renew(loan, at=timezone.now(), station=STATION)
    return _("Renewed until %(day)s.") % {"day": date_format(timezone.localtime(renewed.due_at), "DATE_FORMAT")}
