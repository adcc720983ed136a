"""The own ledger: loans, returns and renewals in one transaction each. Anyone who lends goes by `ledger.ledger()`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from config.errors import Refused
from library.catalogue.tags import switching
from library.circulation import fines, holds, journal, policy
from library.models import Branch, Copy, Hold, LibraryStation, Loan, Transit, Visit
from library.rules.due_times import days_until
from library.rules.lending import CopyStatus, LoanVerdict, may_borrow, may_renew, sent_to
from library.rules.messages import sentence

Kind = journal.Kind


def refusal(verdict: LoanVerdict) -> Refused:
    return Refused(verdict.code, sentence(verdict.code), status=409, details={"desk": verdict.desk})


def by_barcode(barcode: str) -> Copy:
    """The copy that carries this barcode. Refused `unknown_barcode`: only what the catalogue knows is a book."""
    copy = Copy.objects.select_related("title").filter(barcode=barcode.strip()).first()
    if copy is None:
        raise Refused("unknown_barcode", sentence("unknown_barcode"), status=404)
    return copy


def judge(copy: Copy, person: User, now: datetime | None = None) -> LoanVerdict:
    """May this person borrow this copy now?"""
    terms = policy.terms_for(person, copy.item_type)
    return may_borrow(policy.copy_state(copy), policy.person_state(person, now), terms)


def together(copies: Sequence[Copy], *, to: User, at: datetime, station: str = "") -> AbstractContextManager[None]:
    """Around the caller's transaction, which is enough here: the library system's ledger has more to do."""
    return nullcontext()


@transaction.atomic
def check_out(
    copy: Copy,
    *,
    to: User,
    at: datetime | None = None,
    station: str = "",
    by: User | None = None,
    visit: Visit | None = None,
) -> Loan:
    """Lend one copy. Of two that try at once, one succeeds. Refused with the rules' codes."""
    at = at or timezone.now()
    return check_out_all([copy], to=to, at=at, station=station, by=by, visit=visit)[0]


@transaction.atomic
def check_out_all(
    copies: Sequence[Copy],
    *,
    to: User,
    at: datetime | None = None,
    station: str = "",
    by: User | None = None,
    visit: Visit | None = None,
) -> list[Loan]:
    """Lend several, all of them or none, in the order of their keys. Refused with the rules' codes.

    The copies' rows are locked in that order too, so that two baskets never wait for each other.
    """
    at = at or timezone.now()
    conditions = policy.Conditions()
    # Titles apart: PostgreSQL would lock their rows too.
    locked = list(Copy.objects.select_for_update().filter(pk__in=[copy.pk for copy in copies]).order_by("pk"))
    prefetch_related_objects(locked, "title")
    _refuse_any(locked, to, at, conditions)
    rows = [
        Loan(
            copy=copy,
            person=to,
            taken_at=at,
            due_at=conditions.due(to, copy, at),
            by_hour=conditions.is_by_hour(to, copy),
            station=station,
            by=by,
            visit=visit,
        )
        for copy in locked
    ]
    _lend(rows)
    holds.fulfil(to, locked)
    Copy.objects.filter(pk__in=[copy.pk for copy in locked]).update(status=CopyStatus.ON_LOAN)
    journal.note_loans(rows, station=station, at=at)
    switching.lent(locked, station)
    return rows


def _refuse_any(copies: Sequence[Copy], person: User, at: datetime, conditions: policy.Conditions) -> None:
    """Each book is checked as if those before it were lent already: a limit counts them too."""
    states, reader = policy.copy_states(copies), policy.person_state(person, at)
    for copy in copies:
        verdict = may_borrow(states[copy.pk], reader, conditions.terms(person, copy.item_type))
        if not verdict.allowed:
            raise refusal(verdict)
        reader = replace(reader, open_loans=reader.open_loans + 1)


def _lend(rows: Sequence[Loan]) -> None:
    """One row at a time: MySQL tells no keys of rows that were written together."""
    try:
        with transaction.atomic():
            for loan in rows:
                loan.save(force_insert=True)
                loan.copy.status = CopyStatus.ON_LOAN
    except IntegrityError as error:  # the constraint is the last word
        raise refusal(LoanVerdict("on_loan", desk=True)) from error


@transaction.atomic
def give_back(
    copy: Copy,
    *,
    at: datetime | None = None,
    station: str = "",
    fined: bool = True,
    here: Branch | None = None,
    sends: bool = True,
) -> Loan | None:
    """A copy is back: the loan ends, a fine is made where the policy asks, the next in the queue gets it.

    Returning what no one had is harmless (None), and finds what was lost. Not `fined`: no one here knows when it came.
    `here`: the branch where it lies, otherwise that of the station; a copy of another branch is sent there.
    Not where it `sends` nothing: then whatever was in transit has arrived.
    """
    at = at or timezone.now()
    copy = Copy.objects.select_for_update().select_related("title").get(pk=copy.pk)
    loan = Loan.objects.select_related("person").filter(copy=copy, open_slot=1).first()
    if loan is not None:
        Loan.objects.filter(pk=loan.pk).update(returned_at=at, open_slot=None)
        loan.returned_at = at
        if fined:
            fines.charge_late(loan)
        journal.note(Kind.RETURNED, loan.person, copy=copy, loan=loan, station=station, at=at)
    fines.cancel_lost(copy, at=at)
    if loan is None and copy.status == CopyStatus.LOST:
        journal.note(Kind.FOUND, None, copy=copy, station=station, at=at)
    if sends:
        _free(copy, at, here or _branch_of(station))
    else:
        _arrived(copy, at)
    switching.returned(copy, station)
    return loan


