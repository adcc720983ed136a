"""The waiting list: told in order, a week each, and who did not come is told again of the next free locker only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.mail.kinds import all_kinds
from accounts.models import OutgoingMail
from lockers.assignments import out_of_service, registration
from lockers.models import WaitingEntry
from lockers.wiring import job_steps
from tests.conftest import person
from tests.lockers.test_access import CHECKED
from tests.lockers.test_pages import as_, page_of, said
from tests.support.lockers import bank, given, locker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def joan(db):
    return person("s-joan", "Joan", last_name="Clarke", email="joan@example.org")


@pytest.fixture
def queue(ada, grace, joan, librarian):
    """Ada waits, then Grace, then Joan, for a locker like the librarian's."""
    taken = given(librarian)
    start = timezone.now() - timedelta(days=100)
    for days, one in enumerate((ada, grace, joan)):
        registration.wait(taken.bank, one, by=None, at=start + timedelta(days=days))
    return taken


def give_back(which, *, days=0):
    at = timezone.now() + timedelta(days=days)
    registration.release(which.assignments.get(open_slot=1), by=None, checklist=CHECKED, at=at)


def after(days):
    job_steps.remind(timezone.now() + timedelta(days=days, minutes=1))


def told():
    return list(
        OutgoingMail.objects.filter(kind="lockers.free").order_by("pk").values_list("person__first_name", flat=True)
    )


def test_who_waits_first_is_told_at_once_and_the_next_after_a_week(queue):
    after(0)
    assert told() == []
    give_back(queue)
    assert told() == ["Ada"]
    after(0)
    after(6)
    assert told() == ["Ada"]
    after(7)
    assert told() == ["Ada", "Grace"]
    after(14)
    after(30)
    after(60)
    assert told() == ["Ada", "Grace", "Joan"]  # and nobody twice for the same locker


def test_the_days_are_a_setting(queue, settings):
    settings.LOCKER_WAITING_DAYS = 2
    give_back(queue)
    after(2)
    assert told() == ["Ada", "Grace"]


def test_whoever_takes_it_ends_the_turn(queue, ada):
    give_back(queue)
    registration.assign(queue, ada, by=None)
    after(8)
    assert told() == ["Ada"]


def test_who_did_not_come_is_first_again_when_another_one_is_given_back(queue, ada, officer):
    other = given(officer, "2")
    give_back(queue)
    after(7)  # now it is Grace's turn
    give_back(other, days=8)
    assert told() == ["Ada", "Grace", "Ada"]


def test_as_many_are_told_as_lockers_are_free(queue):
    locker("2")
    locker("3", out_of_service=True)
    locker("4", kind="vault")
    locker("1", of=bank("annex", "annex-kiosk"))
    after(0)
    assert told() == ["Ada"]
    give_back(queue)
    assert told() == ["Ada", "Grace"]


def test_a_locker_that_is_in_service_again_is_free_too(queue, officer):
    mended = locker("2", out_of_service=True)
    after(0)
    assert told() == []
    out_of_service.set_service(mended, out=False, by=officer)
    after(0)
    assert told() == ["Ada"]


def test_whose_membership_has_ended_is_passed_over(queue, ada):
    ada.is_active = False
    ada.save()
    give_back(queue)
    assert told() == ["Grace"]


def test_it_is_not_written_when_they_wait_no_more_or_nothing_is_free(queue, ada, grace):
    give_back(queue)
    words, facts = all_kinds()["lockers.free"].compose, OutgoingMail.objects.get().facts
    assert words(facts)["bank"] == "The main bank"
    registration.assign(queue, grace, by=None)
    assert words(facts) is None
    give_back(queue)
    assert words(facts) is not None
    registration.stop_waiting(WaitingEntry.objects.get(person=ada), by=None)
    assert words(facts) is None


def test_an_officer_sees_who_was_told_and_removes_somebody(client, officer, queue, ada, grace):
    give_back(queue)
    grace.email = ""
    grace.save()
    page = page_of(as_(client, officer), "/lockers/waiting/")
    assert page.count("has until") == 1 and page.count("please call") == 1
    assert page.index("Ada Lovelace") < page.index("has until") < page.index("Grace Hopper") < page.index("please call")
    WaitingEntry.objects.filter(person=ada).update(told_at=timezone.now() - timedelta(days=7, minutes=1))
    assert "did not come" in page_of(client, "/lockers/waiting/")
    entry = WaitingEntry.objects.get(person=ada)
    answer = client.post(f"/lockers/waiting/{entry.pk}/remove/", follow=True)
    assert said(answer) == ["Ada Lovelace is no longer on the waiting list."]


def test_they_see_themselves_that_it_is_their_turn(client, queue, ada):
    assert "It is your turn" not in page_of(as_(client, ada), "/lockers/mine/")
    give_back(queue)
    assert "It is your turn" in page_of(client, "/lockers/mine/")
