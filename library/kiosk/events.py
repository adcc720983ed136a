"""What a library station's page is told: display words and numbers of lines, never a person's number."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation import policy
from library.kiosk import basket as baskets
from library.kiosk.basket import Finished
from library.models import Basket, BasketLine, Copy, ExitPass, Visit
from library.rules.due_words import due_words, until_words
from library.visits import alarms, exit_passes
from library.visits.gates import WAITS


class LineNow(TypedDict):
    id: int
    title: str
    authors: str
    barcode: str
    due: str  # in words


class BasketNow(TypedDict):
    """Everything that lies in the basket of the person at this station."""

    kind: Literal["library.basket"]
    name: str
    lines: list[LineNow]
    new: int | None  # the line that has just been scanned
    receipt: str  # none, paper or mail: as chosen for this visit


class RefusedNow(TypedDict):
    kind: Literal["library.refused"]
    code: str
    message: str
    barcode: str
    desk: bool  # only the desk can help


class ReceiptLine(TypedDict):
    title: str
    due: str  # in words


class FinishedNow(TypedDict):
    kind: Literal["library.finished"]
    name: str
    number: str  # of the pass
    books: int
    receipt: list[ReceiptLine]
    paper: str  # when it was lent, in words, where the person wants it printed; else empty
    allowed: bool
    message: str
    next: str  # what the person does now
    gate: str  # what the gate answered


class SettledNow(TypedDict):
    """A book that the person at this exit had already was renewed or returned."""

    kind: Literal["library.settled"]
    title: str
    message: str


class ParkedNow(TypedDict):
    """The person has stepped away: nothing is lost, nothing is on loan."""

    kind: Literal["library.parked"]
    name: str
    books: int


class VisitNow(TypedDict):
    kind: Literal["library.visit"]
    name: str
    allowed: bool
    message: str
    gate: str


class ReturnedNow(TypedDict):
    kind: Literal["library.back"]
    title: str
    barcode: str
    message: str


class GateAlarmNow(TypedDict):
    """The gate's own tags ring at this exit, or have fallen silent."""

    kind: Literal["library.alarm"]
    ringing: bool
    seconds: int  # until it is over by itself
    message: str


def basket_now(basket: Basket, *, new: BasketLine | None = None) -> BasketNow:
    conditions = policy.Conditions()
    return {
        "kind": "library.basket",
        "name": basket.person.get_full_name(),
        "lines": [_line(line, basket.person, conditions) for line in baskets.lines(basket)],
        "new": new.pk if new else None,
        "receipt": basket.visit.receipt if basket.visit else Visit.Receipt.MAIL,
    }


def _line(line: BasketLine, person: User, conditions: policy.Conditions) -> LineNow:
    due = conditions.due(person, line.copy, timezone.now())
    return {
        "id": line.pk,
        "title": line.copy.title.title,
        "authors": line.copy.title.authors,
        "barcode": line.copy.barcode,
        "due": until_words(due, by_hour=conditions.is_by_hour(person, line.copy)),
    }


def refused_now(refusal: Refused, barcode: str = "") -> RefusedNow:
    desk = bool(refusal.details.get("desk"))
    return {
        "kind": "library.refused",
        "code": refusal.code,
        "message": refusal.message,
        "barcode": barcode,
        "desk": desk,
    }


def finished_now(person: User, done: Finished) -> FinishedNow:
    permission = done.permission
    return {
        "kind": "library.finished",
        "name": person.get_full_name(),
        "number": permission.number,
        "books": len(done.loans),
        "receipt": [{"title": loan.copy.title.title, "due": due_words(loan)} for loan in done.loans],
        "paper": _on_paper(done),
        "allowed": permission.allowed,
        "message": exit_passes.why(permission),
        "next": _what_now(permission),
        "gate": permission.gate_answer,
    }


def _on_paper(done: Finished) -> str:
    if not done.loans or baskets.receipt_of(done.loans) != Visit.Receipt.PAPER:
        return ""
    return date_format(timezone.localtime(done.permission.decided_at), "SHORT_DATETIME_FORMAT")


def _what_now(permission: ExitPass) -> str:
    """For the person who has pressed Finish, also while the camera still sees them."""
    if "alarm" in (permission.reason, permission.gate_answer.removeprefix("failed: ")):
        return _("Please wait here")
    if not permission.allowed or permission.gate_answer.startswith("failed"):
        return _("Please ask at the desk")
    return _("Please go to the gate") if permission.gate_answer == WAITS else _("Please go through")


def settled_now(copy: Copy, message: str) -> SettledNow:
    return {"kind": "library.settled", "title": copy.title.title, "message": message}


def parked_now(person: User, books: int) -> ParkedNow:
    return {"kind": "library.parked", "name": person.get_full_name(), "books": books}


def visit_now(person: User, *, allowed: bool, message: str, gate: str = "") -> VisitNow:
    return {
        "kind": "library.visit",
        "name": person.get_full_name(),
        "allowed": allowed,
        "message": message,
        "gate": gate,
    }


def returned_now(copy: Copy, *, was_out: bool, wanted: bool, box: str = "") -> ReturnedNow:
    """Never whose it was: the next in the queue reads this screen too."""
    words = _("Returned. Please put it on the shelf.") if was_out else _("This book was not on loan. Thank you.")
    if wanted:
        words = _("Returned. Another reader is waiting for it, so please put it on the hold shelf.")
    if box:
        words = _("Returned. Please put it in the box for %(branch)s.") % {"branch": box}
    return {"kind": "library.back", "title": copy.title.title, "barcode": copy.barcode, "message": words}


def alarm_now(slug: str, at: datetime) -> GateAlarmNow:
    alarm = alarms.ringing(slug, at)
    words = (
        _("The gate alarm is ringing. Please wait here with your books. A member of staff is coming.") if alarm else ""
    )
    seconds = round((alarm.until - at).total_seconds()) if alarm else 0
    return {"kind": "library.alarm", "ringing": alarm is not None, "seconds": seconds, "message": words}


Event = GateAlarmNow | BasketNow | RefusedNow | FinishedNow | ParkedNow | VisitNow | ReturnedNow
