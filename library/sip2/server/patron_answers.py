"""What our server answers about people: status, account, the end of a session, fees, block and enable."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation import fines, policy
from library.circulation import patrons as desk
from library.models import CirculationEvent, Fine, PatronBlock
from library.rules.messages import sentence
from library.sip2.codec.messages import Message, printable
from library.sip2.server import patron_status as patrons
from library.sip2.server.answer_parts import NO_COUNTS, Fields, after_the_deed, at, number, refused, site
from library.sip2.server.patron_status import MOST, Patron
from library.sip2.server.session import TerminalSession

log = logging.getLogger("ostiary.sip2")

AMOUNT = re.compile(r"\d{1,6}(?:[.,]\d{1,2})?", re.ASCII)
NO_CURRENCY = "XXX"  # ISO 4217 for none
UNKNOWN_LANGUAGE = "000"
Kind = CirculationEvent.Kind


# --- what is on the account -----------------------------------------------------------------------


def patron_status(session: TerminalSession, question: Message, now: datetime) -> Message:
    return _status_of("24", session, session.named(question), question, now)


def patron_information(session: TerminalSession, question: Message, now: datetime) -> Message:
    patron = session.named(question)
    answer = _status_of("64", session, patron, question, now)
    if patron.person is None or not session.shows(patron):
        return answer
    first, last = number(question.get("BP"), 1), number(question.get("BQ"), MOST)
    listed = patrons.items(patron.person, question.fixed["summary"], first, last, now)
    fields = (*answer.fields, *patrons.limits(patron.person), *_clean(listed))
    return Message("64", answer.fixed | patrons.counts(patron.person, now), fields)


def _status_of(code: str, session: TerminalSession, patron: Patron, question: Message, now: datetime) -> Message:
    """24, 26, and what 64 has of them."""
    shown = session.shows(patron)
    fixed = {"status": patrons.flags(patron, now, shown=shown), "at": at(now)}
    language = question.fixed.get("language", "")
    fixed["language"] = language if language.isascii() and language.isdigit() else UNKNOWN_LANGUAGE
    fixed |= NO_COUNTS if code == "64" else {}
    name = patron.person.get_full_name() if shown and patron.person else ""
    fields: Fields = (site(), ("AA", question.get("AA")), ("AE", printable(name)))
    fields += (("BL", "Y" if patron.valid else "N"), *_judged(patron))
    if shown and patron.person:
        owed = patrons.money(patron.person) if code != "26" else []
        fields += (*owed, *_words(patrons.why_not(patron.person, now)))
    return Message(code, fixed, fields + _about_pin(patron))


def _judged(patron: Patron) -> Fields:
    """CQ. A PIN that was neither sent nor asked for is not checked."""
    if not patron.pin and not settings.SIP2_ASK_PIN:
        return ()
    return (("CQ", "Y" if patron.pin == "right" else "N"),)


def _about_pin(patron: Patron) -> Fields:
    return (("AF", printable(patron.words or _("The number or the PIN is wrong."))),) if patron.pin == "wrong" else ()


def _words(code: str) -> Fields:
    return (("AF", sentence(code)),) if code else ()


def _clean(fields: list[tuple[str, str]]) -> Fields:
    return tuple((name, printable(value)) for name, value in fields)


def end_session(session: TerminalSession, question: Message, now: datetime) -> Message:
    session.end()
    return Message("36", {"ended": "Y", "at": at(now)}, (site(), ("AA", question.get("AA"))))


# --- money ----------------------------------------------------------------------------------------


def fee_paid(session: TerminalSession, question: Message, now: datetime) -> Message:
    """Fines are paid in full: all of them, the oldest ones, or the one that is named in CG or costs just that."""
    mine: Fields = (("BK", question.get("BK")),) if question.get("BK") else ()
    try:
        person = session.borrower(question)
        paid = _pay(person, amount := _amount(question), question.get("CG").strip())
        log.info("SIP2: %s took %s for %d fines of person %s", session.station, amount, len(paid), person.pk)
    except Refused as no:
        return refused(question, no.message, *mine)
    return Message("38", {"accepted": "Y", "at": at(now)}, (site(), ("AA", question.get("AA")), *mine))


def _amount(question: Message) -> Decimal:
    """Refused `bad_amount`, `other_currency`."""
    text, currency = question.get("BV").strip(), question.fixed["currency"].strip().upper()
    if not AMOUNT.fullmatch(text):
        raise Refused("bad_amount", _("The machine sent no amount, so nothing was recorded. Please ask at the desk."))
    if currency and NO_CURRENCY not in (currency, settings.LIBRARY_CURRENCY) and currency != settings.LIBRARY_CURRENCY:
        raise Refused(
            "other_currency", _("The library only takes %s. Please ask at the desk.") % settings.LIBRARY_CURRENCY
        )
    return Decimal(text.replace(",", "."))


@transaction.atomic
def _pay(person: User, amount: Decimal, fee: str) -> list[Fine]:
    """Refused `other_amount`: nothing is booked in part."""
    owing = [fine for fine in policy.unpaid(person) if fine.balance > 0]
    paid = _settled_by(owing, amount, fee)
    if not paid:
        words = _(
            "%(amount)s does not cover any fine in full, so nothing was recorded. "
            "Please pay %(owed)s, or ask at the desk."
        )
        owed = sum((fine.balance for fine in owing), Decimal(0))
        raise Refused("other_amount", words % {"amount": f"{amount:.2f}", "owed": f"{owed:.2f}"}, status=409)
    return [fines.pay(fine, fine.balance, by=None) for fine in paid]


def _settled_by(owing: list[Fine], amount: Decimal, fee: str) -> list[Fine]:
    """Which fines this amount pays to the last cent."""
    if named := [fine for fine in owing if fee and str(fine.pk) == fee]:
        return named if named[0].balance == amount else []
    for many in range(len(owing), 0, -1):
        if sum(fine.balance for fine in owing[:many]) == amount:
            return owing[:many]
    return [fine for fine in owing if fine.balance == amount][:1]


# --- the card -------------------------------------------------------------------------------------


def block_patron(session: TerminalSession, question: Message, now: datetime) -> Message:
    """The machine has kept the card, or wants it stopped. A block that a librarian wrote stays as it is."""
    patron = Patron(patrons.find(question.get("AA")))
    session.end()
    if patron.person is not None and not PatronBlock.objects.filter(person=patron.person).exists():
        desk.block(patron.person, _reason(session, question), by=None, station=session.station)
    return after_the_deed(lambda: _stopped(session, patron, question, now), refused(question, ""))


def _stopped(session: TerminalSession, patron: Patron, question: Message, now: datetime) -> Message:
    answer = _status_of("24", session, patron, question, now)
    return Message("24", answer.fixed | {"status": patrons.flags(patron, now, shown=True)}, answer.fields)


def _reason(session: TerminalSession, question: Message) -> str:
    said = printable(question.get("AL").strip())
    if question.fixed["card_retained"] == "Y":
        said = " ".join(filter(None, (said, _("The machine has kept the card."))))
    words = _("Blocked at the machine %(name)s.") % {"name": session.terminal}
    return " ".join(filter(None, (words, said)))


def enable_patron(session: TerminalSession, question: Message, now: datetime) -> Message:
    """Lifts what a machine has blocked, never what a librarian has."""
    try:
        person = session.borrower(question)
        if PatronBlock.objects.filter(person=person).exists():
            _refuse_librarians_block(person)
            desk.unblock(person, by=None, station=session.station)
    except Refused as no:
        return refused(question, no.message)
    bare = Message("26", {"status": " " * 14, "language": "000", "at": at(now)}, (site(), ("AA", question.get("AA"))))
    return after_the_deed(lambda: _status_of("26", session, session.named(question), question, now), bare)


def _refuse_librarians_block(person: User) -> None:
    """Refused `blocked`."""
    last = CirculationEvent.objects.filter(person=person, kind=Kind.BLOCKED).order_by("-pk").first()
    if last is None or not last.station.startswith("sip2:"):
        raise Refused("blocked", sentence("blocked"), status=409)
