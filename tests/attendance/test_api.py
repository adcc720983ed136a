"""Attendance through the API: the same rules as on the pages, scoped, filtered, and said as problems."""

from __future__ import annotations

import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.throttling import ScopedRateThrottle

from accounts.models import Department
from attendance.models import AttendanceRecord, ClassSession, ClosedDay, Course, Doubt, Enrollment, RollEntry
from attendance.records import corrections
from attendance.roll import csv_file, roll
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.api import V1, client_of, code_of, results
from tests.support.attendance import NINE, closed, enrolled, minutes, seen, status, watched

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
API = f"{V1}/attendance"


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(enrolled(ada), enrolled(grace), teacher=teacher)


@pytest.fixture
def perlis(db):
    """Somebody else's teacher, with a course of his own."""
    other = person("t-perlis", "Alan", Role.TEACHER, last_name="Perlis")
    campus.course(code="cs999", teacher=other, station=campus.room("room-9"))
    return other


@pytest.fixture
def held(cs101, ada):
    """A session that is over: Ada was there, Grace was not."""
    session = campus.session(cs101)
    watched(session)
    seen(session, ada, 1, 5, 58)
    return closed(session)


@pytest.fixture
def running(cs101):
    return campus.session(cs101, timezone.now())


def codes(answer):
    return {row["code"] for row in results(answer)}


# --- courses ------------------------------------------------------------------------------------


def test_an_administrator_adds_a_course_and_changes_it(administrator, teacher):
    Department.objects.create(code="maths", name="Mathematics")
    campus.room("lab")
    client = client_of(administrator)
    body = {
        "code": "ma1",
        "title": "Analysis",
        "department": "maths",
        "teachers": ["t-knuth"],
        "stations": ["lab"],
        "late_after": 5,
        "early_before": None,
    }
    made = client.post(f"{API}/courses/", body)
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in body} == body
    changed = client.patch(f"{API}/courses/ma1/", {"title": "Analysis I", "active": False})
    assert (changed.json()["title"], changed.json()["active"]) == ("Analysis I", False)
    assert list(Course.objects.get(code="ma1").teachers.all()) == [teacher]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "with space"}, "code"),
        ({"teachers": ["s-ada"]}, "teachers.0"),  # a member keeps no roll
        ({"stations": ["front-door"]}, "stations.0"),  # the reception's
        ({"interval": 1}, "interval"),
        ({"min_presence": 101}, "min_presence"),
        ({"department": "nowhere"}, "department"),
    ],
)
def test_what_is_wrong_with_a_course_is_said_by_field(administrator, ada, front_door, body, field):
    answer = client_of(administrator).post(f"{API}/courses/", {"code": "ma1", "title": "Analysis", **body})
    assert code_of(answer) == "invalid"
    errors = answer.json()["errors"]
    assert any(name.split(".")[0] == field.split(".")[0] for name in errors), errors


def test_the_code_of_a_course_stays_for_files_are_named_by_it(administrator, cs101):
    answer = client_of(administrator).patch(f"{API}/courses/cs101/", {"code": "cs102"})
    assert answer.json()["errors"]["code"][0]["code"] == "immutable"


def test_a_course_does_not_move_into_a_room_that_is_taken(administrator, cs101, perlis):
    today = timezone.localdate()
    for code in ("cs101", "cs999"):
        Course.objects.get(code=code).timetable.create(
            weekday=0, starts="09:00", ends="10:00", first_day=today, last_day=today + datetime.timedelta(days=30)
        )
    client = client_of(administrator)
    assert code_of(client.patch(f"{API}/courses/cs999/", {"stations": ["room-1"]})) == "overlap"
    assert client.get(f"{API}/courses/cs999/").json()["stations"] == ["room-9"]


def test_teachers_see_their_courses_and_change_none(teacher, cs101, perlis):
    client = client_of(teacher)
    assert codes(client.get(f"{API}/courses/")) == {"cs101"}
    assert code_of(client.get(f"{API}/courses/cs999/")) == "not_found"
    assert code_of(client.patch(f"{API}/courses/cs101/", {"title": "Mine"})) == "permission_denied"
    assert codes(client_of(perlis).get(f"{API}/courses/")) == {"cs999"}


