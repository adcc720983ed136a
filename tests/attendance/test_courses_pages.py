"""The pages of a course: who belongs to it and how they stand, when it meets, and what it asks for."""

from __future__ import annotations

import datetime
from datetime import timedelta

import pytest
from django.utils import timezone

from attendance.models import ClassSession, ClosedDay, Course, Enrollment, TimetableRule
from tests.attendance.test_pages import HTMX, running
from tests.conftest import person
from tests.support import attendance as campus
from tests.support.attendance import NINE, closed, seen, status, watched

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = pytest.mark.same_on_every_database

ROOT = "/attendance/courses/cs101/"


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(campus.enrolled(ada), campus.enrolled(grace), teacher=teacher)


@pytest.fixture
def teaching(client, teacher):
    client.force_login(teacher)
    return client


def text_of(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return " ".join(answer.content.decode().split())


def held(course, people, weeks):
    """A session a week, everybody of `people` there."""
    for week in range(weeks):
        session = campus.session(course, NINE + timedelta(weeks=week))
        watched(session)
        for one in people:
            seen(session, one, 1, 58)
        closed(session)


# --- the list and the roster --------------------------------------------------------------------


@pytest.mark.on_every_database
def test_my_courses_say_how_many_people_and_how_well_they_come(teaching, cs101, ada):
    held(cs101, [ada], 2)
    ClassSession.objects.create(
        course=cs101, starts_at=NINE.replace(year=2099), ends_at=NINE.replace(year=2099, hour=10)
    )
    text = text_of(teaching.get("/attendance/courses/"))
    assert "2 people" in text
    assert "50 %" in text
    assert "2 Mar" in text
    assert "No course found" in text_of(teaching.get("/attendance/courses/?q=physics"))


def test_a_list_of_many_courses_costs_as_much_as_one_of_a_few(teaching, teacher, django_assert_max_num_queries):
    for number in range(40):
        campus.course(code=f"c-{number}", teacher=teacher, station=campus.room(f"r-{number}"))
    with django_assert_max_num_queries(10):
        assert text_of(teaching.get("/attendance/courses/")).count("course-card") == 25


def test_the_roster_shows_shares_and_who_is_at_risk(teaching, cs101, ada, grace):
    held(cs101, [ada], 3)
    text = text_of(teaching.get(ROOT))
    assert "100 %" in text
    assert text.count("at risk</span>") == 1
    risky = text_of(teaching.get(f"{ROOT}?show=at_risk"))
    assert "Grace Hopper" in risky
    assert "Ada Lovelace" not in risky


def test_two_absences_are_no_pattern_yet(teaching, cs101, ada):
    held(cs101, [ada], 2)
    assert "at risk</span>" not in text_of(teaching.get(ROOT))


@pytest.mark.on_every_database
def test_the_roster_is_searched_by_name_number_and_group(teaching, cs101, ada):
    Enrollment.objects.filter(person=ada).update(group="Lab 7")
    for words in ("love", "s-ada", "lab+7"):
        text = text_of(teaching.get(f"{ROOT}?q={words}"))
        assert "Ada Lovelace" in text
        assert "Grace Hopper" not in text


def test_a_roster_of_hundreds_costs_few_queries(teaching, cs101, django_assert_max_num_queries):
    people = [person(f"m-{number}", f"P{number}") for number in range(150)]
    Enrollment.objects.bulk_create(Enrollment(course=cs101, person=one) for one in people)
    with django_assert_max_num_queries(12):
        assert text_of(teaching.get(ROOT)).count('class="roster-row"') == 100


def test_one_person_s_records_are_shown_to_the_teacher_of_that_course_alone(teaching, cs101, ada, grace):
    held(cs101, [ada], 1)
    other = campus.course(ada, code="phys", station=campus.room("lab"))
    held(other, [ada], 1)
    text = text_of(teaching.get(f"/attendance/people/{ada.pk}/"))
    assert text.count("mine-row") == 1
    assert "cs101" in text
    assert "phys" not in text
    assert "Something is wrong?" not in text  # an appeal is its person's own


# --- the timetable ------------------------------------------------------------------------------


def monday(**changes):
    """A line of the next two months, as a form sends it."""
    today = timezone.localdate()
    line = {
        "weekday": 0,
        "starts": "09:00",
        "ends": "10:30",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=70)).isoformat(),
    }
    return line | changes


def test_a_new_line_plans_its_sessions_except_on_closed_days(teaching, cs101):
    today = timezone.localdate()
    holiday = today + timedelta(days=(7 - today.weekday()) % 7 + 7)  # a Monday ahead
    ClosedDay.objects.create(day=holiday, name="Founders' day")
    teaching.post(f"{ROOT}timetable/", monday())
    starts = [timezone.localtime(start) for start in ClassSession.objects.values_list("starts_at", flat=True)]
    assert len(starts) >= 7
    assert {start.weekday() for start in starts} == {0}
    assert holiday not in {start.date() for start in starts}
    text = text_of(teaching.get(f"{ROOT}timetable/"))
    assert "09:00–10:30" in text
    assert "Founders&#x27; day" in text


def test_a_line_that_collides_is_refused_in_its_form(teaching, cs101, teacher):
    other = campus.course(code="cs102", teacher=teacher)
    teaching.post(f"{ROOT}timetable/", monday())
    text = text_of(teaching.post("/attendance/courses/cs102/timetable/", monday(starts="10:00", ends="11:00")), 400)
    assert "The room is taken at that time by cs101: Monday 09:00-10:30." in text
    assert not other.timetable.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends": "09:00"}, "The end is the same as the start. Change one of them."),
        ({"last_day": "2020-01-01"}, "The last day is before the first day."),
        ({"weekday": 9}, "Select a valid choice."),
        ({"starts": "25:00"}, "Enter a valid time."),
    ],
)
def test_a_line_that_makes_no_sense_says_why(teaching, cs101, changes, sentence):
    assert sentence in text_of(teaching.post(f"{ROOT}timetable/", monday(**changes)), 400)
    assert not TimetableRule.objects.exists()


