"""What keeps the demo campus's locker officers busy: terms, two groups, and two lockers that no one empties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from lockers.assignments import registration
from lockers.assignments.abandoned import notices
from lockers.assignments.grants import drafts, execution
from lockers.assignments.grants import rows as wishes
from lockers.bank.terms import terms
from lockers.models import Assignment, Bank, Grant

SEMESTER = ("s-1002", "s-1003", "s-1004", "s-1005", "s-1006")  # s-1003 has a locker: that line is refused
SUMMER = ("s-3001", "s-3003")  # over since yesterday; the first has used it
UNPAID, NOT_EMPTIED = "06", "08"
FIRST_TERMS = (
    "1. The locker is for your own things. Nothing that burns, smells or lives.\n"
    "2. Do not pass your card, PIN or key on.\n"
    "3. On the last day, empty the locker. What is left behind is kept for three months."
)
NEXT_TERMS = FIRST_TERMS + "\n4. Vaults are opened together with an officer, between 8:00 and 18:00."

Visit = Callable[[Assignment], None]


def fill(bank: Bank, since: datetime, visit: Visit) -> None:
    """`visit`: how someone comes to their door, and shuts it again."""
    _semester(bank)
    _summer(bank, since, visit)
    _terms(bank, since)
    _abandoned(bank)


def _terms(bank: Bank, since: datetime) -> None:
    """One version that everyone has accepted, so that no one is kept out; the next one comes in two weeks."""
    first = timezone.localdate(since)
    one = terms.publish(bank, FIRST_TERMS, in_force_from=first, grace_days=14, by=None, at=since)
    for person in User.objects.filter(lockers__locker__bank=bank, lockers__open_slot=1).distinct():
        terms.answer(one, person, accepted=True, how="page")
    coming = timezone.localdate() + timedelta(days=14)
    terms.publish(bank, NEXT_TERMS, in_force_from=coming, grace_days=30, by=None)


def _semester(bank: Bank) -> None:
    _given(bank, "Semester, history", SEMESTER, timezone.localdate(), timezone.localdate() + timedelta(days=120))


def _summer(bank: Bank, since: datetime, visit: Visit) -> None:
    """Given until today, and then ended a day earlier: nothing is assigned for a time that is over."""
    today = timezone.localdate()
    grant = _given(bank, "Summer school, biology", SUMMER, timezone.localdate(since), today)
    rows = Assignment.objects.filter(grant_line__grant=grant).select_related("locker__bank", "customer")
    mine = list(rows.order_by("locker__number"))
    for row in mine[:1]:
        visit(row)
    for row in mine:
        registration.set_end(row, today - timedelta(days=1), by=None)


def _given(bank: Bank, name: str, people: Sequence[str], first: date, last: date) -> Grant:
    frame = drafts.GrantFrame(name, bank, first, last, first="13")
    grant = drafts.draft(frame, wishes.from_list("\n".join(people)), by=None)
    return execution.work(execution.start(grant, by=None), seconds=30)


def _abandoned(bank: Bank) -> None:
    """One has just begun; of the other the first notice was given by hand."""
    now = timezone.now()
    for row in Assignment.objects.filter(locker__bank=bank, locker__number=NOT_EMPTIED, open_slot=1):
        notices.begin(row, "ended", by=None)
    for row in Assignment.objects.filter(locker__bank=bank, locker__number=UNPAID, open_slot=1):
        case = notices.begin(row, "unpaid", by=None, at=now - timedelta(days=20))
        notices.notify(case, by=None, how="A letter to the address on record", at=now - timedelta(days=12))
