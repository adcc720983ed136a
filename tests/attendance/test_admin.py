"""Administrators set up courses and look into rolls in the admin, and every change goes through the rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department
from attendance.admin.course_forms import MOST_IN_LINE
from attendance.models import Appeal, CalendarFeed, ClassSession, ClosedDay, Course, Doubt, Enrollment, SourcedId
from attendance.records import corrections
from attendance.roll import csv_file
from attendance.roll.retention import forget
from attendance.sessions import sessions
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.attendance import NINE, closed, enrolled, minutes, seen, status, watched

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator, backend="accounts.backends.RoleBackend")
    return client


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(enrolled(ada), enrolled(grace), teacher=teacher)


@pytest.fixture
def held(cs101, ada):
    session = campus.session(cs101)
    watched(session)
    seen(session, ada, 1, 5, 58)
    return closed(session)


def url(model, page="changelist", *args):
    return reverse(f"admin:attendance_{model}_{page}", args=args)


def text(answer):
    assert answer.status_code in (200, 400), answer.status_code
    return answer.content.decode()


def told(answer):
    """The messages on the page that follows."""
    return [str(message) for message in answer.context["messages"]]


def lines(*rows, prefix="timetable", initial=0):
    """An inline's part of a sent form."""
    form = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        form |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return form


def course_form(*, timetable=(), enrollments=(), of=None, **fields):
    kept = {
        "title": "Algorithms",
        "kind": "class",
        "roster": "enrolled",
        "active": "on",
        "late_after": 10,
        "early_before": 15,
        "interval": 60,
        "sightings_needed": 2,
        "min_presence": 0,
        "gap_limit": 120,
        "open_before": 10,
        "at_risk_below": 75,
        "warns_most": 3,
        "notify": "on",
    }
    known = [row for row in timetable if "id" in row]
    there = [row for row in enrollments if "id" in row]
    return {
        **kept,
        **fields,
        **lines(*timetable, initial=len(known)),
        **lines(*enrollments, prefix="enrollments", initial=len(there)),
    }


def line(**fields):
    today = timezone.localdate()
    hours = {"weekday": 0, "starts": "09:00", "ends": "10:00", "interval": 1}
    return {**hours, "first_day": today, "last_day": today + timedelta(days=27), **fields}


# --- courses ------------------------------------------------------------------------------------


@pytest.mark.on_every_database
def test_a_course_is_added_with_teacher_room_timetable_and_roster_and_is_planned(desk, teacher, ada):
    room = campus.room()
    form = course_form(
        code="cs101",
        teachers=[teacher.pk],
        stations=[room.pk],
        timetable=[line()],
        enrollments=[{"person": ada.pk, "group": "A"}],
    )
    assert desk.post(url("course", "add"), form).status_code == 302
    made = Course.objects.get(code="cs101")
    assert list(made.teachers.all()) == [teacher]
    assert made.enrollments.get().group == "A"
    assert made.sessions.filter(stations=room, state="planned").count() >= 3
    entry = LogEntry.objects.get_for_object(made.enrollments.get()).get()
    assert entry.actor.id_number == "a-root"


def test_lines_that_collide_within_the_new_course_are_refused(desk):
    form = course_form(code="cs101", timetable=[line(), line(starts="09:30", ends="11:00")])
    assert "The room is taken at that time" in text(desk.post(url("course", "add"), form))
    assert not Course.objects.exists()


def test_a_new_course_does_not_take_a_room_that_is_taken(desk, cs101):
    cs101.timetable.create(**line())
    room = campus.room()
    form = course_form(code="cs102", stations=[room.pk], timetable=[line(starts="09:30", ends="09:45")])
    assert "The room is taken at that time by cs101: Monday 09:00-10:00." in text(desk.post(url("course", "add"), form))
    form = course_form(code="cs102", stations=[campus.room("room-2").pk], timetable=[line()])
    assert desk.post(url("course", "add"), form).status_code == 302


