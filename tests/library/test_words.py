"""One refusal, two audiences: a reader at a kiosk, who learns of nobody else, and a librarian, who is at the desk."""

from __future__ import annotations

import pytest

from library.circulation import loans
from library.desk import messages as desk_words
from library.rules import messages as words
from library.rules.lending import CopyState, CopyStatus, LoanTerms, PersonState, may_borrow, may_renew
from lockers.rules import messages as locker_words
from tests.support.library import book

READER, COPY = PersonState(1), CopyState(CopyStatus.AVAILABLE)
VERDICTS = [
    may_borrow(COPY, PersonState(1, valid=False), LoanTerms()),
    may_borrow(COPY, PersonState(1, blocked="x"), LoanTerms()),
    may_borrow(COPY, PersonState(1, overdue=1), LoanTerms(overdue_blocks=True)),
    may_borrow(COPY, PersonState(1, open_loans=3), LoanTerms(most_loans=3)),
    *(may_borrow(CopyState(status), READER, LoanTerms()) for status in ("lost", "withdrawn", "reference")),
    may_borrow(CopyState(CopyStatus.ON_LOAN, on_loan_to=1), READER, LoanTerms()),
    may_borrow(CopyState(CopyStatus.ON_LOAN, on_loan_to=2), READER, LoanTerms()),
    may_borrow(CopyState(CopyStatus.HOLD_SHELF, shelved_for=2), READER, LoanTerms()),
    may_renew(2, False, READER, LoanTerms()),
]


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.code)
def test_every_verdict_speaks_to_both_audiences(verdict):
    assert verdict.code in words.REASONS and verdict.code in words.AT_DESK
    assert not verdict.desk or "desk" in words.sentence(verdict.code), "the kiosk adds nothing of its own"


@pytest.mark.parametrize("code", words.AT_DESK)
def test_a_librarian_is_never_sent_to_the_desk_nor_called_you(code):
    sentence = str(words.AT_DESK[code]).lower()
    assert "desk" not in sentence and " you" not in sentence and not sentence.startswith("you")


@pytest.mark.django_db
def test_every_fact_that_a_sentence_names_exists(ada, grace):
    copy = book("E-1", "Emma")
    loans.check_out(copy, to=grace)
    facts = desk_words.DeskFacts(copy, ada, "E-1")
    known = {name for name in ("barcode", "title", "name", "number", "holder", "due", "loans") if facts[name]}
    assert len(known) == 7
    for name in ("waiting", "reason"):  # nobody waits, nobody is blocked: the reader's sentence is said instead
        with pytest.raises(KeyError):
            facts[name]


@pytest.mark.parametrize("code", locker_words.FOR_OFFICERS)
def test_an_officer_is_never_told_to_ask_an_officer(code):
    said = locker_words.for_officers(locker_words.refusal(code)).message.lower()
    assert "ask" not in said and "please" not in said and "your" not in said


def test_what_sends_a_customer_to_an_officer_has_words_for_the_officer():
    about_doors = {
        code for code, said in locker_words.REASONS.items() if code.startswith("door_") and "officer" in str(said)
    }
    assert about_doors <= set(locker_words.FOR_OFFICERS)
