"""The home page: each role finds what is going on and what needs them, with few queries, and nothing of others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Purpose
from attendance.models import ClassSession, Course, Enrollment
from config.ops.registries.home_parts import HOME, Need
from library.models import Loan
from lockers.models import Alarm, Bank, Locker
from recognition.models import Sighting, Station, StationDevice
from tests.conftest import Role, person
from tests.support.library import book

MOST = {"administrator": 64, "teacher": 18, "librarian": 31, "locker_officer": 29, "member": 15}  # queries


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Sessions a little before and after now are always of today."""
    at = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


def page(client, who):
    client.force_login(who, backend="accounts.backends.RoleBackend")
    return client.get("/home/")


def needs(client, who):
    return {str(need.label): need for need in page(client, who).context["needs"]}


def cards(client, who):
    return {str(card.title): card for card in page(client, who).context["cards"]}


@pytest.fixture
def algorithms(teacher, ada):
    course = Course.objects.create(code="cs101", title="Algorithms")
    course.teachers.add(teacher)
    Enrollment.objects.create(course=course, person=ada)
    return course


def session(course, *, state="planned", starts=timedelta(minutes=10)):
    at = timezone.now() + starts
    return ClassSession.objects.create(course=course, starts_at=at, ends_at=at + timedelta(hours=1), state=state)


def lend(copy, reader, *, due):
    copy.status = "on_loan"
    copy.save()
    return Loan.objects.create(copy=copy, person=reader, due_at=due)


# --- everyone -----------------------------------------------------------------------------------


def test_each_role_finds_its_own_cards(client, administrator, teacher, librarian, officer, ada):
    for purpose in (Purpose.ATTENDANCE, Purpose.LIBRARY, Purpose.LOCKERS):
        paired(purpose, purpose)
    assert set(cards(client, teacher)) == {"Attendance today", "Stations"}
    assert set(cards(client, librarian)) == {"Library desk", "Stations", "People"}
    assert set(cards(client, officer)) == {"Lockers", "Stations", "People"}
    assert set(cards(client, ada)) == {"My books"}
    everything = {"Attendance today", "Library desk", "Lockers", "Visitors today", "Stations", "People"}
    assert set(cards(client, administrator)) == everything


def test_where_nothing_waits_it_says_so_in_one_sentence(client, librarian, ada):
    assert "Nothing needs you at the moment." in page(client, librarian).content.decode()
    assert "You have no books on loan." in page(client, ada).content.decode()


def test_every_other_page_is_in_the_menu(client, teacher):
    menu = page(client, teacher).content.decode().split('aria-label="All pages"')[1]
    for name in ("attendance:today", "attendance:reports", "library:search", "library:mine", "accounts:me"):
        assert f'href="{reverse(name)}"' in menu


def test_the_most_urgent_comes_first(client, ada):
    waiting = [Need(1, "a", "/"), Need(0, "none", "/", tone="error"), Need(2, "b", "/", tone="error")]
    with HOME.replaced({"one": lambda person, now: waiting}):
        assert [need.label for need in page(client, ada).context["needs"]] == ["b", "a"]


# --- attendance ---------------------------------------------------------------------------------


def test_a_teacher_starts_the_next_class_with_one_click(client, teacher, algorithms):
    planned = session(algorithms)
    [row] = cards(client, teacher)["Attendance today"].rows
    assert (row.title, row.act.label, row.act.post) == ("Algorithms", "Start now", True)
    client.post(row.act.url)
    planned.refresh_from_db()
    assert planned.is_open


def test_an_open_class_comes_first_and_leads_to_its_board(client, teacher, algorithms):
    session(algorithms, starts=timedelta(minutes=-90))
    now = session(algorithms, state="open", starts=timedelta(minutes=-5))
    first, second = cards(client, teacher)["Attendance today"].rows
    assert first.act.url == reverse("attendance:board", args=[now.pk])
    assert second.badge == ""


def test_a_class_of_tomorrow_cannot_be_started_today(client, teacher, algorithms):
    session(algorithms, starts=timedelta(hours=2))
    assert [row.act for row in cards(client, teacher)["Attendance today"].rows] in ([], [None])


