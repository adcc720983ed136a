"""What our server answers: one signed-in terminal, question by question. Knows nothing of sockets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library import loans
from library.models import Copy, Loan
from library.rules import CopyStatus
from library.sip2 import patrons
from library.sip2.layouts import ANSWERS
from library.sip2.messages import Message, printable, stamp
from library.sip2.patrons import Patron
from library.sip2.terminals import is_terminal

Fields = tuple[tuple[str, str], ...]
SPOKEN = "YYYNYYYYYNYNNNYN"  # BX: 23 11 09 01 99 97 93 63 35 37 17 19 25 15 29 65
CIRCULATION = {
    CopyStatus.AVAILABLE: "03",
    CopyStatus.ON_LOAN: "04",
    CopyStatus.HOLD_SHELF: "08",
    CopyStatus.LOST: "12",
}
OTHER = "01"
MOST = 9999


class NotSignedIn(Exception):
    """A terminal that has not said who it is gets no answer."""


class Desk:
    """The state of one connection: which terminal it is, and whose PIN it has shown."""

    def __init__(self) -> None:
        self.terminal = ""
        self._shown: int | None = None  # the person whose PIN was right in this session

    def answer(self, question: Message) -> Message:
        """Raises NotSignedIn before the login, and for a login that is refused."""
        if question.code == "93":
            return self._log_in(question)
        if not self.terminal:
            raise NotSignedIn
        answers: dict[str, Callable[[Message, datetime], Message]] = {
            "99": self._status,
            "23": self._patron_status,
            "63": self._patron_information,
            "17": self._item,
            "11": self._check_out,
            "09": self._check_in,
            "29": self._renew,
            "35": self._end,
        }
        return answers[question.code](question, timezone.now())

    # --- the terminal -----------------------------------------------------------------------------

    def _log_in(self, question: Message) -> Message:
        name = question.get("CN")
        good = is_terminal(name, question.get("CO"))
        self.terminal, self._shown = name if good else "", None
        return Message("94", {"ok": "1" if good else "0"})

    def _status(self, question: Message, now: datetime) -> Message:
        fixed = dict.fromkeys(("online", "checkin_ok", "checkout_ok", "renewal_ok"), "Y")
        fixed |= {"status_update_ok": "N", "offline_ok": "N", "timeout": "050", "retries": "003"}
        fixed |= {"at": _at(now), "version": "2.00"}
        name = printable(settings.SITE_NAME)
        return Message("98", fixed, (_site(), ("AM", name), ("BX", SPOKEN), ("AN", self.terminal)))

    def _end(self, question: Message, now: datetime) -> Message:
        self._shown = None
        return Message("36", {"ended": "Y", "at": _at(now)}, (_site(), ("AA", question.get("AA"))))

    # --- people -----------------------------------------------------------------------------------

    def _named(self, question: Message) -> Patron:
        """Who is meant. A right PIN is remembered until the session ends or somebody else is named."""
        sent = question.get("AD") or None
        patron = patrons.named(question.get("AA"), sent)
        if patron.pin == "right" and patron.person:
            self._shown = patron.person.pk
        elif patron.pin == "wrong" or patron.person is None or patron.person.pk != self._shown:
            self._shown = None
        return patron

    def _patron_status(self, question: Message, now: datetime) -> Message:
        patron = self._named(question)
        fixed = {"status": patrons.flags(patron, now), "language": question.fixed["language"], "at": _at(now)}
        return Message("24", fixed, self._of(patron, question))

    def _patron_information(self, question: Message, now: datetime) -> Message:
        patron = self._named(question)
        fixed = {"status": patrons.flags(patron, now), "language": question.fixed["language"], "at": _at(now)}
        fixed |= dict.fromkeys(("holds", "overdue", "charged", "fines", "recalls", "unavailable_holds"), "0000")
        listed: Fields = ()
        if patron.person is not None and self._is_shown(patron.person):
            fixed |= patrons.counts(patron.person, now)
            first, last = _number(question.get("BP"), 1), _number(question.get("BQ"), MOST)
            found = patrons.items(patron.person, question.fixed["summary"], first, last, now)
            listed = tuple((name, printable(value)) for name, value in found)
        return Message("64", fixed, (*self._of(patron, question), *listed))

    def _of(self, patron: Patron, question: Message) -> Fields:
        """Whoever does not know the PIN learns whether the number is good, and nothing else."""
        shown = patron.person is not None and self._is_shown(patron.person)
        name = printable(patron.person.get_full_name()) if shown and patron.person else ""
        fields: Fields = (_site(), ("AA", question.get("AA")), ("AE", name))
        fields += (("BL", "Y" if patron.valid else "N"),)
        if question.all("AD") or not shown:  # a PIN that was neither sent nor asked for is not judged
            fields += (("CQ", "Y" if patron.pin == "right" else "N"),)
        return fields + ((("AF", _("The PIN is wrong.")),) if patron.pin == "wrong" else ())

    def _is_shown(self, person: User) -> bool:
        return person.pk == self._shown or not settings.SIP2_ASK_PIN

    def _borrower(self, question: Message) -> User:
        """Refused `unknown_person` and, where SIP2_ASK_PIN, `pin_first`."""
        person = self._named(question).person
        if person is None:
            raise Refused("unknown_person", _("This card is not known."), status=404)
        if not self._is_shown(person):
            raise Refused("pin_first", _("Please enter your PIN first."), status=403)
        return person

    # --- books ------------------------------------------------------------------------------------

    def _item(self, question: Message, now: datetime) -> Message:
        copy = _copy(question)
        status = CIRCULATION.get(CopyStatus(copy.status), OTHER) if copy else OTHER
        fixed = {"circulation": status, "security": "00", "fee_type": "01", "at": _at(now)}
        fields: Fields = (("AB", question.get("AB")), ("AJ", _title(copy)))
        if copy is None:
            return Message("18", fixed, (*fields, ("AF", _("This barcode is not in the catalogue."))))
        loan = Loan.objects.filter(copy=copy, open_slot=1).first()
        due: Fields = (("AH", _at(loan.due_at)),) if loan else ()
        return Message("18", fixed, (*due, *fields, ("AQ", printable(copy.location))))

    def _check_out(self, question: Message, now: datetime) -> Message:
        def lend() -> Loan:
            if question.get("BI") == "Y" or question.fixed["no_block"] == "Y":
                raise Refused("not_offline", _("Loans are made here and now only."))
            person, copy = self._borrower(question), loans.by_barcode(question.get("AB"))
            return loans.check_out(copy, to=person, at=now, station=self._station)

        return self._lent("12", question, now, lend)

    def _renew(self, question: Message, now: datetime) -> Message:
        def longer() -> Loan:
            person, copy = self._borrower(question), loans.by_barcode(question.get("AB"))
            loan = Loan.objects.filter(copy=copy, person=person, open_slot=1).first()
            if loan is None:
                raise Refused("not_on_loan", _("This book is not on loan to you."), status=409)
            return loans.renew(loan, at=now, station=self._station)

        return self._lent("30", question, now, longer)

    def _lent(self, code: str, question: Message, now: datetime, act: Callable[[], Loan]) -> Message:
        fields: Fields = (_site(), ("AA", question.get("AA")), ("AB", question.get("AB")))
        flags = {"renewal_ok": "Y" if code == "30" else "N", "magnetic": "N", "at": _at(now)}
        try:
            loan = act()
        except Refused as no:
            title = ("AJ", _title(_copy(question)))
            more: Fields = (title, ("AH", ""), ("AF", printable(no.message)))
            return Message(code, {**flags, "ok": "0", "renewal_ok": "N", "desensitize": "N"}, fields + more)
        more = (("AJ", _title(loan.copy)), ("AH", _at(loan.due_at)))
        return Message(code, {**flags, "ok": "1", "desensitize": "Y"}, fields + more)

    def _check_in(self, question: Message, now: datetime) -> Message:
        fixed = {"magnetic": "N", "at": _at(now)}
        fields: Fields = (_site(), ("AB", question.get("AB")))
        try:
            if question.get("BI") == "Y":
                raise Refused("not_undone", _("A return cannot be undone."))
            copy = loans.by_barcode(question.get("AB"))
            loans.give_back(copy, at=now, station=self._station)
        except Refused as no:
            more: Fields = (("AQ", ""), ("AF", printable(no.message)))
            return Message("10", {**fixed, "ok": "0", "resensitize": "N", "alert": "N"}, fields + more)
        copy.refresh_from_db()
        held = copy.status == CopyStatus.HOLD_SHELF
        words: Fields = (("CV", "01"), ("AF", _("Somebody waits for this book: hold shelf."))) if held else ()
        more = (("AQ", printable(copy.location)), ("AJ", _title(copy)), *words)
        return Message("10", {**fixed, "ok": "1", "resensitize": "Y", "alert": "Y" if held else "N"}, fields + more)

    @property
    def _station(self) -> str:
        return f"sip2:{self.terminal}"[:50]


def _copy(question: Message) -> Copy | None:
    return Copy.objects.select_related("title").filter(barcode=question.get("AB").strip()).first()


def _title(copy: Copy | None) -> str:
    return printable(copy.title.title) if copy else ""


def _site() -> tuple[str, str]:
    return ("AO", settings.SIP2_INSTITUTION)


def _at(moment: datetime) -> str:
    return stamp(moment, ZoneInfo(settings.TIME_ZONE))


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else otherwise


def is_question(code: str) -> bool:
    return code in ANSWERS