def test_changing_the_room_asks_the_whole_timetable(desk, cs101):
    cs101.timetable.create(**line())
    other = campus.course(code="cs102", station=campus.room("room-2"))
    kept = other.timetable.create(**line())
    form = course_form(stations=[campus.room().pk], timetable=[line(id=kept.pk)])
    assert "The room is taken at that time by cs101" in text(desk.post(url("course", "change", other.pk), form))
    assert [station.slug for station in other.stations.all()] == ["room-2"]


def test_taking_a_line_away_takes_its_planned_sessions(desk, cs101):
    kept = cs101.timetable.create(**line())
    people = [{"id": row.pk} for row in cs101.enrollments.all()]
    room = campus.room()
    same = course_form(stations=[room.pk], timetable=[line(id=kept.pk)], enrollments=people)
    assert desk.post(url("course", "change", cs101.pk), same).status_code == 302
    assert cs101.sessions.count() >= 3
    gone = course_form(stations=[room.pk], timetable=[line(id=kept.pk, DELETE="on")], enrollments=people)
    assert desk.post(url("course", "change", cs101.pk), gone).status_code == 302
    assert not cs101.sessions.exists()
    assert cs101.enrollments.count() == 2


def test_a_line_that_makes_no_sense_is_said_beside_it(desk):
    form = course_form(code="cs101", timetable=[line(ends="09:00")])
    assert "The end is the same as the start. Change one of them." in text(desk.post(url("course", "add"), form))


def test_the_code_of_a_course_stays(desk, cs101):
    people = [{"id": row.pk} for row in cs101.enrollments.all()]
    assert desk.post(url("course", "change", cs101.pk), course_form(code="x", enrollments=people)).status_code == 302
    assert Course.objects.get().code == "cs101"


def test_a_member_is_no_teacher(desk, ada):
    form = course_form(code="cs101", teachers=[ada.pk])
    assert "Ada Lovelace is not a teacher." in text(desk.post(url("course", "add"), form))


def test_the_roster_is_changed_in_line_and_an_open_roll_follows(desk, cs101, ada, grace, librarian):
    session = campus.session(cs101, timezone.now())
    mine, hers = cs101.enrollments.get(person=ada), cs101.enrollments.get(person=grace)
    rows = [{"id": mine.pk, "group": "B"}, {"id": hers.pk, "DELETE": "on"}, {"person": librarian.pk}]
    assert desk.post(url("course", "change", cs101.pk), course_form(enrollments=rows)).status_code == 302
    assert dict(cs101.enrollments.values_list("person__id_number", "group")) == {"s-ada": "B", "l-barbara": ""}
    assert set(session.records.values_list("person__id_number", flat=True)) == {"s-ada", "l-barbara"}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"since": "2026-03-02", "until": "2026-03-01"}, "The enrolment ends before it begins."),
        ({}, "This person is already enrolled in this course."),
    ],
)
def test_a_wrong_enrolment_is_said_beside_it(desk, cs101, ada, librarian, row, sentence):
    who = librarian if row else ada
    kept = [{"id": enrolment.pk} for enrolment in cs101.enrollments.all()]
    form = course_form(enrollments=[*kept, {"person": who.pk, **row}])
    assert sentence in text(desk.post(url("course", "change", cs101.pk), form))


def test_nobody_is_listed_twice(desk, cs101, librarian):
    kept = [{"id": enrolment.pk} for enrolment in cs101.enrollments.all()]
    form = course_form(enrollments=[*kept, {"person": librarian.pk}, {"person": librarian.pk}])
    assert "This person is listed twice." in text(desk.post(url("course", "change", cs101.pk), form))


def test_a_long_roster_has_a_list_of_its_own_and_the_page_still_enrols(desk, cs101, librarian):
    for number in range(MOST_IN_LINE):
        cs101.enrollments.create(person=person(f"x-{number}", f"X{number}"))
    page = text(desk.get(url("course", "change", cs101.pk)))
    assert f"Enrolments ({MOST_IN_LINE + 2})" in page
    assert "x-1" not in page
    form = course_form(enrollments=[{"person": librarian.pk}])
    assert desk.post(url("course", "change", cs101.pk), form).status_code == 302
    assert cs101.enrollments.count() == MOST_IN_LINE + 3
    assert "is already enrolled in this course" in text(desk.post(url("course", "change", cs101.pk), form))


