"""At the same instant: two who confirm, two who close, a clock that runs twice, two answers to the terms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from lockers.assignments import registration
from lockers.assignments.abandoned import notices, witnessed_opening
from lockers.bank.log import access_log
from lockers.bank.terms import terms
from lockers.models import Abandonment, AbandonmentStep, Assignment, BankTerms, Opening
from tests.conftest import person
from tests.support.lockers import bank, given, shut
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def people():
    return person("s-ada", "Ada", email="ada@example.org"), person("o-1", "One", Role.LOCKER_OFFICER)


def ended(customer):
    mine = given(customer)
    registration.set_end(mine.assignments.get(), timezone.localdate() - timedelta(days=1), by=None)
    return mine


def ago(days):
    return timezone.now() - timedelta(days=days)


def last(customer):
    row = notices.begin(ended(customer).assignments.get(), "ended", by=None, at=ago(80))
    for days in (70, 50, 30):
        row = notices.notify(row, at=ago(days))
    return row


def test_a_clock_in_several_processes_begins_one_case_and_gives_one_notice(people):
    ended(people[0])
    now = timezone.now()
    at_once(*[lambda: notices.go_on(now)] * 3)
    later = now + timedelta(days=8)
    at_once(*[lambda: notices.go_on(later)] * 3)
    assert Abandonment.objects.get().state == "first"
    assert AbandonmentStep.objects.count() == 2 and access_log.verify().broken is None


def test_a_witness_who_taps_twice_opens_once(people):
    ada, officer = people
    barbara = person("l-1", "Barbara", Role.LIBRARIAN)
    row = witnessed_opening.ask(last(ada), by=officer, witness=barbara)
    answers = at_once(*[lambda: witnessed_opening.confirm(row, by=barbara)] * 3)
    assert answers.count("not_this_step") == 2 and Opening.objects.count() == 1


def test_things_are_handed_out_or_disposed_of_and_never_both(people):
    ada, officer = people
    barbara = person("l-1", "Barbara", Role.LIBRARIAN)
    row = witnessed_opening.confirm(witnessed_opening.ask(last(ada), by=officer, witness=barbara), by=barbara)
    shut(row.assignment.locker)
    keep = timezone.localdate() + timedelta(days=90)
    row = witnessed_opening.take_inventory(row, by=officer, contents="x", place="y", keep_until=keep)
    row = witnessed_opening.confirm_list(row, by=barbara)
    after = timezone.now() + timedelta(days=92)
    answers = at_once(
        lambda: witnessed_opening.hand_out(row, by=officer, note="To her"),
        lambda: witnessed_opening.dispose(row, by=officer, note="Charity", at=after),
    )
    assert answers.count("not_this_step") == 1
    assert AbandonmentStep.objects.filter(state__in=("handed_out", "disposed")).count() == 1


def test_releasing_and_confirming_the_witness_at_once_opens_nothing_that_was_given_back(people):
    ada, officer = people
    barbara = person("l-1", "Barbara", Role.LIBRARIAN)
    row = witnessed_opening.ask(last(ada), by=officer, witness=barbara)
    checklist = dict.fromkeys(("emptied", "inspected", "door_locked", "customer_told"), True)
    answers = at_once(
        lambda: witnessed_opening.confirm(row, by=barbara),
        lambda: registration.release(row.assignment, by=officer, checklist=checklist),
    )
    opened, released = Opening.objects.exists(), Assignment.objects.get().open_slot is None
    assert opened or released
    assert ("settled_meanwhile" in answers) == (not opened)
    assert access_log.verify().broken is None


def test_two_versions_published_at_once_have_two_numbers_or_one_is_refused():
    home, today = bank(), timezone.localdate()
    publish = {"in_force_from": today, "grace_days": 1, "by": None}
    answers = at_once(*[lambda: terms.publish(home, "x", **publish)] * 3)
    made = list(BankTerms.objects.values_list("version", flat=True))
    assert len(made) == len(set(made)) and len(made) + answers.count("published_already") == 3


def test_the_same_yes_at_once_leaves_a_yes(people):
    mine = given(people[0])
    made = terms.publish(mine.bank, "x", in_force_from=timezone.localdate(), grace_days=1, by=None)
    at_once(*[lambda: terms.answer(made, people[0], accepted=True, how="page")] * 3)
    assert terms.standing(people[0], mine.bank, timezone.localdate()).state == "accepted"
    assert access_log.verify().broken is None