def test_another_teacher_s_class_is_not_there(client, algorithms):
    session(algorithms)
    other = person("t-other", "Niklaus", Role.TEACHER)
    assert cards(client, other)["Attendance today"].rows == []


def test_a_student_finds_their_own_day(client, ada, grace, algorithms):
    session(algorithms)
    assert [row.title for row in cards(client, ada)["My day"].rows] == ["Algorithms"]
    assert "My day" not in cards(client, grace)


# --- library ------------------------------------------------------------------------------------


def test_an_overdue_book_is_told_to_its_reader_and_counted_for_the_desk(client, librarian, ada, grace):
    lend(book("100"), ada, due=timezone.now() - timedelta(days=1))
    assert needs(client, ada)["book of yours is overdue"].tone == "error"
    assert needs(client, librarian)["book overdue"].count == 1
    assert "book of yours is overdue" not in needs(client, grace)


def test_all_books_are_renewed_with_one_click(client, ada):
    loan = lend(book("100"), ada, due=timezone.now() + timedelta(days=1))
    [act] = cards(client, ada)["My books"].acts
    assert act.post
    client.post(act.url)
    due = loan.due_at
    loan.refresh_from_db()
    assert loan.due_at > due


# --- lockers ------------------------------------------------------------------------------------


def test_an_officer_sees_alarms_of_their_own_banks_only(client, officer):
    own, others = Bank.objects.create(code="a", name="A"), Bank.objects.create(code="b", name="B", own_officers=True)
    for bank in (own, others):
        Alarm.objects.create(locker=Locker.objects.create(bank=bank, number="1"), kind="forced")
    [alarm] = [need for need in needs(client, officer).values() if need.act]
    assert alarm.label == "Forced: A · 1"
    client.post(alarm.act.url)
    assert Alarm.objects.get(locker__bank=own).open_slot is None


# --- stations -----------------------------------------------------------------------------------


def paired(slug, purpose):
    station = Station.objects.create(slug=slug, name=slug.title(), purpose=purpose)
    StationDevice.objects.create(station=station, kind="browser", name="Tablet", token_hash=slug)
    return station


def test_stations_that_are_offline_or_suspicious_are_told_to_who_may_see_them(client, librarian, teacher):
    desk = paired("desk", Purpose.LIBRARY)
    Sighting.objects.create(station=desk, outcome="suspicion", at=timezone.now())
    told = needs(client, librarian)
    assert told["station offline"].note == "Desk"
    assert told["possible picture shown to a camera"].count == 1
    assert needs(client, teacher) == {}


def test_who_sees_no_station_has_no_card_of_them_unless_they_could_set_one_up(client, administrator, officer):
    paired("desk", Purpose.LIBRARY)
    assert "Stations" not in cards(client, officer)
    Station.objects.all().delete()
    assert "Stations" in cards(client, administrator)


def test_a_station_that_was_never_paired_is_not_missing(client, librarian):
    Station.objects.create(slug="spare", name="Spare", purpose=Purpose.LIBRARY)
    assert needs(client, librarian) == {}


# --- how much it costs --------------------------------------------------------------------------


def fill(number, course, reader):
    """So many rows of what the home page counts."""
    bank = Bank.objects.create(code=f"bank{number}", name=f"Bank {number}")
    for i in range(number):
        session(course, starts=timedelta(minutes=10 * number + i - 90), state="open" if i % 2 else "planned")
        lend(book(f"{number}{i:04}"), reader, due=timezone.now() - timedelta(days=1))
        paired(f"station{number}{i}", Purpose.LIBRARY)
        Locker.objects.create(bank=bank, number=str(i))


@pytest.mark.parametrize("role", MOST)
def test_it_takes_as_many_queries_for_many_rows_as_for_one(
    client, role, algorithms, administrator, teacher, librarian, officer, ada, django_assert_max_num_queries
):
    who = {one.role: one for one in (administrator, teacher, librarian, officer, ada)}[role]
    page(client, who)
    fill(2, algorithms, ada)
    with django_assert_max_num_queries(MOST[role]) as few:
        client.get("/home/")
    fill(8, algorithms, ada)
    with django_assert_max_num_queries(len(few)):
        client.get("/home/")