def test_courses_are_found_by_department_and_teacher(administrator, cs101, perlis):
    cs101.department = Department.objects.create(code="maths", name="Mathematics")
    cs101.save()
    client = client_of(administrator)
    assert codes(client.get(f"{API}/courses/")) == {"cs101", "cs999"}
    assert codes(client.get(f"{API}/courses/?department=maths")) == {"cs101"}
    assert codes(client.get(f"{API}/courses/?teacher=t-perlis")) == {"cs999"}


# --- enrolments ---------------------------------------------------------------------------------


def test_an_administrator_enrols_and_a_second_time_is_refused(administrator, cs101, librarian):
    client = client_of(administrator)
    body = {"course": "cs101", "id_number": "l-barbara", "group": "A", "since": "2026-03-01"}
    made = client.post(f"{API}/enrolments/", body)
    assert made.status_code == 201, made.content
    assert made.json()["person"] == {"id_number": "l-barbara", "name": "Barbara Liskov"}
    assert code_of(client.post(f"{API}/enrolments/", body)) == "enrolled_already"
    one = f"{API}/enrolments/{made.json()['id']}/"
    assert client.patch(one, {"until": "2026-07-01"}).json()["until"] == "2026-07-01"
    assert code_of(client.patch(one, {"until": "2026-02-01"})) == "ends_before_it_begins"
    assert client.get(one).json()["group"] == "A"
    assert client.delete(one).status_code == 204
    assert not Enrollment.objects.filter(person=librarian).exists()


def test_unknown_people_and_courses_are_named_by_field(administrator, cs101):
    answer = client_of(administrator).post(f"{API}/enrolments/", {"course": "cs000", "id_number": "nobody"})
    assert set(answer.json()["errors"]) == {"course", "id_number"}


def test_teachers_read_their_rosters_and_students_their_own_enrolments(teacher, ada, cs101, perlis, grace):
    Enrollment.objects.create(course=Course.objects.get(code="cs999"), person=grace)
    seen_by_teacher = results(client_of(teacher).get(f"{API}/enrolments/"))
    assert {(row["course"], row["person"]["id_number"]) for row in seen_by_teacher} == {
        ("cs101", "s-ada"),
        ("cs101", "s-grace"),
    }
    assert [row["course"] for row in results(client_of(ada).get(f"{API}/enrolments/"))] == ["cs101"]
    assert code_of(client_of(teacher).post(f"{API}/enrolments/", {})) == "permission_denied"


def test_a_roster_is_narrowed_by_day_and_group(administrator, cs101, ada):
    cs101.enrollments.filter(person=ada).update(group="A", until=datetime.date(2026, 3, 1))
    client = client_of(administrator)
    assert len(results(client.get(f"{API}/enrolments/?course=cs101&on=2026-03-01"))) == 2
    assert len(results(client.get(f"{API}/enrolments/?course=cs101&on=2026-03-02"))) == 1
    assert len(results(client.get(f"{API}/enrolments/?group=A"))) == 1
    assert len(results(client.get(f"{API}/enrolments/?person=s-grace"))) == 1


# --- timetable and closed days ------------------------------------------------------------------


def line(**fields):
    today = timezone.localdate()
    last = today + datetime.timedelta(days=27)
    hours = {"starts": "09:00", "ends": "10:00"}
    return {"course": "cs101", "weekday": 0, **hours, "first_day": str(today), "last_day": str(last), **fields}


