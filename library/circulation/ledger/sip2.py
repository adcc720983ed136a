"""The college's own library system keeps the loans; this ledger is its mirror.

The other side is asked first. What it has done and we could not write down is undone there, or said loudly.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation import journal, loans, policy
from library.circulation.ledger import in_flight
from library.models import Branch, Copy, Loan, Visit
from library.rules.lending import CopyStatus, LoanVerdict
from library.sip2.client import accounts, from_settings
from library.sip2.client.accounts import Unclear
from library.sip2.client.client import Lent, Silent
from library.sip2.client.number_matching import is_among

log = logging.getLogger("ostiary.library")

IN = ("03", "06", "08", "09", "10")  # of a book that no one has: available, in process, held, to be shelved, on its way
CHARGED = ("04", "05", "07")  # charged, perhaps not to be recalled yet, or recalled
UNSETTLED = "unsettled_in_the_library_system"  # the code in the journal


@dataclass(frozen=True, slots=True)
class Borrowed:
    """What we asked for over there, and perhaps have not in our ledger yet."""

    copy: Copy
    person: User
    lent: Lent | None  # None: no one answered, so it may be lent or not


class Remote:
    """One of these for each action; it remembers what it has borrowed over there."""

    def __init__(self) -> None:
        self._borrowed_there: dict[int, Borrowed] = {}  # by the key of the copy
        self._together = False

    # --- the promise of a Ledger ------------------------------------------------------------------

    def judge(self, copy: Copy, person: User, now: datetime | None = None) -> LoanVerdict:
        """By our own rules, without a question to the other side: it has its say when the book is taken."""
        return loans.judge(copy, person, now)

    def check_out(
        self,
        copy: Copy,
        *,
        to: User,
        at: datetime,
        station: str = "",
        by: User | None = None,
        visit: Visit | None = None,
    ) -> Loan:
        """Over there first. When we cannot write it down, it is returned over there."""
        with self._alone(at, station):
            lent = self._borrowed(copy, to, at)
            loan = loans.check_out(copy, to=to, at=at, station=station, by=by, visit=visit)
        return _due_as_there(loan, lent)

    def check_out_all(
        self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = "", visit: Visit | None = None
    ) -> list[Loan]:
        """`together` has borrowed them over there."""
        lent = [self._borrowed(copy, to, at) for copy in sorted(copies, key=lambda copy: copy.pk)]
        rows = loans.check_out_all(copies, to=to, at=at, station=station, visit=visit)
        return [_due_as_there(loan, there) for loan, there in zip(rows, lent, strict=True)]

    def give_back(self, copy: Copy, *, at: datetime, station: str = "", here: Branch | None = None) -> Loan | None:
        """The library system sends its books home itself: none is in transit here, and what was is received here."""
        on_its_way = Copy.objects.filter(pk=copy.pk, status=CopyStatus.IN_TRANSIT).exists()
        if not on_its_way or Loan.objects.filter(copy=copy, open_slot=1).exists():
            in_flight.mark(copy)
            from_settings.client().check_in(copy.barcode)
        return loans.give_back(copy, at=at, station=station, sends=False)

    @transaction.atomic
    def renew(self, loan: Loan, *, at: datetime, station: str = "") -> Loan:
        """Here first, in a transaction that the other side's refusal undoes."""
        person = loan.person
        in_flight.mark(loan.copy)
        renewed = loans.renew(loan, at=at, station=station)
        assert person is not None  # noqa: S101  loans.renew has refused it
        return _due_as_there(renewed, from_settings.client().renew(number_of(person), loan.copy.barcode))

    @contextmanager
    def together(self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = "") -> Iterator[None]:
        """All of these books or none: borrowed over there before our transaction begins, returned if it fails."""
        self._together = True
        try:
            for copy in sorted(copies, key=lambda copy: copy.pk):
                self._borrowed(copy, to, at)
            yield
        finally:
            self._together = False
            self._settle(at, station)

    # --- over there -------------------------------------------------------------------------------

    def _borrowed(self, copy: Copy, to: User, at: datetime) -> Lent:
        """Our own rules first: what they refuse is never asked."""
        known = self._borrowed_there.get(copy.pk)
        if known is not None and known.lent is not None:
            return known.lent
        verdict = loans.judge(copy, to, at)
        if not verdict.allowed:
            raise loans.refusal(verdict)
        if not self._borrowed_there:
            from_settings.client().patron(number_of(to))
        in_flight.mark(copy)
        try:
            lent = from_settings.client().check_out(number_of(to), copy.barcode)
        except Silent as silence:
            if silence.heard:  # it may have been done
                self._borrowed_there[copy.pk] = Borrowed(copy, to, None)
            raise
        self._borrowed_there[copy.pk] = Borrowed(copy, to, lent)
        return lent

    @contextmanager
    def _alone(self, at: datetime, station: str) -> Iterator[None]:
        """A single loan is settled by itself, one of several with the others."""
        try:
            yield
        finally:
            if not self._together:
                self._settle(at, station)

    def _settle(self, at: datetime, station: str) -> None:
        """Whatever was lent over there and is not in our ledger is returned. Silence is not asked twice."""
        silent: Refused | None = None
        for there in self._borrowed_there.values():
            if Loan.objects.filter(copy=there.copy, person=there.person, open_slot=1).exists():
                continue
            problem = silent or _undone(there)
            if isinstance(problem, Silent):
                silent = problem
            if problem:
                _say_loudly(there.copy, there.person, problem, at, station)
        self._borrowed_there.clear()


