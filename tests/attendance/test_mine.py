"""My attendance: what somebody reads about themselves, and how they say that it is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from attendance.models import Appeal
from attendance.records import corrections
from tests.support import attendance as campus
from tests.support.attendance import NINE, closed, seen, watched

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = pytest.mark.same_on_every_database

MINE = "/attendance/mine/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(campus.enrolled(ada), campus.enrolled(grace), teacher=teacher)


@pytest.fixture
def over(cs101, ada):
    session = campus.session(cs101)
    watched(session)
    seen(session, ada, 1, 58)
    return closed(session)


@pytest.fixture
def mine(client, grace):
    """Grace's browser."""
    client.force_login(grace)

    def get(query=""):
        answer = client.get(MINE + query)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    get.client = client
    return get


def record_of(session, person):
    return session.records.get(person=person)


def test_i_read_my_own_record_and_nobody_else_s(mine, over, ada):
    text = mine()
    assert "0 %" in text
    assert "0 of 1 session attended" in text
    assert 'data-status="absent"' in text
    assert "Ada" not in text
    assert text.count("mine-row") == 1


def test_a_correction_is_read_with_its_reason_and_its_teacher(mine, over, grace, teacher):
    corrections.correct(over, grace, "excused", by=teacher, reason="Doctor's note")
    text = mine()
    assert "Donald Knuth: Excused. “Doctor&#x27;s note”" in text
    assert "no sessions that count yet" in text


def test_a_note_explains_a_status_that_is_not_plain(mine, cs101):
    session = campus.session(cs101)
    watched(session, 0, 20)
    closed(session)
    assert "The camera did not see anything for too long" in mine()


def test_records_are_narrowed_by_course_and_period(mine, cs101, over, grace, teacher):
    other = campus.course(grace, code="cs102", teacher=teacher, station=campus.room("room-2"))
    closed(campus.session(other, NINE + timedelta(days=10)))
    assert mine().count("mine-row") == 2
    assert mine("?course=cs102").count("mine-row") == 1
    assert mine("?since=2026-03-03").count("mine-row") == 1
    assert mine("?since=2026-03-02&until=2026-03-12").count("mine-row") == 2
    assert "Nothing in this period" in mine("?until=2026-03-01")
    assert "This day is before the first day." in mine("?since=2026-03-05&until=2026-03-01")
    assert mine("?since=yesterday&course=nowhere").count("mine-row") == 2


def test_an_appeal_is_sent_with_a_message_and_waits(mine, over, grace):
    record = record_of(over, grace)
    answer = mine.client.post(f"{MINE}{record.pk}/appeal/", {"message": "I sat behind\nthe pillar"}, **HTMX)
    text = answer.content.decode()
    assert "I sat behind<br>the pillar" in text
    assert "Waiting for an answer." in text
    assert "Something is wrong?" not in text
    assert Appeal.objects.get().record == record


def test_the_answer_stands_under_the_question(mine, over, grace, teacher):
    asked = corrections.appeal(record_of(over, grace), "I was there", by=grace)
    corrections.answer(asked, accepted=False, words="Your seat was empty", by=teacher)
    text = mine()
    assert "Your seat was empty" in text
    assert "(status kept)" in text
    assert "Something is wrong?" in text  # one may ask again


@pytest.mark.parametrize(("message", "code"), [("", "empty"), ("  \n ", "empty")])
def test_an_empty_appeal_is_refused_in_place(mine, over, grace, message, code):
    answer = mine.client.post(f"{MINE}{record_of(over, grace).pk}/appeal/", {"message": message}, **HTMX)
    assert answer.headers["X-Refused"] == code
    assert "Your message is empty. Write what is wrong." in answer.content.decode()


def test_two_appeals_at_once_are_one(mine, over, grace):
    address = f"{MINE}{record_of(over, grace).pk}/appeal/"
    mine.client.post(address, {"message": "First"})
    again = mine.client.post(address, {"message": "Second"}, follow=True)
    assert "You have already sent a message." in again.content.decode()
    assert [appeal.message for appeal in Appeal.objects.all()] == ["First"]


def test_an_open_session_cannot_be_appealed_yet(mine, cs101, grace):
    session = campus.session(cs101, timezone.now().replace(microsecond=0))
    assert "Something is wrong?" not in mine()
    answer = mine.client.post(f"{MINE}{record_of(session, grace).pk}/appeal/", {"message": "x"}, **HTMX)
    assert answer.headers["X-Refused"] == "too_early"


def test_the_record_of_somebody_else_is_not_there(mine, over, ada):
    answer = mine.client.post(f"{MINE}{record_of(over, ada).pk}/appeal/", {"message": "x"})
    assert answer.status_code == 404
    assert not Appeal.objects.exists()


def test_whoever_has_no_record_yet_is_told_what_will_stand_here(mine):
    assert "Nothing yet" in mine()


def test_the_menu_offers_it_to_whoever_belongs_to_a_course(mine, cs101, client, librarian):
    assert "My attendance" in client.get("/home/").content.decode()
    client.force_login(librarian)
    assert "My attendance" not in client.get("/home/").content.decode()


def test_my_data_says_what_attendance_keeps(mine, over, grace, teacher, notices):
    corrections.correct(over, grace, "excused", by=teacher, reason="Doctor's note")
    stored = dict(mine.client.get("/me/").context["stored"])
    assert stored["Courses"] == "Algorithms"
    assert stored["Attendance records"] == "1 session since 2 Mar 2026"
    assert stored["Roll entries"] == "1 entry with time, place and source"
    assert stored["Your appeals"] == "none"


def test_a_year_of_sessions_costs_few_queries(mine, cs101, grace, django_assert_max_num_queries):
    for week in range(40):
        closed(campus.session(cs101, NINE + timedelta(weeks=week)))
    with django_assert_max_num_queries(14):
        text = mine()
    assert text.count("mine-row") == 30
    assert "Page 1 of 2" in text
    assert mine("?page=2").count("mine-row") == 10


# --- premises -----------------------------------------------------------------------------------


@pytest.fixture
def entrance(teacher):
    door = campus.room("door", view="walk_up")
    return campus.course(
        code="office", kind="premises", roster="everyone", station=door, early_before=None, late_after=999
    )


def test_hours_on_the_premises_by_day_and_week(mine, entrance, grace, monkeypatch):
    monday = timezone.now().replace(hour=6, minute=0, second=0, microsecond=0) - timedelta(
        days=timezone.now().weekday() + 7
    )
    for day in range(2):
        session = campus.session(entrance, monday + timedelta(days=day), length=720)
        seen(session, grace, 60, 600 + 15 * day, source="kiosk")
        closed(session, 720)
    text = mine()
    assert "18:15 h" in text  # the week
    assert "9:00 h" in text
    assert "9:15 h" in text
    assert "07:00" in text
    assert " attended" not in text  # a percentage says nothing of an entrance
