"""ISBNs, loans, due dates, fines and leaving: rules alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.rules import isbn
from library.rules.due_times import days_late, fine
from library.rules.due_times import due_at as due_by_terms
from library.rules.due_times import renewed_until as renewed_by_terms
from library.rules.lending import (
    CopyState,
    CopyStatus,
    Leaving,
    LoanTerms,
    PersonState,
    may_borrow,
    may_leave,
    may_renew,
)
from library.rules.opening import OpeningCalendar

ROME = ZoneInfo("Europe/Rome")
ADA, GRACE = 1, 2


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("978-0-14-143951-8", "9780141439518"),
        ("0141439513", "9780141439518"),
        ("141439513", "9780141439518"),  # a spreadsheet ate the zero
        ("080442957X", "9780804429573"),
        ("9780141439519", None),
        ("9.78014E+12", None),
        ("9,78014E+12", None),
        ("", None),
        ("4006381333931", None),  # a pen
    ],
)
def test_an_isbn_is_read_however_it_is_written(written, found):
    assert isbn.read(written) == found


@given(st.integers(0, 10**9 - 1))
def test_every_isbn_10_becomes_the_same_isbn_13_with_and_without_its_zeros(number):
    body = f"{number:09d}"
    check = next(c for c in "0123456789X" if isbn.is_isbn10(body + c))
    found = isbn.read(body + check)
    assert isbn.is_isbn13(found)
    stripped = (body + check).lstrip("0")
    if len(stripped) >= 7:
        assert isbn.read(stripped) == found


@given(st.integers(0, 10**9 - 1), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number, place, by):
    body = f"978{number:09d}"
    code = next(body + str(c) for c in range(10) if isbn.is_ean13(body + str(c)))
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert not isbn.is_ean13(wrong)


def test_a_sound_isbn_10_rescues_what_a_spreadsheet_did_to_the_other():
    assert isbn.rescued("9.78014E+12", "0141439513") == ("9780141439518", "from_isbn10")
    assert isbn.rescued("9.78014E+12", "x") == (None, "bad_isbn")
    assert isbn.rescued(" ", "") == (None, "none")


# --- borrowing ----------------------------------------------------------------------------------


def code(copy=None, person=None, terms=None):
    return may_borrow(copy or CopyState(CopyStatus.AVAILABLE), person or PersonState(ADA), terms or LoanTerms()).code


def test_a_free_book_goes_with_whoever_belongs_here():
    assert code() == ""


@given(st.integers(0, 10_000))
def test_there_is_no_limit_on_the_number_of_books_unless_one_is_set(loans):
    assert code(person=PersonState(ADA, open_loans=loans)) == ""
    assert code(person=PersonState(ADA, open_loans=loans), terms=LoanTerms(most_loans=3)) == (
        "too_many" if loans >= 3 else ""
    )


@pytest.mark.parametrize(
    ("copy", "answer"),
    [
        (CopyState(CopyStatus.REFERENCE), "reference"),
        (CopyState(CopyStatus.LOST), "lost"),
        (CopyState(CopyStatus.WITHDRAWN), "withdrawn"),
        (CopyState(CopyStatus.ON_LOAN, on_loan_to=ADA), "yours_already"),
        (CopyState(CopyStatus.ON_LOAN, on_loan_to=GRACE), "on_loan"),
        (CopyState(CopyStatus.HOLD_SHELF, shelved_for=GRACE), "on_hold"),
        (CopyState(CopyStatus.HOLD_SHELF, shelved_for=ADA, wanted_by=(GRACE,)), ""),
        (CopyState(CopyStatus.AVAILABLE, wanted_by=(GRACE, ADA)), "on_hold"),
        (CopyState(CopyStatus.AVAILABLE, wanted_by=(ADA, GRACE)), ""),
    ],
)
def test_the_state_of_the_book_decides(copy, answer):
    assert code(copy) == answer


@pytest.mark.parametrize(
    ("person", "terms", "answer"),
    [
        (PersonState(ADA, valid=False), LoanTerms(), "not_valid"),
        (PersonState(ADA, blocked="Lost card"), LoanTerms(), "blocked"),
        (PersonState(ADA, overdue=1), LoanTerms(), ""),
        (PersonState(ADA, overdue=1), LoanTerms(overdue_blocks=True), "overdue"),
        (PersonState(ADA), LoanTerms(loanable=False), "reference"),
    ],
)
def test_the_person_and_the_policy_decide_too(person, terms, answer):
    assert code(person=person, terms=terms) == answer


def test_a_book_is_renewed_until_somebody_waits_for_it_or_it_was_often_enough():
    assert may_renew(0, False, PersonState(ADA), LoanTerms()).allowed
    assert may_renew(0, True, PersonState(ADA), LoanTerms()).code == "on_hold"
    assert may_renew(2, False, PersonState(ADA), LoanTerms(renewals=2)).code == "renewed_enough"


# --- days ---------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAYS = st.integers(1, 400)


def due_at(taken, days, zone, closed=(), shut=()):
    return due_by_terms(taken, LoanTerms(days=days), OpeningCalendar(zone, frozenset(closed), frozenset(shut)))


def renewed_until(due, now, days, zone):
    return renewed_by_terms(due, now, LoanTerms(days=days), OpeningCalendar(zone))


def test_a_book_is_due_at_the_end_of_the_day_and_never_on_a_closed_one():
    due = due_at(NOON, 28, ROME)
    assert (due.date(), due.hour) == (date(2026, 3, 30), 23)
    assert due_at(NOON, 28, ROME, {date(2026, 3, 30), date(2026, 3, 31)}).date() == date(2026, 4, 1)
    assert due_at(NOON, 5, ROME, shut={5, 6}).date() == date(2026, 3, 9)  # a Saturday becomes Monday


@given(
    DAYS, st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=30), st.sets(st.integers(0, 6), max_size=6)
)
def test_a_due_date_is_open_and_never_too_early(days, closed, shut):
    due = due_at(NOON, days, ROME, closed, shut)
    assert due.date() >= NOON.date() + timedelta(days=days)
    assert due.date() not in closed and due.weekday() not in shut


@given(DAYS)
def test_renewing_never_makes_a_book_due_earlier(days):
    before = due_at(NOON, 28, ROME)
    assert renewed_until(before, NOON, days, ROME) >= before


@given(st.integers(0, 1000), st.decimals("0.00", "5.00", places=2))
def test_a_fine_is_the_price_for_each_day_and_nothing_on_time(late, price):
    due = due_at(NOON, 1, ROME)
    back = due - timedelta(hours=5) + timedelta(days=late)
    assert days_late(due, back, ROME) == late
    assert fine(days_late(due, back, ROME), price) == price * late
    assert fine(days_late(due, due - timedelta(days=3), ROME), price) == Decimal(0)


def test_the_gate_opens_when_everything_is_on_the_ledger():
    assert may_leave(Leaving(inside=True)).allowed
    assert may_leave(Leaving(inside=True, unfinished=1)).code == "unfinished"
    assert may_leave(Leaving(inside=False)).code == "not_inside"
    assert may_leave(Leaving(inside=True, unfinished=2, alarm=True)).code == "alarm"


@given(st.booleans(), st.integers(0, 3), st.booleans())
def test_nothing_but_a_clean_ledger_opens_the_gate(inside, unfinished, alarm):
    allowed = may_leave(Leaving(inside=inside, unfinished=unfinished, alarm=alarm)).allowed
    assert allowed == (inside and not unfinished and not alarm)