def test_a_teacher_keeps_the_timetable_of_her_course_and_the_plan_follows(teacher, cs101):
    client = client_of(teacher)
    made = client.post(f"{API}/timetable/", line())
    assert made.status_code == 201, made.content
    assert cs101.sessions.count() >= 3
    assert code_of(client.post(f"{API}/timetable/", line(starts="09:30", ends="11:00"))) == "overlap"
    one = f"{API}/timetable/{made.json()['id']}/"
    assert client.patch(one, {"starts": "13:00", "ends": "14:00"}).json()["starts"] == "13:00:00"
    assert {timezone.localtime(session.starts_at).hour for session in cs101.sessions.all()} == {13}
    assert client.delete(one).status_code == 204
    assert not cs101.sessions.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends": "09:00"}, "ends"),
        ({"last_day": "2001-01-01"}, "last_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"weekday": 7}, "weekday"),
        ({"course": "cs999"}, "course"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_by_field(teacher, cs101, perlis, fields, field):
    answer = client_of(teacher).post(f"{API}/timetable/", line(**fields))
    assert code_of(answer) == "invalid"
    assert field in answer.json()["errors"]


def test_a_line_does_not_move_to_another_course(administrator, cs101, perlis):
    client = client_of(administrator)
    made = client.post(f"{API}/timetable/", line()).json()
    answer = client.patch(f"{API}/timetable/{made['id']}/", {"course": "cs999"})
    assert answer.json()["errors"]["course"][0]["code"] == "immutable"


def test_a_closed_day_takes_its_sessions_and_gives_them_back(administrator, cs101, teacher, ada):
    client = client_of(administrator)
    client.post(f"{API}/timetable/", line())
    before = cs101.sessions.count()
    day = timezone.localtime(cs101.sessions.order_by("starts_at").last().starts_at).date()
    made = client.post(f"{API}/closed-days/", {"day": str(day), "name": "Founders' Day"})
    assert made.status_code == 201, made.content
    assert cs101.sessions.count() == before - 1
    assert code_of(client.post(f"{API}/closed-days/", {"day": str(day)})) == "closed_already"
    assert [row["name"] for row in results(client_of(ada).get(f"{API}/closed-days/?from={day}&to={day}"))] == [
        "Founders' Day"
    ]
    assert results(client.get(f"{API}/closed-days/?to={day - datetime.timedelta(days=1)}")) == []
    assert client.delete(f"{API}/closed-days/{made.json()['id']}/").status_code == 204
    assert cs101.sessions.count() == before
    assert code_of(client_of(teacher).post(f"{API}/closed-days/", {"day": str(day)})) == "permission_denied"


# --- sessions -----------------------------------------------------------------------------------


def test_a_session_is_started_and_closed_over_http(teacher, cs101, ada):
    client = client_of(teacher)
    begun = client.post(f"{API}/sessions/start/", {"course": "cs101", "minutes": 45})
    assert begun.status_code == 201, begun.content
    session = begun.json()
    assert (session["state"], session["course"], session["stations"]) == ("open", "cs101", ["room-1"])
    assert session["counts"]["expected"] == 2
    assert code_of(client.post(f"{API}/sessions/start/", {"course": "cs101"})) == "already_open"
    one = f"{API}/sessions/{session['id']}"
    assert client.post(f"{one}/arrivals/", {"id_number": "s-ada"}).json()["status"] == "present"
    ended = client.post(f"{one}/close/").json()
    assert ended["state"] == "closed"
    assert ended["counts"] | {"present": 1, "unverified": 1, "expected": 0} == ended["counts"]
    assert code_of(client.post(f"{one}/close/")) == "not_open"
    assert code_of(client.post(f"{one}/open/")) == "not_planned"
    assert client.get(f"{one}/").json() == client.post(f"{one}/recompute/").json()


def test_one_more_session_is_planned_opened_or_cancelled(teacher, cs101):
    client = client_of(teacher)
    start = timezone.now() + datetime.timedelta(days=1)

    def body(hours):
        begin = start + datetime.timedelta(hours=hours)
        return {"course": "cs101", "starts_at": begin.isoformat(), "ends_at": (begin + minutes(50)).isoformat()}

    first = client.post(f"{API}/sessions/", body(0))
    assert first.status_code == 201, first.content
    assert code_of(client.post(f"{API}/sessions/", body(0))) == "overlap"
    assert code_of(client.post(f"{API}/sessions/", body(-48))) == "in_the_past"
    gone = client.post(f"{API}/sessions/{first.json()['id']}/cancel/", {"reason": "Strike"}).json()
    assert (gone["state"], gone["note"]) == ("cancelled", "Strike")
    second = client.post(f"{API}/sessions/", body(2)).json()
    assert client.post(f"{API}/sessions/{second['id']}/open/").json()["state"] == "open"
    assert code_of(client.post(f"{API}/sessions/{second['id']}/cancel/")) == "not_planned"


@pytest.mark.parametrize("deed", ["open", "close", "cancel", "recompute", "arrivals", "correct"])
def test_somebody_else_s_teacher_finds_no_such_session(perlis, running, deed):
    body = {"id_number": "s-ada", "status": "present", "reason": "x"}
    assert code_of(client_of(perlis).post(f"{API}/sessions/{running.pk}/{deed}/", body)) == "not_found"
    running.refresh_from_db()
    assert running.state == "open"
    assert not RollEntry.objects.exclude(kind="opened").exists()


@pytest.mark.parametrize("what", ["", "records/", "csv/"])
def test_somebody_else_s_teacher_reads_nothing_of_it(perlis, held, what):
    assert code_of(client_of(perlis).get(f"{API}/sessions/{held.pk}/{what}")) == "not_found"
    assert results(client_of(perlis).get(f"{API}/sessions/")) == []


def test_a_course_of_somebody_else_is_not_started(perlis, cs101):
    answer = client_of(perlis).post(f"{API}/sessions/start/", {"course": "cs101"})
    assert answer.json()["errors"]["course"][0]["code"] == "does_not_exist"
    assert not ClassSession.objects.exists()


def test_sessions_are_found_by_course_department_state_and_days(administrator, cs101, perlis):
    cs101.department = Department.objects.create(code="maths", name="Mathematics")
    cs101.save()
    first = campus.session(cs101)
    second = campus.session(cs101, NINE + datetime.timedelta(days=1), opened=False)
    third = campus.session(Course.objects.get(code="cs999"), NINE, opened=False)
    client = client_of(administrator)

    def found(query):
        return {row["id"] for row in results(client.get(f"{API}/sessions/?{query}"))}

    assert found("") == {first.pk, second.pk, third.pk}
    assert found("course=cs999") == {third.pk}
    assert found("department=maths") == {first.pk, second.pk}
    assert found("state=open") == {first.pk}
    assert found("from=2026-03-03") == {second.pk}
    assert found("to=2026-03-02") == {first.pk, third.pk}
    assert found("from=2026-03-02&to=2026-03-02&course=cs101") == {first.pk}


def test_a_day_begins_where_the_site_is(administrator, cs101, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    late = campus.session(cs101, datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC))  # there it is the 3rd
    client = client_of(administrator)
    assert [row["id"] for row in results(client.get(f"{API}/sessions/?from=2026-03-03"))] == [late.pk]
    assert results(client.get(f"{API}/sessions/?to=2026-03-02")) == []


def test_the_roll_comes_as_csv_and_equals_the_file(teacher, held):
    answer = client_of(teacher).get(f"{API}/sessions/{held.pk}/csv/", HTTP_ACCEPT="text/csv")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="2026-03-02_0900_cs101_{held.pk}.csv"'
    text = b"".join(answer.streaming_content).decode()
    assert text == "".join(csv_file.whole(held))
    assert "s-ada" in text


def test_a_long_roll_is_read_a_page_at_a_time(held, monkeypatch):
    monkeypatch.setattr(csv_file, "PAGE", 2)
    lines = "".join(csv_file.whole(held)).splitlines()
    assert len(lines) == 1 + held.entries.count() == 6


# --- arrivals -----------------------------------------------------------------------------------


def arrive(client, session, number="s-ada", headers=None, **fields):
    return client.post(f"{API}/sessions/{session.pk}/arrivals/", {"id_number": number, **fields}, headers=headers or {})


def test_an_arrival_counts_like_a_card_and_says_who_reported_it(teacher, running, ada):
    answer = arrive(client_of(teacher), running)
    assert answer.status_code == 200, answer.content
    record = answer.json()
    assert (record["status"], record["source"], record["person"]["name"]) == ("present", "api", "Ada Lovelace")
    entry = running.entries.get(kind="seen")
    assert (entry.source, entry.by) == ("api", teacher)


@pytest.mark.parametrize("how", ["body", "header"])
def test_the_same_message_twice_is_one_arrival(teacher, running, ada, how):
    mark = {"nonce": "door-7-0001"} if how == "body" else {"headers": {"Idempotency-Key": "door-7-0001"}}
    client = client_of(teacher)
    first = arrive(client, running, **mark)
    later = {"at": (timezone.now() + minutes(4)).isoformat()}
    assert arrive(client, running, **mark, **later).json() == first.json()
    assert running.entries.filter(kind="seen").count() == 1
    assert code_of(arrive(client, running, "s-grace", **mark)) == "nonce_reused"


def test_without_a_mark_two_arrivals_within_the_interval_are_one(teacher, running):
    client = client_of(teacher)
    arrive(client, running)
    assert arrive(client, running).json()["sightings"] == 1


def test_an_arrival_at_a_time_that_cannot_be_is_refused(teacher, running):
    client = client_of(teacher)
    assert code_of(arrive(client, running, at=(timezone.now() + minutes(30)).isoformat())) == "wrong_time"
    assert code_of(arrive(client, running, at=(timezone.now() - minutes(30)).isoformat())) == "wrong_time"
    assert code_of(arrive(client, running, at="0001-01-01T00:00:00Z")) == "invalid"
    assert arrive(client, running, at=(timezone.now() + minutes(2)).isoformat()).status_code == 200


def test_a_roll_tells_of_nobody_who_is_not_on_it(teacher, running, librarian):
    client = client_of(teacher)
    known, unknown = arrive(client, running, "l-barbara"), arrive(client, running, "s-nobody")
    assert code_of(known) == code_of(unknown) == "not_on_roster"
    assert known.json()["detail"].replace("l-barbara", "X") == unknown.json()["detail"].replace("s-nobody", "X")
    assert "Liskov" not in known.content.decode()


def test_an_arrival_after_the_end_is_refused(teacher, held):
    assert code_of(arrive(client_of(teacher), held)) == "not_open"


def test_a_service_account_with_the_teacher_s_role_in_the_course_reports(cs101, running):
    robot = person("r-door", "Door", Role.TEACHER)
    assert code_of(arrive(client_of(robot), running)) == "not_found"
    cs101.teachers.add(robot)
    assert arrive(client_of(robot), running).json()["status"] == "present"


def test_a_program_that_floods_is_slowed_down(teacher, running, monkeypatch):
    cache.clear()
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"arrivals": "2/min", "identify": "1/min"})
    client = client_of(teacher)
    assert [arrive(client, running).status_code for _ in range(2)] == [200, 200]
    slowed = arrive(client, running)
    assert code_of(slowed) == "throttled"
    assert int(slowed["Retry-After"]) > 0
    assert client.get(f"{API}/sessions/{running.pk}/").status_code == 200