def test_a_line_is_changed_in_a_dialog_and_its_sessions_move(teaching, cs101):
    teaching.post(f"{ROOT}timetable/", monday())
    line = TimetableRule.objects.get()
    address = f"{ROOT}timetable/{line.pk}/"
    part = text_of(teaching.get(address, **HTMX))
    assert 'value="09:00"' in part
    assert "<html" not in part
    wrong = teaching.post(address, monday(ends="09:00"), **HTMX)
    assert "The end is the same as the start. Change one of them." in text_of(wrong, 422)
    done = teaching.post(address, monday(starts="13:00", ends="14:00"), **HTMX)
    assert done.headers["HX-Redirect"] == f"{ROOT}timetable/"
    assert {timezone.localtime(one.starts_at).hour for one in ClassSession.objects.all()} == {13}


def test_a_line_that_goes_takes_its_coming_sessions_and_none_that_was_held(teaching, cs101):
    teaching.post(f"{ROOT}timetable/", monday())
    past = campus.session(cs101)
    closed(past)
    line = TimetableRule.objects.get()
    count = ClassSession.objects.filter(state="planned").count()
    assert f"{count} sessions that have not begun will be removed too" in text_of(
        teaching.get(f"{ROOT}timetable/{line.pk}/remove/")
    )
    teaching.post(f"{ROOT}timetable/{line.pk}/remove/")
    assert list(ClassSession.objects.all()) == [past]


def test_a_line_of_another_course_is_not_there(teaching, cs101, teacher):
    other = campus.course(code="cs102", teacher=teacher, station=campus.room("room-2"))
    line = other.timetable.create(weekday=1, starts="08:00", ends="09:00", last_day=timezone.localdate())
    assert teaching.get(f"{ROOT}timetable/{line.pk}/").status_code == 404
    assert teaching.post(f"{ROOT}timetable/{line.pk}/remove/").status_code == 404
    assert other.timetable.exists()


# --- sessions -----------------------------------------------------------------------------------


def test_one_more_session_is_planned_in_the_site_s_own_time(teaching, cs101, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    sent = {"day": "2099-07-01", "starts": "22:00", "ends": "01:00"}
    answer = teaching.post(f"{ROOT}sessions/more/", sent)
    assert answer.headers["Location"] == f"{ROOT}sessions/"
    session = ClassSession.objects.get()
    assert session.starts_at == datetime.datetime(2099, 7, 1, 20, tzinfo=datetime.UTC)
    assert session.ends_at - session.starts_at == timedelta(hours=3)
    assert session.by_hand


def test_one_more_session_in_the_past_or_upon_another_is_refused_in_its_form(teaching, cs101):
    address = f"{ROOT}sessions/more/"
    past = {"day": "2020-07-01", "starts": "09:00", "ends": "10:00"}
    assert "would already be over" in text_of(teaching.post(address, past), 400)
    first = {"day": "2099-07-01", "starts": "09:00", "ends": "10:00"}
    teaching.post(address, first)
    assert "The room is taken at that time" in text_of(teaching.post(address, first | {"starts": "09:30"}), 400)
    assert ClassSession.objects.count() == 1


def test_sessions_past_and_coming_stand_apart(teaching, cs101, ada):
    held(cs101, [ada], 1)
    session = running(cs101)
    ClassSession.objects.create(
        course=cs101, starts_at=NINE.replace(year=2099), ends_at=NINE.replace(year=2099, hour=10)
    )
    text = text_of(teaching.get(f"{ROOT}sessions/"))
    coming, past = text.split('id="past-title"')
    assert f"/attendance/sessions/{session.pk}/stop/" in coming
    assert "2 Mar 2099" in coming
    assert "2 Mar 2026" in past
    assert "1 of 2 present" in past


# --- rules --------------------------------------------------------------------------------------


def rules(course, **changes):
    names = ("late_after", "early_before", "min_presence", "sightings_needed", "interval", "gap_limit")
    given = {name: getattr(course, name) for name in (*names, "open_before", "at_risk_below", "warns_most")}
    return given | {"notify": "on"} | changes


def test_new_rules_hold_at_once_in_the_open_session_and_not_in_closed_ones(teaching, cs101, ada):
    before = campus.session(cs101)
    watched(before)
    seen(before, ada, 12, 58)
    closed(before)
    now = running(cs101, began=20)
    seen(now, ada, 12, 14)
    assert (status(before, ada), status(now, ada)) == ("late", "late")
    assert teaching.post(f"{ROOT}rules/", rules(cs101, late_after=15)).status_code == 302
    assert (status(before, ada), status(now, ada)) == ("late", "present")


def test_rules_beyond_their_bounds_are_refused_in_their_field(teaching, cs101):
    text = text_of(teaching.post(f"{ROOT}rules/", rules(cs101, interval=1, at_risk_below=150)), 400)
    assert "greater than or equal to 5" in text
    assert "less than or equal to 100" in text
    assert Course.objects.get().interval == 60


def test_a_teacher_changes_no_room_and_no_teacher(teaching, cs101):
    teaching.post(f"{ROOT}rules/", rules(cs101, code="stolen", title="Mine", roster="everyone"))
    course = Course.objects.get()
    assert (course.code, course.title, course.roster) == ("cs101", "Algorithms", "enrolled")
