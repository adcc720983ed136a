"""Group grants at the same instant: two workers at one grant, two grants over the same doors, an officer in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from lockers.assignments import registration
from lockers.assignments.grants import drafts, execution, rows
from lockers.bank.log import access_log
from lockers.models import Assignment, Grant, GrantLine
from tests.conftest import person
from tests.support.lockers import bank, locker
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 12


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def group(prefix, count=PEOPLE):
    return [person(f"{prefix}-{number}", f"P{number}") for number in range(count)]


def running(people):
    today = timezone.localdate()
    frame = drafts.GrantFrame("Spring", bank(), today, today + timedelta(days=9))
    return execution.start(drafts.draft(frame, rows.from_people(people), by=None), by=None)


def test_several_workers_at_one_grant_carry_out_each_line_once():
    people = group("s")
    for number in range(1, PEOPLE + 3):
        locker(str(number))
    grant = running(people)
    at_once(*[lambda: execution.work(grant, seconds=30)] * 3)
    grant.refresh_from_db()
    states = set(grant.lines.values_list("state", flat=True))
    assert (grant.state, states) == (Grant.State.DONE, {GrantLine.State.ASSIGNED})
    assert Assignment.objects.count() == PEOPLE
    assert access_log.verify().broken is None


def test_two_grants_and_an_officer_over_the_same_doors_give_each_door_once():
    first, second = group("a"), group("b")
    eve, doors = person("s-eve", "Eve"), [locker(str(number)) for number in range(1, PEOPLE + 5)]
    one, two = running(first), running(second)
    at_once(
        lambda: execution.work(one, seconds=30),
        lambda: execution.work(two, seconds=30),
        lambda: registration.assign(doors[7], eve, by=None),
    )
    current = list(Assignment.objects.filter(open_slot=1).values_list("locker", "customer"))
    assert len(current) == len(doors) == len({door for door, _who in current}) == len({who for _door, who in current})
    refused = GrantLine.objects.filter(state=GrantLine.State.REFUSED)
    assert set(refused.values_list("code", flat=True)) == {"no_free"}
    assert access_log.verify().broken is None


def test_the_same_people_in_two_grants_get_one_locker_each():
    people = group("s", 6)
    for number in range(1, 20):
        locker(str(number))
    one, two = running(people), running(people)
    at_once(lambda: execution.work(one, seconds=30), lambda: execution.work(two, seconds=30))
    assert sorted(Assignment.objects.values_list("customer", flat=True)) == sorted(one.pk for one in people)


def test_of_two_who_start_one_draft_one_may_and_it_ends_while_it_runs():
    people = group("s")
    for number in range(1, PEOPLE + 1):
        locker(str(number))
    today = timezone.localdate()
    draft = drafts.draft(drafts.GrantFrame("S", bank(), today, today), rows.from_people(people), by=None)
    answers = at_once(*[lambda: execution.start(draft, by=None)] * 2)
    assert answers.count("not_a_draft") == 1
    at_once(lambda: execution.work(draft, seconds=30), lambda: execution.undo(draft, by=None))
    execution.work(draft, seconds=30)
    draft.refresh_from_db()
    assert draft.state == Grant.State.OVER and not Assignment.objects.filter(open_slot=1).exists()
    assert access_log.verify().broken is None