# --- records ------------------------------------------------------------------------------------


def test_everybody_reads_their_own_record_and_teachers_their_roll(teacher, ada, grace, held, perlis):
    assert {
        row["person"]["id_number"]: row["status"] for row in results(client_of(teacher).get(f"{API}/records/"))
    } == {
        "s-ada": "present",
        "s-grace": "absent",
    }
    [mine] = results(client_of(ada).get(f"{API}/records/"))
    assert (mine["person"]["id_number"], mine["first_seen"][:16]) == ("s-ada", "2026-03-02T09:01")
    others = held.records.get(person=grace).pk
    assert code_of(client_of(ada).get(f"{API}/records/{others}/")) == "not_found"
    assert code_of(client_of(ada).get(f"{API}/records/{others}/history/")) == "not_found"
    assert results(client_of(perlis).get(f"{API}/records/")) == []


def test_records_are_found_by_person_status_days_and_session(administrator, held, cs101, ada):
    later = campus.session(cs101, NINE + datetime.timedelta(days=1))
    client = client_of(administrator)

    def found(query):
        rows = results(client.get(f"{API}/records/?{query}"))
        return sorted((row["starts_at"][8:10], row["person"]["id_number"]) for row in rows)

    assert found("person=s-ada") == [("02", "s-ada"), ("03", "s-ada")]
    assert found("status=absent") == [("02", "s-grace")]
    assert found("from=2026-03-03") == [("03", "s-ada"), ("03", "s-grace")]
    assert found(f"session={later.pk}&person=s-ada") == [("03", "s-ada")]
    assert found("course=cs999") == []
    roll_of = client.get(f"{API}/sessions/{held.pk}/records/?status=present")
    assert [row["person"]["id_number"] for row in results(roll_of)] == ["s-ada"]


