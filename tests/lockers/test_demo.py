"""The demo campus's bank of twenty doors, with customers, some of whom have just been there."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from lockers.assignments import expiry
from lockers.assignments.grants import bulk_release
from lockers.bank.log import access_log
from lockers.bank.terms import terms
from lockers.models import Abandonment, Alarm, Assignment, Grant, GrantLine, Locker, Opening, WaitingEntry
from lockers.wiring import demo
from recognition.demo import people
from recognition.models import Station

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def said(settings, tmp_path, officer):
    settings.VAR_DIR = tmp_path
    people.populate()
    Station.objects.create(slug="lockers", name="Locker room", purpose="lockers", roster_rule="lockers")
    return demo.create()


def test_twenty_doors_thirteen_customers_and_everything_is_shut(said):
    assert said == "Lockers: 20 doors, 13 of them assigned."
    assert set(Locker.objects.values_list("door", flat=True)) == {"locked"}
    assert Locker.objects.filter(kind="vault").count() == 2
    assert Assignment.objects.filter(joint_holders__person__id_number="s-2002").exists()


def test_the_map_shows_the_bank_as_it_is_on_the_wall(said):
    second_row = Locker.objects.filter(row=2).order_by("column")
    assert [locker.number for locker in second_row] == ["06", "07", "08", "09", "10"]


def test_one_locker_ends_soon_three_are_due_for_release_and_somebody_waits(said):
    today = timezone.localdate()
    assert [row.locker.number for row in expiry.soon(today)] == ["05"]
    assert [row.locker.number for row in expiry.over(today)] == ["08", "17", "18"]
    assert WaitingEntry.objects.get().person.id_number == "s-2005"


def test_some_have_opened_and_shut_their_doors_and_none_was_forced(said):
    assert Opening.objects.count() == 5
    assert set(Opening.objects.values_list("state", flat=True)) == {"closed"}
    assert not Alarm.objects.exists()
    assert access_log.verify().broken is None


def test_no_page_of_the_officers_is_empty(said, client, officer):
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    for page in ("grants", "abandoned", "terms", "endings", "waiting", "attempts", "customers", "log"):
        assert 'class="empty"' not in client.get(reverse(f"lockers:{page}")).content.decode(), page


def test_a_group_has_its_lockers_and_another_is_to_be_released_together(said):
    lines = {name: set() for name in Grant.objects.values_list("name", flat=True)}
    for row in GrantLine.objects.select_related("grant"):
        lines[row.grant.name].add((row.said or row.person.id_number, row.state))
    assert ("s-1003", "refused") in lines["Semester, history"] and len(lines["Semester, history"]) == 5
    due = bulk_release.preview(Grant.objects.get(name__startswith="Summer"), by=None, now=timezone.now())
    assert [(one.assignment.locker.number, one.used, one.code) for one in due] == [("17", True, ""), ("18", False, "")]


def test_terms_keep_nobody_out_and_two_lockers_are_not_emptied(said):
    person = Assignment.objects.get(locker__number="01").customer
    bank = Locker.objects.first().bank
    standing = terms.standing(person, bank, timezone.localdate())
    assert (standing.state, standing.kept_out) == ("accepted", False)
    assert terms.coming_terms(bank, timezone.localdate()).version == 2
    assert set(Abandonment.objects.values_list("assignment__locker__number", "state")) == {
        ("06", "first"),
        ("08", "begun"),
    }


def test_a_second_start_changes_nothing(said):
    before = Opening.objects.count()
    assert demo.create() == said
    assert (Opening.objects.count(), Locker.objects.count()) == (before, 20)
