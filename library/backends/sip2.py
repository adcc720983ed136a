"""The college's own library system keeps the loans; this ledger is its mirror.

The other side is asked first. What it has done and we could not write down is undone there, or said loudly.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from config.errors import Refused
from library import journal, loans, under_way
from library.models import Copy, Loan, Visit
from library.sip2 import site
from library.sip2.client import Lent, Silent

log = logging.getLogger("ostiary.library")

UNSETTLED = "unsettled_in_the_library_system"  # the code in the journal


class Remote:
    """One of these for each deed; it remembers what it has borrowed over there."""

    def __init__(self) -> None:
        self._lent: dict[int, tuple[Copy, User, Lent]] = {}  # there, and perhaps not yet in our ledger
        self._together = False

    # --- the promise of a Ledger ------------------------------------------------------------------

    def check_out(self, copy: Copy, *, to: User, at: datetime, station: str = "", visit: Visit | None = None) -> Loan:
        """Over there first. When we cannot write it down, it is given back over there."""
        with self._alone(at, station):
            lent = self._borrowed(copy, to, at)
            loan = loans.check_out(copy, to=to, at=at, station=station, visit=visit)
        return _due_as_there(loan, lent)

    def check_out_all(
        self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = "", visit: Visit | None = None
    ) -> list[Loan]:
        """`together` has borrowed them over there."""
        lent = [self._borrowed(copy, to, at) for copy in sorted(copies, key=lambda copy: copy.pk)]
        rows = loans.check_out_all(copies, to=to, at=at, station=station, visit=visit)
        return [_due_as_there(loan, there) for loan, there in zip(rows, lent, strict=True)]

    def give_back(self, copy: Copy, *, at: datetime, station: str = "") -> Loan | None:
        under_way.mark(copy)
        site.client().check_in(copy.barcode)
        return loans.give_back(copy, at=at, station=station)

    @transaction.atomic
    def renew(self, loan: Loan, *, at: datetime, station: str = "") -> Loan:
        """Here first, in a transaction that the other side's refusal undoes."""
        person = loan.person
        under_way.mark(loan.copy)
        renewed = loans.renew(loan, at=at, station=station)
        assert person is not None  # noqa: S101  loans.renew has refused it
        return _due_as_there(renewed, site.client().renew(number_of(person), loan.copy.barcode))

    @contextmanager
    def together(self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = "") -> Iterator[None]:
        """All of these books or none: borrowed over there before our transaction begins, given back if it fails."""
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
        """Our own rules first: what they refuse is not asked for at all."""
        if copy.pk in self._lent:
            return self._lent[copy.pk][2]
        verdict = loans.judge(copy, to, at)
        if not verdict.allowed:
            raise loans.refusal(verdict)
        if not self._lent:
            site.client().patron(number_of(to))
        under_way.mark(copy)
        try:
            lent = site.client().check_out(number_of(to), copy.barcode)
        except Silent:  # it may have been done
            self._lent[copy.pk] = (copy, to, Lent(None, ""))
            raise
        self._lent[copy.pk] = (copy, to, lent)
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
        """Whatever was lent over there and is not in our ledger is given back. Silence is not asked twice."""
        silent: Refused | None = None
        for copy, person, _lent in self._lent.values():
            if Loan.objects.filter(copy=copy, person=person, open_slot=1).exists():
                continue
            problem = silent or _returned(copy)
            if isinstance(problem, Silent):
                silent = problem
            if problem:
                _say_loudly(copy, person, problem, at, station)
        self._lent.clear()


def _returned(copy: Copy) -> Refused | None:
    try:
        site.client().check_in(copy.barcode)
    except Refused as no:
        return no
    return None


def _say_loudly(copy: Copy, person: User, why: Refused, at: datetime, station: str) -> None:
    words = "The library system may have %s on the account of person %s, and we do not (%s). Put it right there."
    log.critical(words, copy.barcode, person.pk, why.code)
    journal.note(journal.Kind.REFUSED, person, copy=copy, station=station, at=at, code=UNSETTLED, why=why.code)


def _due_as_there(loan: Loan, lent: Lent) -> Loan:
    """The date that people have been told over there is the one that counts."""
    if lent.due is not None:
        Loan.objects.filter(pk=loan.pk).update(due_at=lent.due)
        loan.due_at = lent.due
    return loan


def number_of(person: User) -> str:
    """What the library system knows somebody by (SIP2_PATRON). Refused `no_card`."""
    number = person.card_barcode if settings.SIP2_PATRON == "card_barcode" else person.id_number
    if not number:
        raise Refused("no_card", "This account has no card number, which the library system asks for.", status=409)
    return number