def test_a_course_page_costs_the_same_for_two_people_and_for_fifty(desk, cs101, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(40) as counted:
            desk.get(url("course", "change", cs101.pk))
        return len(counted)

    cost()
    before = cost()
    for number in range(40):
        cs101.enrollments.create(person=person(f"x-{number}", f"X{number}"))
    assert cost() == before


def test_plan_now_plans_what_is_missing(desk, cs101):
    cs101.timetable.create(**line())
    action = {"action": "plan_now", "_selected_action": [cs101.pk]}
    assert "new session" in told(desk.post(url("course"), action, follow=True))[0]
    assert cs101.sessions.count() >= 3
    assert told(desk.post(url("course"), action, follow=True)) == ["There is nothing new to plan."]


def test_deleting_a_course_says_what_goes_and_takes_its_files(desk, held, django_capture_on_commit_callbacks):
    csv_file.rewrite(held)
    path = csv_file.path_of(held)
    asked = text(desk.get(url("course", "delete", held.course.pk)))
    assert "Attendance records: 2" in asked
    assert "relationship" not in asked
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(url("course", "delete", held.course.pk), {"post": "yes"}).status_code == 302
    assert not ClassSession.objects.exists()
    assert not path.exists()


@pytest.mark.on_every_database
def test_several_courses_are_deleted_from_the_list(desk, cs101):
    action = {"action": "delete_selected", "_selected_action": [cs101.pk]}
    assert "cs101" in text(desk.post(url("course"), action))
    desk.post(url("course"), action | {"post": "yes"})
    assert not Course.objects.exists()


def test_deleting_a_person_asks_and_takes_their_records(desk, held, ada):
    page = reverse("admin:accounts_user_delete", args=[ada.pk])
    asked = text(desk.get(page))
    assert "Attendance records: 1" in asked
    assert "Roll entries: 3" in asked
    assert desk.post(page, {"post": "yes"}).status_code == 302
    assert not held.records.filter(person=ada.pk).exists()


# --- enrolments and closed days -----------------------------------------------------------------


def test_an_enrolment_is_added_changed_and_ended_in_its_own_list(desk, cs101, librarian):
    form = {"course": cs101.pk, "person": librarian.pk, "group": "A", "since": "", "until": ""}
    assert desk.post(url("enrollment", "add"), form).status_code == 302
    assert "This person is already enrolled in this course." in text(desk.post(url("enrollment", "add"), form))
    mine = Enrollment.objects.get(person=librarian)
    page = url("enrollment", "change", mine.pk)
    assert desk.post(page, {"group": "B", "since": "", "until": "2026-07-01"}).status_code == 302
    mine.refresh_from_db()
    assert (mine.group, mine.until) == ("B", date(2026, 7, 1))
    desk.post(url("enrollment"), {"action": "delete_selected", "_selected_action": [mine.pk], "post": "yes"})
    assert not Enrollment.objects.filter(person=librarian).exists()


def test_a_closed_day_plans_again_in_the_admin_too(desk, cs101):
    cs101.timetable.create(**line())
    from attendance.sessions import timetable

    timetable.plan(cs101)
    before = cs101.sessions.count()
    day = timezone.localtime(cs101.sessions.order_by("starts_at").last().starts_at).date()
    form = {"day": day, "name": "Founders' Day", "department": ""}
    assert desk.post(url("closedday", "add"), form).status_code == 302
    assert cs101.sessions.count() == before - 1
    assert "This day is already closed." in text(desk.post(url("closedday", "add"), form))
    made = ClosedDay.objects.get()
    desk.post(url("closedday", "change", made.pk), form | {"day": day + timedelta(days=1)})
    assert cs101.sessions.count() == before
    desk.post(url("closedday", "change", made.pk), form)
    assert cs101.sessions.count() == before - 1
    desk.post(url("closedday"), {"action": "delete_selected", "_selected_action": [made.pk], "post": "yes"})
    assert cs101.sessions.count() == before


# --- sessions -----------------------------------------------------------------------------------


def test_sessions_are_opened_closed_and_cancelled_from_the_list(desk, cs101, administrator):
    now = timezone.now()
    first = campus.session(cs101, now, opened=False)
    second = campus.session(cs101, now + timedelta(hours=3), opened=False)

    def act(action, *which):
        sent = {"action": action, "_selected_action": [session.pk for session in which]}
        return told(desk.post(url("classsession"), sent, follow=True))

    assert act("open_them", first) == ["1 session is open."]
    assert act("close_them", first, second) == [f"{second}: This session is not open.", "1 session is closed."]
    assert act("cancel_them", second) == ["1 session is cancelled."]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.closed_by, second.state) == ("closed", administrator, "cancelled")
    assert act("recompute_them", first) == ["The records of 1 session were recalculated."]
    forget(first.pk, now)
    assert "Its records are kept." in act("recompute_them", first)[0]


