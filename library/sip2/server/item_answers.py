"""What our server answers about books: where one is, loans, returns, renewals and holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation import holds, loans
from library.circulation.ledger import ledger
from library.models import Branch, Copy, Hold, Loan, Title
from library.rules import isbn
from library.rules.lending import CopyStatus
from library.sip2.codec.messages import Message, printable
from library.sip2.server.answer_parts import Fields, after_the_deed, at, refused, site, title_of
from library.sip2.server.session import TerminalSession

CIRCULATION = {
    CopyStatus.AVAILABLE: "03",
    CopyStatus.ON_LOAN: "04",
    CopyStatus.HOLD_SHELF: "08",
    CopyStatus.IN_TRANSIT: "10",
    CopyStatus.LOST: "12",
}
OTHER = "01"
# CK by item type; whatever is not named here is a book or something else.
MEDIA = {
    "book": "001", "textbook": "001", "magazine": "002", "journal": "003", "periodical": "002", "audio": "004",
    "video": "005", "dvd": "005", "cd": "006", "cd-rom": "006", "audiobook": "010",
}  # fmt: skip
OTHER_MEDIUM = "000"
MOST_LISTED = 50  # books in BM and BN


# --- one book -------------------------------------------------------------------------------------


def item(session: TerminalSession, question: Message, now: datetime) -> Message:
    copy = _copy(question)
    if copy is None:
        return refused(question, _("This barcode is not in the catalogue."))
    fixed = {"circulation": CIRCULATION.get(CopyStatus(copy.status), OTHER), "security": "00", "fee_type": "01"}
    loan = Loan.objects.filter(copy=copy, open_slot=1).first()
    due: Fields = (("AH", at(loan.due_at)),) if loan else ()
    fields = (("CF", str(_waiting(copy))), *due, *_pick_up(copy), ("AB", question.get("AB")), ("AJ", title_of(copy)))
    owner: Fields = (("BG", site()[1]),) if site()[1] else ()
    return Message("18", fixed | {"at": at(now)}, (*fields, *owner, *_where(copy), *_properties(session, copy)))


def item_status_update(session: TerminalSession, question: Message, now: datetime) -> Message:
    """CH, the properties that a machine knows of a book, are kept as the note of the copy."""
    copy = _copy(question)
    if copy is None:
        return refused(question, _("This barcode is not in the catalogue."))
    properties = printable(question.get("CH"))[:200]
    Copy.objects.filter(pk=copy.pk).update(note=properties, seen_at=now)
    fields = (("AB", question.get("AB")), ("AJ", title_of(copy)), ("CH", properties))
    return Message("20", {"ok": "1", "at": at(now)}, fields)


def _waiting(copy: Copy) -> int:
    return Hold.objects.filter(title=copy.title_id, state=Hold.State.WAITING, open_slot=1).count()


def _pick_up(copy: Copy) -> Fields:
    hold = Hold.objects.filter(copy=copy, state=Hold.State.READY, open_slot=1).first()
    return (("CM", at(hold.pick_up_by)),) if hold and hold.pick_up_by else ()


def _where(copy: Copy) -> Fields:
    place = printable(copy.location)
    here: Fields = (("AP", place),) if copy.status in (CopyStatus.AVAILABLE, CopyStatus.REFERENCE) and place else ()
    return (("CK", _medium(copy)), ("AQ", place), *here)


def _medium(copy: Copy) -> str:
    return MEDIA.get(copy.item_type.lower(), OTHER_MEDIUM)


def _properties(session: TerminalSession, copy: Copy) -> Fields:
    """The note of a copy is for staff, and for machines that may write it."""
    return (("CH", printable(copy.note)),) if copy.note and session.may("19") else ()


def _copy(question: Message) -> Copy | None:
    return Copy.objects.select_related("title").filter(barcode=question.get("AB").strip()).first()


# --- loans ----------------------------------------------------------------------------------------


def check_out(session: TerminalSession, question: Message, now: datetime) -> Message:
    """With the renewal policy Y one's own book is renewed."""

    def lend() -> Loan:
        if question.get("BI") == "Y" or question.fixed["no_block"] == "Y":
            raise Refused("not_offline", _("Loans cannot be entered for another time. Please ask at the desk."))
        person, copy = session.borrower(question), loans.by_barcode(question.get("AB"))
        mine = Loan.objects.filter(copy=copy, person=person, open_slot=1).first()
        if mine is not None and question.fixed["renewal_policy"] == "Y":
            return ledger().renew(mine, at=now, station=session.station)
        return ledger().check_out(copy, to=person, at=now, station=session.station)

    return _lent("12", question, now, lend)


