"""The desk's return screen: one row for each scan of a sitting, newest first, faults too.

The list lives in the librarian's session as numbers of rows and codes, never as names: what it shows is read from the
ledger each time, so that a person who was deleted is gone from here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config.errors import Refused
from library.catalogue import scanner
from library.circulation import policy
from library.circulation.ledger import ledger
from library.desk import branches, desk
from library.desk import messages as desk_words
from library.models import Branch, Copy, Fine, Hold, Loan
from library.rules.due_times import days_late, hours_late
from library.rules.lending import CopyStatus
from library.rules.opening import OpeningCalendar

KEY = "library.check_in"  # in the session
MOST = 100  # rows that are kept
JUST_NOW = timedelta(minutes=2)  # in which the same book again is the same return, sent or scanned twice

Entry = dict[str, Any]  # plain values: the session is JSON


@dataclass(frozen=True)
class ScanRow:
    """One scan as the screen shows it. `tone`: returned, late, hold, again or fault."""

    tone: str
    barcode: str
    message: str  # what the book needs now, in one sentence
    at: datetime
    copy: Copy | None = None
    reader: User | None = None
    late: int = 0  # days, or hours of a loan by hours
    by_hour: bool = False
    fine: Decimal | None = None
    place: str = ""  # the shelf

    @property
    def said(self) -> str:
        """For the ear, short: a librarian has the next book in the hand."""
        title = self.copy.title.title if self.copy else ""
        return ". ".join(part.rstrip(". ") for part in (title, self.late_words, self.message) if part)

    @property
    def late_words(self) -> str:
        if not self.late:
            return ""
        hours = ngettext("%(n)d hour late", "%(n)d hours late", self.late)
        words = hours if self.by_hour else ngettext("%(n)d day late", "%(n)d days late", self.late)
        return words % {"n": self.late}


# --- scanning -----------------------------------------------------------------------------------


def scan(session: Any, typed: str, *, nonce: str = "") -> ScanRow:
    """Give one book back and put it on the list. Never refused: what goes wrong is a row too.

    The same `nonce` again is a request whose answer was lost: it gets the row that it had.
    """
    entries = session.get(KEY, [])
    known = next((entry for entry in entries if nonce and entry["nonce"] == nonce), None)
    if known is None:
        known = _entry(typed, entries, branches.here(session)) | {"nonce": nonce, "at": timezone.now().isoformat()}
        session[KEY] = [known, *entries][:MOST]
        session.save()  # before the answer: what was done is on the list, whatever becomes of the request
    return _row(known, _Rows([known]))


def _entry(typed: str, entries: list[Entry], here: Branch | None) -> Entry:
    barcode = scanner.cleaned(typed)
    copy = scanner.known(typed)
    if copy is None:
        code = _code_of_stranger(typed)
        return {"barcode": _("Card") if code == "card" else barcode, "code": code}  # a card's number is its reader's
    again, on_its_way = _just_returned(copy), copy.status == CopyStatus.IN_TRANSIT
    try:
        loan = ledger().give_back(copy, at=timezone.now(), station=desk.STATION, here=here)
    except Refused as refusal:
        return {"barcode": copy.barcode, "copy": copy.pk, "code": refusal.code, "words": refusal.message}
    copy.refresh_from_db(fields=["status"])
    if loan is None and on_its_way and copy.status != CopyStatus.IN_TRANSIT:
        return {"barcode": copy.barcode, "copy": copy.pk, "code": "arrived"}
    if loan is None and again is not None:
        return {"barcode": copy.barcode, "copy": copy.pk, "loan": again.pk, "code": "again"}
    return {"barcode": copy.barcode, "copy": copy.pk, "loan": loan and loan.pk, "code": "" if loan else "not_on_loan"}


def _code_of_stranger(typed: str) -> str:
    said = scanner.readings(typed)
    cards = User.objects.filter(Q(card_barcode__in=said) | Q(id_number__in=said))
    return "card" if cards.exists() else "unknown_barcode"


def _just_returned(copy: Copy) -> Loan | None:
    return Loan.objects.filter(copy=copy, returned_at__gte=timezone.now() - JUST_NOW).order_by("-returned_at").first()


# --- showing ------------------------------------------------------------------------------------


def rows(session: Mapping[str, Any]) -> list[ScanRow]:
    """The list as it is now, newest first, in a few queries."""
    entries = session.get(KEY, [])
    found = _Rows(entries)
    return [_row(entry, found) for entry in entries]


def clear(session: Any) -> None:
    session.pop(KEY, None)


class _Rows:
    """What the entries name, read together."""

    def __init__(self, entries: list[Entry]) -> None:
        copies = Copy.objects.select_related("title", "branch").in_bulk(
            [key for entry in entries if (key := entry.get("copy"))]
        )
        loans = Loan.objects.select_related("person").prefetch_related("fines")
        self.copies = copies
        self.loans = loans.in_bulk([key for entry in entries if (key := entry.get("loan"))])
        ready = Hold.objects.filter(copy__in=copies, state=Hold.State.READY, open_slot=1).select_related("person")
        self.holds = {hold.copy_id: hold for hold in ready}

    @cached_property
    def calendar(self) -> OpeningCalendar:
        return policy.opening_calendar()


def _row(entry: Entry, found: _Rows) -> ScanRow:
    copy, loan = found.copies.get(entry.get("copy") or 0), found.loans.get(entry.get("loan") or 0)
    at = datetime.fromisoformat(entry["at"])
    if copy is None or entry["code"] not in ("", "again", "arrived", "not_on_loan"):
        return ScanRow("fault", entry["barcode"], _fault(entry), at, copy)
    late = _late(loan, found) if entry["code"] != "again" else 0
    hold = found.holds.get(copy.pk)
    return ScanRow(
        tone=_tone(entry["code"], late, hold),
        barcode=entry["barcode"],
        message=_message(entry["code"], copy, hold),
        at=at,
        copy=copy,
        reader=loan.person if loan else None,
        late=late,
        by_hour=bool(loan and loan.by_hour),
        fine=_fine_of(loan) if late and loan else None,
        place=copy.location,
    )


def _late(loan: Loan | None, found: _Rows) -> int:
    if loan is None or loan.returned_at is None:
        return 0
    if loan.by_hour:
        return hours_late(loan.due_at, loan.returned_at, found.calendar)
    return days_late(loan.due_at, loan.returned_at, policy.site_zone())


def _fine_of(loan: Loan) -> Decimal | None:
    return next((fine.amount for fine in loan.fines.all() if fine.kind == Fine.Kind.LATE), None)


def _tone(code: str, late: int, hold: Hold | None) -> str:
    if hold is not None:
        return "hold"
    if code and code != "arrived":
        return "again" if code == "again" else "fault"
    return "late" if late else "returned"


def _message(code: str, copy: Copy, hold: Hold | None) -> str:
    first = {
        "arrived": _("It has arrived."),
        "not_on_loan": _("It was not on loan."),
        "again": _("It was already returned a moment ago."),
    }
    return " ".join(filter(None, (first.get(code, ""), _where_to(copy, hold))))


def _where_to(copy: Copy, hold: Hold | None) -> str:
    if hold is not None:
        return _("Hold shelf, for %(name)s.") % {"name": desk_words.person_named(hold.person)}
    if copy.status == CopyStatus.IN_TRANSIT and copy.branch:
        return _("Send it to %(branch)s.") % {"branch": copy.branch}
    if copy.status == "withdrawn":
        return _("It has been withdrawn. Do not put it on a shelf.")
    return _("Shelf: %(place)s.") % {"place": copy.location} if copy.location else ""


def _fault(entry: Entry) -> str:
    words: dict[str, Callable[[], str]] = {
        "card": lambda: _("This is a reader's card. Scan the barcode of the book."),
        "unknown_barcode": lambda: _(
            "Nothing was returned: this barcode is not in the catalogue. The book may belong to another library."
        ),
    }
    known = words.get(entry["code"])
    return known() if known else entry.get("words") or _("Nothing was returned. Please scan it again.")
