"""Many rows of a list at once: a page asks, each row goes through its rule, and what was refused is named."""

from __future__ import annotations

import pytest

from accounts.models import Department, LostCard, User
from accounts.roles import Role
from attendance.models import Course
from library.models import Copy
from lockers.models import Locker, LockerSize
from tests.conftest import person
from tests.support.library import book
from tests.support.lockers import bank

PEOPLE, COPIES = "/admin/accounts/user/", "/admin/library/copy/"


@pytest.fixture
def act(client):
    """`act(who, address, action, rows)`: the page that asks; with `sure=…` it is done. Gives what is said then."""

    def acting(who, address, action, rows, **chosen):
        client.force_login(who)
        sent = {"action": action, "_selected_action": [row.pk for row in rows], **chosen}
        answer = client.post(address, sent if chosen else sent | {"index": 0}, follow=True)
        return [str(one) for one in answer.context["messages"]] if chosen else answer

    return acting


def test_a_page_asks_first_and_nothing_is_done(act, administrator, ada, grace):
    answer = act(administrator, PEOPLE, "set_role", [ada, grace])
    assert answer.status_code == 200
    assert "2 rows are selected" in answer.content.decode()
    ada.refresh_from_db()
    assert ada.role == Role.MEMBER


def test_a_role_for_several_but_no_administrator_and_not_oneself(act, administrator, ada, grace):
    other = person("a-other", "Radia", Role.ADMINISTRATOR)
    said = act(administrator, PEOPLE, "set_role", [ada, grace, other, administrator], role=Role.TEACHER, sure="yes")
    roles = {one.pk: one.role for one in User.objects.all()}
    assert [roles[one.pk] for one in (ada, grace)] == [Role.TEACHER] * 2
    assert [roles[one.pk] for one in (other, administrator)] == [Role.ADMINISTRATOR] * 2
    assert said[0] == "2 people have the new role."
    assert len(said) == 3


def test_no_one_is_made_an_administrator_in_a_list(act, client, administrator, ada):
    client.force_login(administrator)
    sent = {"action": "set_role", "_selected_action": [ada.pk], "role": Role.ADMINISTRATOR, "sure": "yes"}
    assert client.post(PEOPLE, sent).status_code == 400
    ada.refresh_from_db()
    assert ada.role == Role.MEMBER


def test_a_department_for_several_and_each_history_has_it(act, client, administrator, ada, grace):
    maths = Department.objects.create(code="maths", name="Mathematics")
    said = act(administrator, PEOPLE, "set_department", [ada, grace], department=maths.pk, sure="yes")
    assert said == ["2 people have the new department."]
    assert set(User.objects.filter(department=maths)) == {ada, grace}
    assert "Department changed in the list" in client.get(f"{PEOPLE}{ada.pk}/history/").content.decode()


def test_cards_are_blocked_and_who_has_none_is_named(act, administrator, ada, grace):
    User.objects.filter(pk=ada.pk).update(card_barcode="CARD-1")
    said = act(administrator, PEOPLE, "block_cards", [ada, grace], sure="yes")
    assert [lost.barcode for lost in LostCard.objects.all()] == ["CARD-1"]
    assert said[0] == "1 card was blocked."
    assert "Grace" in said[1]


@pytest.mark.parametrize("action", ["set_role", "set_department", "block_cards"])
def test_other_staff_change_no_people(act, client, librarian, ada, action):
    client.force_login(librarian)
    client.post(PEOPLE, {"action": action, "_selected_action": [ada.pk], "sure": "yes", "role": Role.LIBRARIAN})
    ada.refresh_from_db()
    assert ada.role == Role.MEMBER


def test_copies_move_get_lost_and_are_withdrawn(act, librarian):
    first, second = book("LIB-1", "Emma"), book("LIB-2", "Middlemarch")
    act(librarian, COPIES, "set_location", [first, second], location="Second floor", sure="yes")
    assert set(Copy.objects.values_list("location", flat=True)) == {"Second floor"}
    act(librarian, COPIES, "withdraw", [first], sure="yes")
    said = act(librarian, COPIES, "mark_lost", [first, second], sure="yes")
    assert dict(Copy.objects.values_list("barcode", "status")) == {"LIB-1": "withdrawn", "LIB-2": "lost"}
    assert said[0] == "1 copy is recorded as lost."
    assert "already been withdrawn" in said[1]


def test_courses_are_archived_once(act, administrator):
    course = Course.objects.create(code="cs101", title="Computing")
    said = [act(administrator, "/admin/attendance/course/", "archive", [course], sure="yes") for _time in range(2)]
    course.refresh_from_db()
    assert not course.active
    assert said[0] == ["1 course was archived."]
    assert "already been archived" in said[1][-1]


def test_lockers_get_a_size(act, administrator, db):
    main = bank()
    rows = [Locker.objects.create(bank=main, number=str(number)) for number in (91, 92)]
    large = LockerSize.objects.create(name="L", order=3)
    said = act(administrator, "/admin/lockers/locker/", "set_size", rows, size=large.pk, sure="yes")
    assert said == ["2 lockers have the new size."]
    assert {row.size for row in Locker.objects.filter(pk__in=[row.pk for row in rows])} == {large}


def test_too_many_at_once_are_refused(act, administrator, ada, grace, monkeypatch):
    monkeypatch.setattr("config.web.admin.bulk.MOST", 1)
    assert "too many at once" in act(administrator, PEOPLE, "block_cards", [ada, grace], sure="yes")[0]
