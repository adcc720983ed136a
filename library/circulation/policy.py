"""Which terms apply to this person and this item, and what the rules need to know of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from library.models import (
    BasketLine,
    Copy,
    Fine,
    Hold,
    LibraryClosedDay,
    LibraryOpeningHours,
    Loan,
    LoanPolicy,
    PatronBlock,
)
from library.rules.due_times import due_at, is_at_a_time, renewed_until
from library.rules.lending import CopyState, CopyStatus, LoanPeriod, LoanTerms, PersonState
from library.rules.opening import OpeningCalendar

ANY = ""


def site_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


class Conditions:
    """The policies and closed days as they stand now, read once for however many books are looked at."""

    @cached_property
    def _policies(self) -> list[LoanPolicy]:
        return list(LoanPolicy.objects.prefetch_related("fixed_dates"))

    @cached_property
    def calendar(self) -> OpeningCalendar:
        return opening_calendar()

    def terms(self, person: User, item_type: str) -> LoanTerms:
        """The most particular policy: item type first, then affiliation, then role; without any, the usual terms."""
        fitting = [
            row
            for row in self._policies
            if row.role in (person.role, ANY)
            and row.affiliation in (person.affiliation, ANY)
            and row.item_type in (item_type, ANY)
        ]
        best = max(
            fitting, key=lambda row: (row.item_type != ANY, row.affiliation != ANY, row.role != ANY), default=None
        )
        terms = best.terms if best else LoanTerms()
        if terms.renew_within is None and settings.LIBRARY_RENEW_WITHIN:
            return replace(terms, renew_within=settings.LIBRARY_RENEW_WITHIN)
        return terms

    def is_by_hour(self, person: User, copy: Copy) -> bool:
        return self.terms(person, copy.item_type).period == LoanPeriod.HOURS

    def due(self, person: User, copy: Copy, taken: datetime) -> datetime:
        return due_at(taken, self.terms(person, copy.item_type), self.calendar)

    def due_again(self, person: User, loan: Loan, now: datetime) -> datetime:
        """When a renewed book is due."""
        return renewed_until(loan.due_at, now, self.terms(person, loan.copy.item_type), self.calendar)


def still_by_hour(loan: Loan, due: datetime) -> bool:
    """What the college's library system says of a loan by hours may be a day."""
    return loan.by_hour and is_at_a_time(due, site_zone())


def opening_calendar() -> OpeningCalendar:
    hours: dict[int, tuple[tuple[time, time], ...]] = {}
    for row in LibraryOpeningHours.objects.all():
        hours[row.weekday] = (*hours.get(row.weekday, ()), (row.opens, row.closes))
    closed = frozenset(LibraryClosedDay.objects.values_list("day", flat=True))
    return OpeningCalendar(site_zone(), closed, frozenset(settings.LIBRARY_SHUT_WEEKDAYS), hours)


def terms_for(person: User, item_type: str) -> LoanTerms:
    return Conditions().terms(person, item_type)


def person_state(person: User, now: datetime | None = None) -> PersonState:
    now = now or timezone.now()
    loans = Loan.objects.filter(person=person, open_slot=1)
    block = PatronBlock.objects.filter(person=person).values_list("reason", flat=True).first()
    return PersonState(
        person=person.pk,
        valid=person.is_active and person.is_valid_on(timezone.localdate(now)),
        open_loans=loans.count(),
        overdue=loans.filter(due_at__lt=now).count(),
        blocked=block or "",
        owes_too_much=owes_too_much(person),
    )


def copy_states(copies: Collection[Copy]) -> Mapping[int, CopyState]:
    """What the rules need to know of each copy, by its key, in two queries."""
    loans = dict(Loan.objects.filter(copy__in=copies, open_slot=1).values_list("copy_id", "person_id"))
    shelved: dict[int | None, int] = {}
    waiting: dict[int, list[int]] = defaultdict(list)
    titles = {copy.title_id for copy in copies}
    for hold in Hold.objects.filter(title__in=titles, open_slot=1).order_by("placed_at", "pk"):
        if hold.state == Hold.State.READY:
            shelved[hold.copy_id] = hold.person_id
        elif hold.state == Hold.State.WAITING:
            waiting[hold.title_id].append(hold.person_id)
    return {
        copy.pk: CopyState(
            status=CopyStatus(copy.status),
            on_loan_to=loans.get(copy.pk),
            shelved_for=shelved.get(copy.pk),
            wanted_by=tuple(waiting[copy.title_id]),
        )
        for copy in copies
    }


def copy_state(copy: Copy) -> CopyState:
    return copy_states([copy])[copy.pk]


def unfinished_lines(person: User) -> int:
    return BasketLine.objects.filter(basket__person=person, basket__open_slot=1, open_slot=1).count()


def unpaid(person: User) -> list[Fine]:
    """Fines that are owed, and those whose money is to be refunded; oldest first."""
    rows = Fine.objects.filter(loan__person=person, settled_at=None)
    return list(rows.select_related("loan__copy__title").prefetch_related("entries"))


def owes_too_much(person: User) -> bool:
    limit = settings.LIBRARY_FINE_LIMIT
    return bool(limit) and sum((fine.balance for fine in unpaid(person)), Decimal(0)) > limit
