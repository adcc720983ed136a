"""Sizes of lockers: named by the site, chosen when a locker is given, and waited for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail
from lockers.assignments import registration, waiting_list
from lockers.bank import layout
from lockers.models import LockerSize, WaitingEntry
from tests.conftest import person
from tests.lockers.test_access import CHECKED
from tests.lockers.test_pages import as_, page_of, said
from tests.support.lockers import bank, code_of, given, locker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def small(db):
    return LockerSize.objects.create(name="S", width_cm=30, height_cm=20, depth_cm=45, order=1)


@pytest.fixture
def large(db):
    return LockerSize.objects.create(name="L", order=2)


def told():
    rows = OutgoingMail.objects.filter(kind="lockers.free").order_by("pk")
    return list(rows.values_list("person__first_name", flat=True))


def test_a_size_says_what_fits_in(small, large):
    assert [str(size) for size in LockerSize.objects.all()] == ["S (30 × 20 × 45 cm)", "L"]


def test_registering_shows_the_free_lockers_of_one_size(client, officer, small, large):
    locker("1", size=small)
    locker("2", size=large)
    locker("3")
    page = page_of(as_(client, officer), "/lockers/customers/new/", size=large.pk)
    assert "2 · L</option>" in page and "1 · S" not in page and "main bank · 3</option>" not in page
    assert "S: 1 free" in page and 'aria-current="true">L: 1 free' in page
    assert "main bank · 3</option>" in page_of(client, "/lockers/customers/new/")


def test_a_locker_of_another_size_is_not_taken_from_the_form(client, officer, small, large):
    wrong = locker("1", size=small)
    fields = {"id_number": "s-new", "first_name": "Joan", "locker": str(wrong.pk)}
    answer = as_(client, officer).post(f"/lockers/customers/new/?size={large.pk}", fields)
    assert answer.status_code == 400 and not wrong.assignments.exists()


def test_only_who_waits_for_a_free_size_gets_their_turn(ada, grace, small, large):
    registration.wait(bank(), ada, by=None, size=large)
    registration.wait(bank(), grace, by=None, size=small)
    locker("1", size=small)
    waiting_list.tell(bank(), "standard", timezone.now())
    assert told() == ["Grace"], "Ada waits first, but for a large one"
    locker("2", size=large)
    waiting_list.tell(bank(), "standard", timezone.now())
    assert told() == ["Grace", "Ada"]


def test_who_takes_any_size_leaves_the_rare_one_to_who_needs_it(ada, grace, small, large):
    registration.wait(bank(), ada, by=None)
    registration.wait(bank(), grace, by=None, size=large)
    for number, size in (("1", small), ("2", small), ("3", large)):
        locker(number, size=size)
    waiting_list.tell(bank(), "standard", timezone.now())
    assert told() == ["Ada", "Grace"]


def test_who_did_not_come_for_their_size_is_not_told_of_another(ada, small, large, settings):
    settings.LOCKER_WAITING_DAYS = 1
    registration.wait(bank(), ada, by=None, size=large)
    locker("2", size=large)
    other = given(person("s-joan", "Joan"), "1", size=small)
    waiting_list.tell(bank(), "standard", timezone.now())
    WaitingEntry.objects.update(told_at=timezone.now() - timedelta(days=2))
    registration.release(other.assignments.get(), by=None, checklist=CHECKED)
    assert told() == ["Ada"]


def test_the_desk_offers_only_what_fits(client, officer, ada, small, large):
    page = as_(client, officer)
    fields = {"person": "s-ada", "bank": bank().code, "kind": "standard", "size": str(large.pk)}
    assert said(page.post("/lockers/waiting/add/", fields, follow=True)) == ["Ada Lovelace is now on the waiting list."]
    wrong, right = locker("1", size=small), locker("2", size=large)
    text = page_of(client, "/lockers/waiting/")
    assert "2 (L)</option>" in text and "1 (S)</option>" not in text
    entry = WaitingEntry.objects.get()
    refused = client.post(f"/lockers/waiting/{entry.pk}/give/", {"locker": str(wrong.pk)}, follow=True)
    assert said(refused) == ["This locker is no longer free."]
    client.post(f"/lockers/waiting/{entry.pk}/give/", {"locker": str(right.pk)})
    assert ada.lockers.get().locker == right


def test_the_list_of_the_map_gives_sizes_too(officer, small, large):
    for number in "12":
        locker(number, size=small)
    layout.place(bank(), "1,1,1,1,1,l\n2,1,2", by=officer)
    assert [one.size.name for one in layout.in_order(bank())] == ["L", "S"]
    assert layout.as_list(bank()).endswith("\n1,1,1,1,1,L\n2,1,2,1,1,S")
    assert code_of(layout.place, bank(), "1,1,1,1,1,XXL", by=officer) == "unknown_size"


def test_a_holder_and_the_board_see_the_size(client, ada, officer, small):
    given(ada, "7", size=small)
    assert "S (30 × 20 × 45 cm)" in page_of(as_(client, ada), "/lockers/mine/")
    assert 'data-field="size">S<' in page_of(as_(client, officer), "/lockers/")
