"""The demo campus's bank of twelve doors, with customers, some of whom have just been there."""

from __future__ import annotations

import pytest
from django.utils import timezone

from lockers import access_log, demo, endings
from lockers.models import Alarm, Assignment, Locker, Opening, WaitingEntry
from recognition.demo import people
from recognition.models import Station

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def said(settings, tmp_path, officer):
    settings.VAR_DIR = tmp_path
    people.populate()
    Station.objects.create(slug="lockers", name="Locker room", purpose="lockers", roster_rule="lockers")
    return demo.create()


def test_twelve_doors_seven_customers_and_everything_is_shut(said):
    assert said == "Lockers: 12 doors, 7 of them assigned."
    assert set(Locker.objects.values_list("door", flat=True)) == {"locked"}
    assert Locker.objects.filter(kind="vault").count() == 2
    assert Assignment.objects.filter(joint_holders__person__id_number="s-2002").exists()


def test_one_locker_ends_soon_one_is_due_for_release_and_somebody_waits(said):
    today = timezone.localdate()
    assert [row.locker.number for row in endings.soon(today)] == ["05"]
    assert [row.locker.number for row in endings.over(today)] == ["08"]
    assert WaitingEntry.objects.get().person.id_number == "s-2005"


def test_some_have_opened_and_shut_their_doors_and_none_was_forced(said):
    assert Opening.objects.count() == 4
    assert set(Opening.objects.values_list("state", flat=True)) == {"closed"}
    assert not Alarm.objects.exists()
    assert access_log.verify().broken is None


def test_a_second_start_changes_nothing(said):
    before = Opening.objects.count()
    assert demo.create() == said
    assert (Opening.objects.count(), Locker.objects.count()) == (before, 12)