def test_a_record_is_corrected_with_a_reason_that_its_person_reads(teacher, grace, held):
    record = held.records.get(person=grace)
    answer = client_of(teacher).post(
        f"{API}/records/{record.pk}/correct/", {"status": "excused", "reason": "Doctor's note"}
    )
    assert (answer.json()["status"], answer.json()["corrected"]) == ("excused", True)
    [entry] = client_of(grace).get(f"{API}/records/{record.pk}/history/").json()
    assert (entry["kind"], entry["reason"], entry["by"], entry["source"]) == (
        "corrected",
        "Doctor's note",
        "Donald Knuth",
        "api",
    )


def test_a_session_corrects_by_id_number(teacher, held, grace):
    body = {"id_number": "s-grace", "status": "late", "reason": "Came at half past"}
    answer = client_of(teacher).post(f"{API}/sessions/{held.pk}/correct/", body)
    assert answer.json()["status"] == status(held, grace) == "late"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "expected", "reason": "x"}, "status"),
        ({"status": "present", "reason": "  "}, "reason"),
        ({"status": "present"}, "reason"),
    ],
)
def test_a_correction_needs_a_status_and_a_reason(teacher, held, grace, body, field):
    record = held.records.get(person=grace)
    answer = client_of(teacher).post(f"{API}/records/{record.pk}/correct/", body)
    assert field in answer.json()["errors"]