def test_a_session_shows_what_it_was_and_takes_a_note_and_nothing_else(desk, held):
    page = text(desk.get(url("classsession", "change", held.pk)))
    assert "1 / 2" in page
    assert "room-1" in page
    desk.post(url("classsession", "change", held.pk), {"note": "Fire alarm at half past", "state": "open"})
    held.refresh_from_db()
    assert (held.note, held.state) == ("Fire alarm at half past", "closed")


@pytest.mark.on_every_database
def test_one_more_session_is_added_and_a_collision_is_refused(desk, cs101):
    tomorrow = timezone.localtime(timezone.now()).date() + timedelta(days=1)

    def form(start, end):
        return {
            "course": cs101.pk,
            "starts_at_0": tomorrow,
            "starts_at_1": start,
            "ends_at_0": tomorrow,
            "ends_at_1": end,
        }

    assert desk.post(url("classsession", "add"), form("09:00", "10:00")).status_code == 302
    made = cs101.sessions.get()
    assert made.by_hand
    assert made.stations.count() == 1
    assert "The room is taken at that time" in text(desk.post(url("classsession", "add"), form("09:30", "11:00")))
    assert "must end after it starts" in text(desk.post(url("classsession", "add"), form("12:00", "11:00")))
    assert cs101.sessions.count() == 1


# --- records, doubts and appeals ----------------------------------------------------------------


def test_a_record_is_corrected_with_a_reason(desk, held, grace, administrator):
    record = held.records.get(person=grace)
    page = url("attendancerecord", "correct", record.pk)
    assert "Grace Hopper" in text(desk.get(page))
    assert "This field is required." in text(desk.post(page, {"status": "excused", "reason": " "}))
    assert status(held, grace) == "absent"
    assert desk.post(page, {"status": "excused", "reason": "Doctor's note"}).status_code == 302
    assert status(held, grace) == "excused"
    shown = text(desk.get(url("attendancerecord", "change", record.pk)))
    assert "Doctor&#x27;s note" in shown
    assert "Margaret Hamilton" in shown


def test_what_a_rule_refuses_is_said_on_the_page(desk, cs101, grace):
    session = campus.session(cs101, timezone.now(), opened=False)
    session.records.create(person=grace)
    sessions.cancel(session, by=None)
    page = url("attendancerecord", "correct", session.records.get().pk)
    assert "This session was cancelled." in text(desk.post(page, {"status": "present", "reason": "x"}))


def test_records_and_rolls_are_only_read(desk, held, ada):
    record = held.records.get(person=ada)
    assert desk.post(url("attendancerecord", "change", record.pk), {"status": "absent"}).status_code == 403
    assert desk.post(url("attendancerecord", "delete", record.pk), {"post": "yes"}).status_code == 403
    entry = held.entries.first()
    assert desk.post(url("rollentry", "change", entry.pk), {"status": "absent"}).status_code == 403
    assert status(held, ada) == "present"


@pytest.mark.on_every_database
def test_records_are_found_by_person_status_course_and_session(desk, held, ada):
    def found(query):
        return [
            record.person.id_number for record in desk.get(url("attendancerecord") + query).context["cl"].result_list
        ]

    assert set(found("")) == {"s-ada", "s-grace"}
    assert found("?q=lovelace") == ["s-ada"]
    assert found("?status__exact=absent") == ["s-grace"]
    assert set(found(f"?session={held.pk}")) == {"s-ada", "s-grace"}
    assert found(f"?session={held.pk + 1}") == found("?session=x") == []