def renew(session: TerminalSession, question: Message, now: datetime) -> Message:
    def longer() -> Loan:
        person, copy = session.borrower(question), _named_copy(session, question)
        loan = Loan.objects.filter(copy=copy, person=person, open_slot=1).first()
        if loan is None:
            raise Refused("not_on_loan", _("This book is not on loan to you."), status=409)
        return ledger().renew(loan, at=now, station=session.station)

    return _lent("30", question, now, longer)


def _named_copy(session: TerminalSession, question: Message) -> Copy:
    """By its barcode, or by its title where the machine knows no more. Refused `unknown_barcode`."""
    if question.get("AB").strip() or not question.get("AJ").strip():
        return loans.by_barcode(question.get("AB"))
    person = session.borrower(question)
    mine = Loan.objects.filter(person=person, open_slot=1, copy__title=_title(question)).select_related("copy__title")
    loan = mine.first()
    if loan is None:
        raise Refused("not_on_loan", _("This book is not on loan to you."), status=409)
    return loan.copy


def _lent(code: str, question: Message, now: datetime, act: Callable[[], Loan]) -> Message:
    try:
        loan = act()
    except Refused as no:
        return refused(question, no.message, ("AJ", title_of(_copy(question))))
    renewed = "Y" if code == "30" or loan.renewals else "N"
    fixed = {"ok": "1", "renewal_ok": renewed, "magnetic": "N", "desensitize": "Y", "at": at(now)}
    fields: Fields = (site(), ("AA", question.get("AA")), ("AB", question.get("AB")))
    bare = Message(code, fixed, (*fields, ("AJ", ""), ("AH", at(loan.due_at))))
    whole = lambda: Message(code, fixed, (*fields, *_loan_fields(loan)))  # noqa: E731
    return after_the_deed(whole, bare)


def _loan_fields(loan: Loan) -> Fields:
    return (("AJ", title_of(loan.copy)), ("AH", at(loan.due_at)), ("CK", _medium(loan.copy)))


def renew_all(session: TerminalSession, question: Message, now: datetime) -> Message:
    """Each loan by itself: what cannot be renewed does not keep the others from it."""
    try:
        person = session.borrower(question)
    except Refused as no:
        return refused(question, no.message)
    done: list[str] = []
    left: list[str] = []
    why = ""
    for loan in loans.open_loans(person):
        try:
            ledger().renew(loan, at=now, station=session.station)
            done.append(loan.copy.barcode)
        except Refused as no:
            left.append(loan.copy.barcode)
            why = why or no.message
    fixed = {"ok": "1", "renewed": f"{len(done):04d}", "unrenewed": f"{len(left):04d}", "at": at(now)}
    listed = [("BM", barcode) for barcode in done[:MOST_LISTED]] + [("BN", barcode) for barcode in left[:MOST_LISTED]]
    words: Fields = (("AF", printable(why)),) if why else ()
    return Message("66", fixed, (site(), ("AA", question.get("AA")), *listed, *words))


# --- returns --------------------------------------------------------------------------------------


def check_in(session: TerminalSession, question: Message, now: datetime) -> Message:
    try:
        if question.get("BI") == "Y":
            raise Refused("not_undone", _("A return cannot be undone."))
        copy = loans.by_barcode(question.get("AB"))
        here = Branch.by_code().get(question.get("AP").strip().casefold())
        ledger().give_back(copy, at=now, station=session.station, here=here)
    except Refused as no:
        return refused(question, no.message)
    fixed = {"ok": "1", "resensitize": "Y", "magnetic": "N", "alert": "N", "at": at(now)}
    bare = Message("10", fixed, (site(), ("AB", question.get("AB")), ("AQ", "")))
    return after_the_deed(lambda: _returned(question, fixed, copy), bare)


