"""May this book go with this person, and on which terms? Pure rules, without a database. Until when: `due_times`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class CopyStatus(StrEnum):
    AVAILABLE = "available"
    ON_LOAN = "on_loan"
    HOLD_SHELF = "hold_shelf"
    IN_TRANSIT = "in_transit"
    REFERENCE = "reference"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class LoanPeriod(StrEnum):
    """How a loan's end is found."""

    DAYS = "days"
    HOURS = "hours"
    FIXED = "fixed"


class AtClosing(StrEnum):
    """What becomes of a loan by hours that would end while the library is closed."""

    SHORTEN = "shorten"
    NEXT_OPENING = "next_opening"
    KEEP = "keep"


class WhenClosed(StrEnum):
    """What becomes of a due date on a day on which the library is closed."""

    LATER = "later"
    EARLIER = "earlier"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What applies to one kind of person and one kind of item."""

    days: int = 28
    renewals: int = 2
    most_loans: int | None = None  # None: as many as they like
    overdue_blocks: bool = False
    fine_per_day: Decimal = Decimal(0)
    loanable: bool = True
    most_fine: Decimal | None = None  # for one loan; None: no limit
    renew_within: int | None = None  # days before it is due; None: at any time
    auto_renew: bool = False
    period: LoanPeriod = LoanPeriod.DAYS
    hours: int = 3  # for a period of hours
    at_closing: AtClosing = AtClosing.SHORTEN
    fine_per_hour: Decimal = Decimal(0)
    fixed: tuple[date, ...] = ()  # for fixed dates; when the last one is over, the days count
    least_days: int = 0  # a fixed date that is nearer than this is ignored
    when_closed: WhenClosed = WhenClosed.LATER


@dataclass(frozen=True, slots=True)
class CopyState:
    status: CopyStatus
    on_loan_to: int | None = None  # person
    shelved_for: int | None = None  # person whose hold it waits for
    wanted_by: tuple[int, ...] = ()  # people in the queue for the title, first first, without those already served


@dataclass(frozen=True, slots=True)
class PersonState:
    person: int
    valid: bool = True
    open_loans: int = 0
    overdue: int = 0
    blocked: str = ""  # a sentence written by a librarian
    owes_too_much: bool = False


@dataclass(frozen=True, slots=True)
class LoanVerdict:
    """`code` is "" when the book may go. `desk`: only a librarian can help; otherwise the person can act."""

    code: str = ""
    desk: bool = False

    @property
    def allowed(self) -> bool:
        return not self.code


YES = LoanVerdict()


def may_borrow(copy: CopyState, person: PersonState, terms: LoanTerms) -> LoanVerdict:
    """Every reason against a loan, the most final first."""
    return _person_verdict(person, terms) or _copy_verdict(copy, person, terms) or YES


def _person_verdict(person: PersonState, terms: LoanTerms) -> LoanVerdict | None:
    if not person.valid:
        return LoanVerdict("not_valid", desk=True)
    if person.blocked:
        return LoanVerdict("blocked", desk=True)
    if person.owes_too_much:
        return LoanVerdict("owes_too_much", desk=True)
    if terms.overdue_blocks and person.overdue:
        return LoanVerdict("overdue", desk=True)
    return None


def _copy_verdict(copy: CopyState, person: PersonState, terms: LoanTerms) -> LoanVerdict | None:
    if copy.status in (CopyStatus.LOST, CopyStatus.WITHDRAWN):
        return LoanVerdict(str(copy.status), desk=True)
    if copy.status == CopyStatus.IN_TRANSIT:
        return LoanVerdict("in_transit", desk=True)
    if copy.status == CopyStatus.REFERENCE or not terms.loanable:
        return LoanVerdict("reference")
    if copy.on_loan_to is not None:
        mine = copy.on_loan_to == person.person
        return LoanVerdict("yours_already") if mine else LoanVerdict("on_loan", desk=True)
    if copy.shelved_for not in (None, person.person):
        return LoanVerdict("on_hold")
    if copy.shelved_for is None and copy.wanted_by and copy.wanted_by[0] != person.person:
        return LoanVerdict("on_hold")
    if terms.most_loans is not None and person.open_loans >= terms.most_loans:
        return LoanVerdict("too_many")
    return None


def may_renew(
    renewals: int,
    wanted_by_others: bool,
    person: PersonState,
    terms: LoanTerms,
    days_left: int = 0,
    *,
    longer: bool = True,
) -> LoanVerdict:
    """`days_left`: until it is due. `longer`: it would be due later. Every reason against it, the most final first."""
    if not person.valid:
        return LoanVerdict("not_valid", desk=True)
    if person.blocked:
        return LoanVerdict("blocked", desk=True)
    if person.owes_too_much:
        return LoanVerdict("owes_too_much", desk=True)
    if wanted_by_others:
        return LoanVerdict("on_hold")
    if renewals >= terms.renewals:
        return LoanVerdict("renewed_enough")
    if terms.renew_within is not None and days_left > terms.renew_within:
        return LoanVerdict("too_early")
    if terms.period != LoanPeriod.DAYS and not longer:
        return LoanVerdict("not_longer")
    return YES


def sent_to(home: int | None, here: int | None) -> int | None:
    """The branch that a returned copy is sent to. None: it stays, or one of the two is not known."""
    return home if here is not None and home != here else None


# --- leaving ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaving:
    """Everything that the gate must know of a person who wants out."""

    inside: bool  # a visit is open
    unfinished: int = 0  # lines in a basket that were scanned and not taken over
    alarm: bool = False  # the library's own tags say that something was not registered
    valid: bool = True


def may_leave(leaving: Leaving) -> LoanVerdict:
    """The ledger decides: everything that was scanned is on loan, and nothing else rings."""
    if leaving.alarm:
        return LoanVerdict("alarm", desk=True)
    if leaving.unfinished:
        return LoanVerdict("unfinished")
    if not leaving.inside:
        return LoanVerdict("not_inside", desk=True)
    return YES


def first_in_queue(queue: Iterable[int], served: Collection[int]) -> int | None:
    return next((person for person in queue if person not in served), None)