def test_a_list_answers_its_own_filters_and_no_other_question(desk, held, ada):
    ada.pin = "md5$x"
    ada.save()
    assert desk.get(url("attendancerecord") + "?status__exact=present").status_code == 200
    assert desk.get(url("attendancerecord") + "?person__pin__startswith=md5").status_code == 400


@pytest.mark.on_every_database
def test_doubts_are_decided_from_the_list(desk, cs101, grace):
    session = campus.session(cs101)
    doubt = Doubt.objects.create(session=session, person=grace, kind="uncertain", at=NINE + minutes(3))
    action = {"action": "confirm", "_selected_action": [doubt.pk]}
    assert told(desk.post(url("doubt"), action, follow=True)) == ["1 uncertain face was decided."]
    assert status(session, grace) == "present"
    assert "already been decided" in told(desk.post(url("doubt"), action | {"action": "dismiss"}, follow=True))[0]


def test_an_appeal_is_answered_once(desk, held, grace):
    asked = corrections.appeal(held.records.get(person=grace), "I sat in the last row", by=grace)
    page = url("appeal", "answer", asked.pk)
    assert "I sat in the last row" in text(desk.get(page))
    form = {"accepted": "True", "status": "late", "words": "I remember"}
    assert desk.post(page, form).status_code == 302
    assert (status(held, grace), Appeal.objects.get().accepted) == ("late", True)
    assert "This has already been answered." in text(desk.post(page, form))


def test_what_ties_us_to_other_systems_can_be_ended_and_shows_no_key(desk, ada, cs101):
    feed = CalendarFeed.objects.create(person=ada, key="k" * 32)
    link = SourcedId.objects.create(kind="class", sourced_id="c-1", course=cs101)
    assert "k" * 32 not in text(desk.get(url("calendarfeed", "change", feed.pk)))
    for model, row in (("calendarfeed", feed), ("sourcedid", link)):
        assert desk.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not (CalendarFeed.objects.exists() or SourcedId.objects.exists())


# --- for administrators only --------------------------------------------------------------------


@pytest.mark.parametrize("model", ["course", "classsession", "attendancerecord", "rollentry", "doubt", "appeal"])
def test_other_staff_find_no_attendance_in_the_admin(client, librarian, model):
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    assert client.get(url(model)).status_code == 403
    assert "attendance" not in client.get("/admin/").content.decode()


LISTS = ["course", "enrollment", "classsession", "attendancerecord", "rollentry", "doubt", "appeal", "closedday"]


@pytest.mark.long
@pytest.mark.parametrize("model", [*LISTS, "sourcedid", "calendarfeed"])
def test_a_list_costs_the_same_however_long_it_is(desk, teacher, model, django_assert_max_num_queries):
    def more(first, last):
        for number in range(first, last):
            made = campus.course(code=f"c{number}", teacher=teacher, station=campus.room(f"r{number}"))
            student = person(f"x-{number}", f"X{number}", last_name="Y")
            Enrollment.objects.create(course=made, person=student)
            session = campus.session(made)
            seen(session, student, 1, source="card")
            session = closed(session)
            corrections.appeal(session.records.get(), "I was early", by=student)
            Doubt.objects.create(session=session, person=student, kind="uncertain", at=NINE)
            ClosedDay.objects.create(
                day=date(2026, 4, number + 1), department=Department.objects.create(code=f"d{number}")
            )
            SourcedId.objects.create(kind="class", sourced_id=f"c-{number}", course=made)
            CalendarFeed.objects.create(person=student, key=f"{number}" * 16)

    def cost():
        with django_assert_max_num_queries(30) as counted:
            assert desk.get(url(model)).status_code == 200
        return len(counted)

    more(0, 2)
    cost()
    before = cost()
    more(2, 8)
    assert cost() == before


def test_a_teacher_of_the_course_is_sent_away_too(client, teacher, cs101):
    client.force_login(teacher, backend="accounts.backends.RoleBackend")
    assert client.get(url("course")).status_code in (302, 403)
    assert teacher.role == Role.TEACHER
