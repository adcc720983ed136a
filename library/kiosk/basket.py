"""The exit station's basket: scanned, shown, removed, parked, and finished in one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation import loans, notices, policy
from library.circulation.ledger import Ledger, ledger
from library.models import Basket, BasketLine, Copy, ExitPass, Loan, Visit
from library.visits import exit_passes

log = logging.getLogger("ostiary.library")


@dataclass(frozen=True, slots=True)
class Finished:
    """What the person takes along."""

    loans: list[Loan]
    permission: ExitPass


def open_for(person: User, *, station: str = "", at: datetime | None = None) -> Basket:
    """The person's open basket, here or parked at another station; a new one when there is none.

    Refused `not_inside`: only who came in has a basket.
    """
    at = at or timezone.now()
    visit = Visit.objects.filter(person=person, open_slot=1).first()
    if visit is None:
        raise Refused("not_inside", _("You are not recorded as inside. Please ask at the desk."), status=409)
    basket = Basket.objects.filter(person=person, open_slot=1).first() or _new(person, visit, station, at)
    Basket.objects.filter(pk=basket.pk).update(station=station, touched_at=at)
    basket.station, basket.touched_at = station, at
    return basket


def _new(person: User, visit: Visit, station: str, at: datetime) -> Basket:
    try:
        with transaction.atomic():
            return Basket.objects.create(person=person, visit=visit, station=station, opened_at=at, touched_at=at)
    except IntegrityError:  # a second frame was faster
        return Basket.objects.get(person=person, open_slot=1)


def add(basket: Basket, copy: Copy, *, at: datetime | None = None) -> tuple[BasketLine, bool]:
    """One scanned book; (its line, whether it is new). The same book twice is one line.

    Refused `in_another_basket`, `finished`, and every reason of the rules.
    """
    at = at or timezone.now()
    known = BasketLine.objects.filter(copy=copy, open_slot=1).select_related("basket", "copy__title").first()
    if known is not None and known.basket_id == basket.pk:
        return known, False
    if known is not None:
        raise Refused(
            "in_another_basket", _("Another person has just scanned this book. Please ask at the desk."), status=409
        )
    _refuse_too_many(basket, copy)
    return _put(basket, copy, at), True


def _refuse_too_many(basket: Basket, copy: Copy) -> None:
    """What lies in the basket counts too, where a policy sets a limit."""
    limit = policy.terms_for(basket.person, copy.item_type).most_loans
    if limit is not None and len(loans.open_loans(basket.person)) + len(lines(basket)) >= limit:
        raise loans.refusal(loans.LoanVerdict("too_many"))


def _put(basket: Basket, copy: Copy, at: datetime) -> BasketLine:
    try:
        with transaction.atomic():
            locked = Basket.objects.select_for_update().get(pk=basket.pk)
            if locked.open_slot is None:
                raise Refused(
                    "finished",
                    _("This basket has already been checked out. Scan a book to start a new one."),
                    status=409,
                )
            line = BasketLine.objects.create(basket=locked, copy=copy, added_at=at)
            # Checked once the line exists: another basket that held the copy a moment ago may have lent it just now.
            copy.refresh_from_db(fields=["status"])
            verdict = ledger().judge(copy, basket.person, at)
            if not verdict.allowed:
                raise loans.refusal(verdict)
            Basket.objects.filter(pk=basket.pk).update(touched_at=at)
    except IntegrityError as error:
        raise Refused(
            "in_another_basket", _("Another person has just scanned this book. Please ask at the desk."), status=409
        ) from error
    return line


def take_back(basket: Basket, line_id: int) -> bool:
    """Undo one scan; False when the line is gone already."""
    return bool(BasketLine.objects.filter(pk=line_id, basket=basket, open_slot=1).update(open_slot=None))


def lines(basket: Basket) -> list[BasketLine]:
    return list(basket.lines.filter(open_slot=1).select_related("copy__title"))


def abandon(basket: Basket) -> None:
    """The person leaves everything here: nothing was borrowed."""
    with transaction.atomic():
        basket.lines.filter(open_slot=1).update(open_slot=None)
        Basket.objects.filter(pk=basket.pk).update(open_slot=None, finished_at=timezone.now())


def finish(person: User, *, station: str = "", at: datetime | None = None, alarm: bool = False) -> Finished:
    """Everything that was scanned goes on the account, the visit ends, and the ledger says whether the gate opens.

    1. One transaction: every loan, the basket, the visit, the receipt, the permission; all of it or nothing.
    2. After it: the gate. Killed in between, another process shows it the permission (`pending_gates`).
    """
    at = at or timezone.now()
    books = ledger()
    with books.together(_scanned(person), to=person, at=at, station=station), transaction.atomic():
        basket = Basket.objects.select_for_update().filter(person=person, open_slot=1).first()
        taken = _take_over(books, basket, person, station, at) if basket else []
        _write_receipt(taken)
        permission = exit_passes.decide(person, station=station, loans=len(taken), at=at, alarm=alarm)
        if permission.reason == "alarm":
            open_for(person, station=station, at=at)  # to go on with when it is over
    return Finished(taken, exit_passes.open_gate(permission))


def _write_receipt(taken: list[Loan]) -> None:
    """Into the outbox, with the loans. One that cannot be written never keeps anyone in."""
    if not taken or receipt_of(taken) != Visit.Receipt.MAIL:
        return
    try:
        with transaction.atomic():
            notices.receipt(taken)
    except Exception:
        log.exception("The receipt of %d loans could not be written", len(taken))


def receipt_of(taken: list[Loan]) -> str:
    """What the person has chosen for the visit in which these were lent."""
    visit = taken[0].visit if taken else None
    return visit.receipt if visit else Visit.Receipt.MAIL


def _scanned(person: User) -> list[Copy]:
    basket = Basket.objects.filter(person=person, open_slot=1).first()
    return [line.copy for line in lines(basket)] if basket else []


def _take_over(books: Ledger, basket: Basket, person: User, station: str, at: datetime) -> list[Loan]:
    copies = [line.copy for line in lines(basket)]
    taken = books.check_out_all(copies, to=person, at=at, station=station, visit=basket.visit) if copies else []
    basket.lines.filter(open_slot=1).update(open_slot=None)
    Basket.objects.filter(pk=basket.pk).update(open_slot=None, finished_at=at)
    return taken