def _branch_of(station: str) -> Branch | None:
    found = LibraryStation.objects.filter(station__slug=station).select_related("branch").first() if station else None
    return found.branch if found else None


def end_transit(copy: Copy) -> None:
    """A copy that may be in transit is needed where it lies: to be lent at once, in the caller's transaction.

    The queue is not served, for no one is told before the loan stands; `check_out` asks who is first in it.
    """
    copy.status = Copy.objects.select_for_update().values_list("status", flat=True).get(pk=copy.pk)
    if copy.status == CopyStatus.IN_TRANSIT:
        Transit.objects.filter(copy=copy).delete()
        copy.status = CopyStatus.AVAILABLE
        copy.save(update_fields=["status"])


FREED = (CopyStatus.ON_LOAN, CopyStatus.LOST, CopyStatus.AVAILABLE, CopyStatus.IN_TRANSIT)


def _free(copy: Copy, at: datetime, here: Branch | None) -> None:
    """What waits on the hold shelf of the wrong branch is sent home too."""
    _seen(copy, at)
    strayed = copy.status == CopyStatus.HOLD_SHELF and here is not None and sent_to(copy.branch_id, here.pk)
    if strayed:
        holds.release(copy)
    if strayed or copy.status in FREED:
        holds.send_or_shelve(copy, here, at)


def _arrived(copy: Copy, at: datetime) -> None:
    _seen(copy, at)
    Transit.objects.filter(copy=copy).delete()
    if copy.status in FREED:
        holds.shelve(copy, at)


def _seen(copy: Copy, at: datetime) -> None:
    copy.seen_at = at
    copy.save(update_fields=["seen_at"])


@transaction.atomic
def renew(loan: Loan, *, at: datetime | None = None, station: str = "") -> Loan:
    """Keep it longer. Refused `returned`, `on_hold`, `renewed_enough`, `not_valid`, `blocked`,
    `owes_too_much`, `too_early`, `not_longer`."""
    at = at or timezone.now()
    Loan.objects.select_for_update().get(pk=loan.pk)  # alone: PostgreSQL locks no row that may be missing in a join
    loan = Loan.objects.select_related("person", "copy__title").get(pk=loan.pk)
    if loan.open_slot is None or loan.person is None:
        raise Refused("returned", sentence("not_on_loan"), status=409)
    conditions = policy.Conditions()
    if loan.copy.status == CopyStatus.LOST:
        raise Refused("lost", sentence("lost"), status=409)
    terms = conditions.terms(loan.person, loan.copy.item_type)
    waiting = Hold.objects.filter(title=loan.copy.title_id, state=Hold.State.WAITING, open_slot=1)
    left = days_until(loan.due_at, at, policy.site_zone())
    due, reader = conditions.due_again(loan.person, loan, at), policy.person_state(loan.person, at)
    verdict = may_renew(loan.renewals, waiting.exists(), reader, terms, left, longer=due > loan.due_at)
    if not verdict.allowed:
        raise refusal(verdict)
    loan.due_at, loan.by_hour = due, conditions.is_by_hour(loan.person, loan.copy)
    loan.renewals = F("renewals") + 1
    loan.save(update_fields=["due_at", "by_hour", "renewals"])
    loan.refresh_from_db(fields=["renewals"])
    journal.note(Kind.RENEWED, loan.person, copy=loan.copy, loan=loan, station=station, at=at)
    return loan


@transaction.atomic
def mark_lost(copy: Copy, *, by: User | None, at: datetime | None = None) -> Copy:
    """No one finds it any more. An open loan stays on its account until a librarian settles it."""
    copy = Copy.objects.select_for_update().get(pk=copy.pk)
    copy.status = CopyStatus.LOST
    copy.save(update_fields=["status"])
    loan = Loan.objects.filter(copy=copy, open_slot=1).first()
    if loan is not None:
        fines.charge_lost(loan, at=at or timezone.now())
    journal.note(Kind.LOST, loan.person if loan else None, copy=copy, loan=loan, at=at)
    return copy


@transaction.atomic
def settle_lost(loan: Loan, *, by: User | None, at: datetime | None = None) -> Loan:
    """A lost book is paid for, or forgiven: it leaves the account, and the copy leaves the library.

    Refused `not_lost` for a copy that is not recorded as lost, `returned` for a loan that has ended.
    """
    at = at or timezone.now()
    copy = Copy.objects.select_for_update().get(pk=loan.copy_id)
    if copy.status != CopyStatus.LOST:
        raise Refused("not_lost", sentence("not_lost"), status=409)
    if not Loan.objects.filter(pk=loan.pk, open_slot=1).update(returned_at=at, open_slot=None):
        raise Refused("returned", sentence("not_on_loan"), status=409)
    copy.status = CopyStatus.WITHDRAWN
    copy.save(update_fields=["status"])
    journal.note(Kind.WITHDRAWN, loan.person, copy=copy, loan=loan, at=at, by=by.id_number if by else "", why="lost")
    loan.refresh_from_db()
    return loan


def open_loans(person: User) -> list[Loan]:
    return list(Loan.objects.filter(person=person, open_slot=1).select_related("copy__title").order_by("due_at", "pk"))