def _undone(there: Borrowed) -> Refused | None:
    """None once it is on no one's account because of us; otherwise what stands in the way."""
    try:
        made = True if there.lent is not None else _is_made(there)
    except Refused as no:
        return no
    if made is False:
        log.info("The library system had not lent %s: there is nothing to undo", there.copy.barcode)
        return None
    problem = _returned(there.copy)
    if made is None and problem is not None and not isinstance(problem, Silent):
        log.warning("The library system says that %s is not on loan: it was not lent", there.copy.barcode)
        return None
    return problem


def _is_made(there: Borrowed) -> bool | None:
    """No one answered: the account says whether the loan was made, else the book itself; None when neither does.

    Refused Silent.
    """
    try:
        charged = accounts.items(from_settings.client(), number_of(there.person))
    except Unclear:
        return _is_out(there.copy)
    return is_among(there.copy.barcode, charged)


def _is_out(copy: Copy) -> bool | None:
    try:
        circulation = from_settings.client().look_at(copy.barcode).circulation
    except Refused:
        return None
    return False if circulation in IN else True if circulation in CHARGED else None


def _returned(copy: Copy) -> Refused | None:
    try:
        from_settings.client().check_in(copy.barcode)
    except Refused as no:
        return no
    return None


def _say_loudly(copy: Copy, person: User, why: Refused, at: datetime, station: str) -> None:
    words = "The library system may have %s on the account of person %s, and we do not (%s). Correct it there."
    log.critical(words, copy.barcode, person.pk, why.code)
    journal.note(journal.Kind.REFUSED, person, copy=copy, station=station, at=at, code=UNSETTLED, why=why.code)


def _due_as_there(loan: Loan, lent: Lent) -> Loan:
    """The date that people have been told over there is the one that counts."""
    if lent.due is not None:
        loan.due_at, loan.by_hour = lent.due, policy.still_by_hour(loan, lent.due)
        loan.save(update_fields=["due_at", "by_hour"])
    return loan


def number_of(person: User) -> str:
    """What the library system knows a person by (SIP2_PATRON). Refused `no_card`."""
    number = person.card_barcode if settings.SIP2_PATRON == "card_barcode" else person.id_number
    if not number:
        raise Refused(
            "no_card",
            _("This account has no card number, which the library system needs. Please ask at the desk."),
            status=409,
        )
    return number