def test_a_closed_session_is_not_corrected_by_somebody_else_s_teacher(perlis, held, grace):
    record = held.records.get(person=grace)
    body = {"status": "present", "reason": "She was in my class"}
    assert code_of(client_of(perlis).post(f"{API}/records/{record.pk}/correct/", body)) == "not_found"
    assert status(held, grace) == "absent"
    Enrollment.objects.create(course=Course.objects.get(code="cs999"), person=grace)
    assert code_of(client_of(perlis).post(f"{API}/records/{record.pk}/correct/", body)) == "not_found"


def test_students_correct_nothing_not_even_their_own(grace, held):
    record = held.records.get(person=grace)
    answer = client_of(grace).post(f"{API}/records/{record.pk}/correct/", {"status": "present", "reason": "I was"})
    assert code_of(answer) == "permission_denied"


def test_a_teacher_who_is_a_student_elsewhere_corrects_no_record_of_their_own(perlis, cs101):
    Enrollment.objects.create(course=cs101, person=perlis)
    session = closed(campus.session(cs101))
    record = session.records.get(person=perlis)
    client = client_of(perlis)
    assert client.get(f"{API}/records/{record.pk}/").status_code == 200
    answer = client.post(f"{API}/records/{record.pk}/correct/", {"status": "present", "reason": "I was"})
    assert code_of(answer) == "not_allowed"


# --- doubts and appeals -------------------------------------------------------------------------


def test_a_doubt_is_decided_once_and_by_the_course_s_teacher(teacher, perlis, cs101, grace):
    session = campus.session(cs101)
    roll.record_doubt(session.pk, [grace.pk], at=NINE + minutes(3), detail={"distance": 0.4, "threshold": 0.38})
    [row] = results(client_of(teacher).get(f"{API}/doubts/?resolved=false"))
    assert (row["person"]["id_number"], row["kind"], row["detail"]["distance"]) == ("s-grace", "uncertain", 0.4)
    one = f"{API}/doubts/{row['id']}/"
    assert code_of(client_of(perlis).post(f"{one}resolve/", {"confirmed": True})) == "not_found"
    assert code_of(client_of(grace).get(one)) == "permission_denied"
    decided = client_of(teacher).post(f"{one}resolve/", {"confirmed": True}).json()
    assert decided["confirmed"] is True
    assert code_of(client_of(teacher).post(f"{one}resolve/", {"confirmed": False})) == "resolved"
    assert results(client_of(teacher).get(f"{API}/doubts/?resolved=false")) == []
    assert status(session, grace) == "present"