def _returned(question: Message, fixed: dict[str, str], copy: Copy) -> Message:
    copy.refresh_from_db()
    held = copy.status == CopyStatus.HOLD_SHELF
    words: Fields = (
        (("CV", "01"), ("AF", _("Another reader is waiting for this book. Put it on the hold shelf."))) if held else ()
    )
    if to := holds.destination_of(copy):
        box = _("Please put it in the box for %(branch)s.") % {"branch": to}
        words = (("CV", "04"), ("CT", printable(to.code)), ("AF", printable(box)))
    fields = (site(), ("AB", question.get("AB")), ("AQ", printable(copy.location)), ("AJ", title_of(copy)))
    return Message("10", fixed | {"alert": "Y" if words else "N"}, (*fields, ("CK", _medium(copy)), *words))


# --- holds ----------------------------------------------------------------------------------------


def hold(session: TerminalSession, question: Message, now: datetime) -> Message:
    """`+` waits for the title, `-` waits no more. There is nothing to change (`*`) but to hear how it stands."""
    try:
        person, title = session.borrower(question), _title(question)
        found, words = _held(question.fixed["mode"], title, person, now)
    except Refused as no:
        return refused(question, no.message, ("AJ", title_of(_copy(question))))
    fixed = {"ok": "1", "available": "Y" if found and found.state == Hold.State.READY else "N", "at": at(now)}
    fields: Fields = (site(), ("AA", question.get("AA")), ("AB", question.get("AB")), ("AJ", printable(title.title)))
    bare = Message("16", fixed, fields)
    return after_the_deed(lambda: Message("16", fixed, (*_standing(found), *fields, ("AF", words))), bare)


def _held(mode: str, title: Title, person: User, now: datetime) -> tuple[Hold | None, str]:
    """The hold as it stands after the action. Refused as `holds.place`, `not_held`, `unknown_mode`."""
    if mode == "+":
        return holds.place(title, person, at=now), _("You are in the queue for this title.")
    found = Hold.objects.filter(title=title, person=person, open_slot=1).first()
    if mode not in ("-", "*"):
        raise Refused(
            "unknown_mode",
            _("The machine did not say what to do with the hold, so nothing was changed. Please ask at the desk."),
        )
    if found is None:
        raise Refused("not_held", _("You are not waiting for this title."), status=409)
    if mode == "*":
        return found, _("Your hold is unchanged. The library sets the pick-up place and the last day.")
    holds.cancel(found)
    return None, _("You are no longer waiting for this title.")


def _standing(found: Hold | None) -> Fields:
    """BW: until when a ready copy waits. BR: the place in the queue; a ready one has none before it."""
    if found is None:
        return ()
    until: Fields = (("BW", at(found.pick_up_by)),) if found.pick_up_by else ()
    earlier = Q(placed_at__lt=found.placed_at) | Q(placed_at=found.placed_at, pk__lte=found.pk)
    queue = Hold.objects.filter(earlier, title=found.title_id, state=Hold.State.WAITING, open_slot=1)
    return (*until, ("BR", str(max(queue.count(), 1))))


def _title(question: Message) -> Title:
    """By any copy's barcode, or by an ISBN or the very words. Refused `unknown_barcode`, `unknown_title`."""
    if barcode := question.get("AB").strip():
        return loans.by_barcode(barcode).title
    words = question.get("AJ").strip()
    found = list(Title.objects.filter(Q(isbn=isbn.read(words) or "-") | Q(title__iexact=words))[:2]) if words else []
    if len(found) != 1:
        raise Refused(
            "unknown_title",
            _("This title is not in the catalogue, or several titles match. Please ask at the desk."),
            status=404,
        )
    return found[0]
