"""May this book go with this person, and until when? Pure rules, without a database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LONGEST_CLOSURE = 366  # days that a due date may be put off by closed days


class CopyStatus(StrEnum):
    AVAILABLE = "available"
    ON_LOAN = "on_loan"
    HOLD_SHELF = "hold_shelf"
    REFERENCE = "reference"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


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
    renewals: int, wanted_by_others: bool, person: PersonState, terms: LoanTerms, days_left: int = 0
) -> LoanVerdict:
    """`days_left`: until it is due. Every reason against it, the most final first."""
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
    return YES


# --- time and money -----------------------------------------------------------------------------


def due_at(
    taken: datetime, days: int, zone: ZoneInfo, closed: Collection[date] = (), shut: Collection[int] = ()
) -> datetime:
    """The end of the day, in the site's time, `days` later; never on a closed day or weekday (0 is Monday)."""
    day = taken.astimezone(zone).date() + DAY * days
    for _ in range(LONGEST_CLOSURE):
        if day not in closed and day.weekday() not in shut:
            break
        day += DAY
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)


def renewed_until(
    due: datetime, now: datetime, days: int, zone: ZoneInfo, closed: Collection[date] = (), shut: Collection[int] = ()
) -> datetime:
    """From today, and never earlier than it was due before."""
    return max(due, due_at(now, days, zone, closed, shut))


def days_late(due: datetime, back: datetime, zone: ZoneInfo) -> int:
    """Calendar days in the site's time; on the day itself nothing is late."""
    return max(0, (back.astimezone(zone).date() - due.astimezone(zone).date()).days)


def days_until(due: datetime, now: datetime, zone: ZoneInfo) -> int:
    return (due.astimezone(zone).date() - now.astimezone(zone).date()).days


def fine(
    due: datetime, back: datetime, per_day: Decimal, zone: ZoneInfo, caps: Iterable[Decimal | None] = ()
) -> Decimal:
    """Never more than any of the caps leaves room for, and never less than nothing."""
    room = [max(cap, Decimal(0)) for cap in caps if cap is not None]
    return min([per_day * days_late(due, back, zone), *room])


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