def test_an_appeal_goes_to_the_teacher_and_comes_back(teacher, perlis, grace, ada, held):
    mine, others = held.records.get(person=grace).pk, held.records.get(person=ada).pk
    client = client_of(grace)
    asked = client.post(f"{API}/appeals/", {"record": mine, "message": "I sat in the last row"})
    assert asked.status_code == 201, asked.content
    assert code_of(client.post(f"{API}/appeals/", {"record": mine, "message": "Really"})) == "appealed"
    assert "record" in client.post(f"{API}/appeals/", {"record": others, "message": "x"}).json()["errors"]
    one = f"{API}/appeals/{asked.json()['id']}/"
    assert code_of(client_of(ada).get(one)) == "not_found"
    assert code_of(client_of(perlis).post(f"{one}answer/", {"accepted": True, "words": "Yes"})) == "not_found"
    assert code_of(client.post(f"{one}answer/", {"accepted": True, "words": "Yes"})) == "permission_denied"
    assert len(results(client_of(teacher).get(f"{API}/appeals/?answered=false"))) == 1
    done = client_of(teacher).post(f"{one}answer/", {"accepted": True, "words": "I remember"}).json()
    assert (done["status"], done["accepted"], done["answer"]) == ("present", True, "I remember")
    assert client.get(one).json() == done
    assert code_of(client_of(teacher).post(f"{one}answer/", {"accepted": False, "words": "No"})) == "answered"


def test_an_appeal_waits_for_the_end_of_the_session(grace, running):
    body = {"record": running.records.get(person=grace).pk, "message": "I am here"}
    assert code_of(client_of(grace).post(f"{API}/appeals/", body)) == "too_early"


# --- the same number of queries, however many rows ----------------------------------------------


def a_full_campus(teacher, many):
    """Courses, sessions and people, with one of everything for each."""
    for number in range(many):
        made = campus.course(code=f"c{number}", teacher=teacher, station=campus.room(f"r{number}"))
        made.department = Department.objects.create(code=f"d{number}", name="D")
        made.save()
        student = person(f"x-{number}", f"X{number}", last_name="Y")
        Enrollment.objects.create(course=made, person=student)
        made.timetable.create(weekday=0, starts="09:00", ends="10:00", first_day="2026-03-02", last_day="2026-03-09")
        ClosedDay.objects.create(day=f"2026-04-0{number + 1}", department=made.department)
        session = closed(campus.session(made, NINE))
        record = session.records.get(person=student)
        corrections.appeal(record, "I was there", by=student)
        Doubt.objects.create(session=session, person=student, kind="uncertain", at=NINE)


QUERIES = {
    "courses": 5,
    "enrolments": 3,
    "timetable": 3,
    "closed-days": 3,
    "sessions": 4,
    "records": 3,
    "doubts": 3,
    "appeals": 3,
}


@pytest.mark.long
@pytest.mark.parametrize("who", ["teacher", "administrator"])
@pytest.mark.parametrize("resource", QUERIES)
@pytest.mark.parametrize("many", [1, 6])
def test_a_list_costs_the_same_however_long_it_is(resource, many, who, request, teacher, django_assert_num_queries):
    a_full_campus(teacher, many)
    client = client_of(request.getfixturevalue(who))
    with django_assert_num_queries(QUERIES[resource]):
        rows = results(client.get(f"{API}/{resource}/"))
    assert len(rows) == many


def test_the_roll_of_a_session_costs_the_same_however_long_it_is(teacher, cs101, django_assert_num_queries):
    for number in range(20):
        cs101.enrollments.create(person=person(f"x-{number}", f"X{number}"))
    session = campus.session(cs101)
    client = client_of(teacher)
    with django_assert_num_queries(4):
        assert len(results(client.get(f"{API}/sessions/{session.pk}/records/"))) == 22


def test_pages_follow_each_other_newest_first(teacher, cs101):
    made = [campus.session(cs101, NINE + datetime.timedelta(days=day), opened=False).pk for day in range(5)]
    client = client_of(teacher)
    page = client.get(f"{API}/sessions/?page_size=3").json()
    assert [row["id"] for row in page["results"]] == made[:1:-1]
    rest = client.get(page["next"]).json()
    assert [row["id"] for row in rest["results"]] == made[1::-1]
    assert AttendanceRecord.objects.count() == 0
