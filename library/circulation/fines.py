"""What is owed, to the cent: every change is an entry, and the sum of a fine's entries is its balance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation import policy
from library.models import Copy, Fine, FineEntry, Loan
from library.rules import due_times

Kind, Entry = Fine.Kind, FineEntry.Kind
AMOUNT = re.compile(r"\d{1,6}([.,]\d{1,2})?")
NOTHING = Decimal(0)


def amount_of(typed: str) -> Decimal:
    """As people type it, with a point or a comma. Refused `bad_amount`."""
    if not AMOUNT.fullmatch(typed.strip()):
        raise Refused("bad_amount", _("This is not an amount. Enter it with two decimals at most, such as 2.50."))
    return Decimal(typed.strip().replace(",", "."))


def money(amount: Decimal) -> str:
    """With the currency of the site where it has one."""
    unit = "" if settings.LIBRARY_CURRENCY == "XXX" else f" {settings.LIBRARY_CURRENCY}"
    return f"{amount:.2f}{unit}"


def owed_by(person: User) -> Decimal:
    return sum((fine.balance for fine in policy.unpaid(person)), NOTHING)


# --- what is charged ------------------------------------------------------------------------------


@transaction.atomic
def charge(loan: Loan, kind: str, amount: Decimal, *, at: datetime | None = None) -> Fine | None:
    """Once for each loan and kind; nothing for an amount of nothing."""
    if amount <= NOTHING:
        return None
    at = at or timezone.now()
    fine, made = Fine.objects.get_or_create(loan=loan, kind=kind, defaults={"amount": amount, "made_at": at})
    if made:
        FineEntry.objects.create(fine=fine, kind=Entry.CHARGE, amount=amount, at=at)
    return fine


def charge_late(loan: Loan) -> Fine | None:
    """For a late book, where the policy has a price, and within the caps."""
    if loan.person is None or loan.returned_at is None:
        return None
    conditions = policy.Conditions()
    terms = conditions.terms(loan.person, loan.copy.item_type)
    price = terms.fine_per_hour if loan.by_hour else terms.fine_per_day
    caps = (terms.most_fine, _room_of(loan.person))
    return charge(loan, Kind.LATE, due_times.fine(_late(loan, conditions), price, caps), at=loan.returned_at)


def _late(loan: Loan, conditions: policy.Conditions) -> int:
    """Hours for a loan by hours, otherwise days."""
    assert loan.returned_at is not None  # noqa: S101  asked for above
    if loan.by_hour:
        return due_times.hours_late(loan.due_at, loan.returned_at, conditions.calendar)
    return due_times.days_late(loan.due_at, loan.returned_at, policy.site_zone())


def _room_of(person: User) -> Decimal | None:
    """How much of LIBRARY_FINE_CAP is left for one more late book."""
    if not settings.LIBRARY_FINE_CAP:
        return None
    late = sum((fine.balance for fine in policy.unpaid(person) if fine.kind == Kind.LATE), NOTHING)
    return settings.LIBRARY_FINE_CAP - late


def charge_lost(loan: Loan, *, at: datetime) -> Fine | None:
    """The copy's own price, or else the library's usual one."""
    price = loan.copy.price if loan.copy.price is not None else settings.LIBRARY_LOST_PRICE
    return charge(loan, Kind.LOST, price, at=at) if loan.person_id else None


@transaction.atomic
def cancel_lost(copy: Copy, *, at: datetime) -> None:
    """The book is found: nothing more is asked for it, and what was paid is refunded for a while."""
    for fine in _locked(Fine.objects.filter(loan__copy=copy, kind=Kind.LOST)):
        if not fine.entries.filter(kind=Entry.FOUND).exists():
            _enter(fine, Entry.FOUND, -max(fine.balance, NOTHING) - _to_give_back(fine, at), by=None, at=at)


def refundable(now: datetime) -> QuerySet[Fine]:
    """Paid for books that are lost and may still turn up: whom the money goes back to must not be forgotten."""
    since = now - timedelta(days=settings.LIBRARY_REFUND_DAYS)
    paid = Fine.objects.filter(kind=Kind.LOST, made_at__gte=since, entries__kind=Entry.PAYMENT)
    return paid.exclude(pk__in=FineEntry.objects.filter(kind=Entry.FOUND).values("fine"))


def _to_give_back(fine: Fine, at: datetime) -> Decimal:
    if at > fine.made_at + timedelta(days=settings.LIBRARY_REFUND_DAYS):
        return NOTHING
    return -sum((entry.amount for entry in fine.entries.all() if entry.kind == Entry.PAYMENT), NOTHING)


# --- what lessens it ------------------------------------------------------------------------------


@transaction.atomic
def pay(fine: Fine, amount: Decimal, *, by: User | None) -> Fine:
    """In full or in part. Refused `settled_already`, `bad_amount`, `too_much`."""
    fine = _owing(fine)
    _refuse_too_much(amount, fine.balance)
    return _enter(fine, Entry.PAYMENT, -amount, by=by)


@transaction.atomic
def pay_account(person: User, amount: Decimal, *, of: Decimal, by: User | None) -> list[Fine]:
    """The oldest fines first. `of`: what the payer was shown; refused `balance_changed` when it is something else."""
    open_ = [fine for fine in _locked(Fine.objects.filter(loan__person=person, settled_at=None)) if fine.balance > 0]
    owed = sum((fine.balance for fine in open_), NOTHING)
    if owed != of:
        raise Refused(
            "balance_changed",
            _("The amount owed has changed to %(owed)s, so nothing was recorded. Check it, then enter it again.")
            % {"owed": money(owed)},
            status=409,
        )
    _refuse_too_much(amount, owed)
    return [_enter(fine, Entry.PAYMENT, -part, by=by) for fine, part in _parts(open_, amount)]


def _parts(fines: Sequence[Fine], amount: Decimal) -> Iterable[tuple[Fine, Decimal]]:
    """How the amount spreads over the fines, to the cent."""
    for fine in fines:
        part = min(amount, fine.balance)
        amount -= part
        if part:
            yield fine, part


def _refuse_too_much(amount: Decimal, owed: Decimal) -> None:
    if amount <= NOTHING or amount != amount.quantize(Decimal("0.01")):
        raise Refused("bad_amount", _("This is not an amount. Enter it with two decimals at most, such as 2.50."))
    if amount > owed:
        words = _("%(amount)s is more than is owed, so nothing was recorded. Enter %(owed)s at most.")
        raise Refused("too_much", words % {"amount": money(amount), "owed": money(owed)}, status=409)


@transaction.atomic
def waive(fine: Fine, *, by: User | None, reason: str, note: str = "") -> Fine:
    """What is left of it is not asked for any more. Refused `settled_already`, `no_reason`."""
    note = note.strip()[:200]
    if reason not in FineEntry.Reason.values or (reason == FineEntry.Reason.OTHER and not note):
        raise Refused("no_reason", _("Choose why the fine is waived. “Other reason” needs a note."))
    fine = _owing(fine)
    return _enter(fine, Entry.WAIVER, -fine.balance, by=by, reason=reason, note=note)


@transaction.atomic
def refund(fine: Fine, *, by: User | None) -> Fine:
    """What was paid for a book that is found was refunded. Refused `nothing_to_refund`."""
    fine = _locked(Fine.objects.filter(pk=fine.pk))[0]
    if fine.balance >= NOTHING:
        raise Refused("nothing_to_refund", _("There is nothing to refund for this book."), status=409)
    return _enter(fine, Entry.REFUND, -fine.balance, by=by)


def _owing(fine: Fine) -> Fine:
    fine = _locked(Fine.objects.filter(pk=fine.pk))[0]
    if fine.balance <= NOTHING:
        raise Refused("settled_already", _("This fine has already been settled."), status=409)
    return fine


def _locked(fines: QuerySet[Fine]) -> list[Fine]:
    """Held until the end of the transaction, so that two payments never pay the same cent."""
    keys = list(fines.order_by("pk").values_list("pk", flat=True))
    return list(Fine.objects.select_for_update().filter(pk__in=keys).order_by("made_at", "pk"))


def _enter(
    fine: Fine,
    kind: str,
    amount: Decimal,
    *,
    by: User | None,
    at: datetime | None = None,
    reason: str = "",
    note: str = "",
) -> Fine:
    at = at or timezone.now()
    if amount:
        FineEntry.objects.create(fine=fine, kind=kind, amount=amount, at=at, by=by, reason=reason, note=note)
    settled = fine.balance == NOTHING
    fine.settled_at, fine.settled_by = (at, by) if settled else (None, None)
    fine.waived = fine.waived or kind == Entry.WAIVER
    fine.save(update_fields=["settled_at", "settled_by", "waived"])
    return fine


# --- what a statement shows -----------------------------------------------------------------------


def statement(person: User) -> list[tuple[FineEntry, Decimal]]:
    """Every entry with the balance after it, oldest first."""
    rows = FineEntry.objects.filter(fine__loan__person=person).select_related("fine__loan__copy__title", "by")
    lines, balance = [], NOTHING
    for entry in rows.order_by("at", "pk"):
        balance += entry.amount
        lines.append((entry, balance))
    return lines
