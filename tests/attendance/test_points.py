"""The institution's own statuses, their points, and the grades that go to Moodle and Canvas."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.models import OwnStatus
from attendance.records import corrections
from attendance.roll import own_statuses, state
from attendance.rules.points import earned
from tests.support import attendance as campus
from tests.support.attendance import closed, seen, watched

POINTS = st.one_of(st.none(), st.decimals(min_value=0, max_value=5, places=2))


@given(st.lists(POINTS, max_size=20))
def test_a_grade_is_between_nothing_and_everything(points):
    grade = earned(points, Decimal(5)).grade(Decimal(100))
    counts = [one for one in points if one is not None]
    assert (grade is None) == (not counts)
    assert grade is None or 0 <= grade <= 100


def own(short, label, kind, points, course=None):
    return OwnStatus.objects.create(short=short, label=label, kind=kind, points=points, course=course)


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(campus.enrolled(ada), campus.enrolled(grace), teacher=teacher)


@pytest.fixture
def over(cs101, ada):
    """Ada was there from the start, Grace was not."""
    session = campus.session(cs101)
    watched(session)
    seen(session, ada, 1, 20, 40, 58)
    return closed(session)


def form_of(*rows, first=0):
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": first}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data


P = {"short": "P", "label": "Here", "kind": "present", "points": "3"}


def test_an_administrator_sets_up_the_site_s_statuses(administrator, teacher, client):
    client.force_login(administrator)
    assert client.post("/attendance/statuses/", form_of(P, {})).status_code == 302
    assert OwnStatus.objects.get().label == "Here"
    client.force_login(teacher)
    assert client.post("/attendance/statuses/", form_of(P)).status_code == 403


def test_two_statuses_of_a_set_never_look_the_same(administrator, client):
    client.force_login(administrator)
    answer = client.post("/attendance/statuses/", form_of(P, P | {"short": "p"}))
    assert answer.status_code == 400
    assert "the same short code" in answer.content.decode()
    assert not OwnStatus.objects.exists()


def test_a_course_s_own_set_replaces_the_site_s(cs101, teacher, client):
    own("P", "Here", "present", 3)
    client.force_login(teacher)
    client.post("/attendance/courses/cs101/statuses/", form_of(P | {"label": "In the lab"}))
    assert [one.label for one in own_statuses.set_of(cs101).own] == ["In the lab"]
    assert [one.label for one in own_statuses.set_of(campus.course(code="cs2")).own] == ["Here"]


def test_board_and_roll_say_it_in_our_words(over, ada, teacher, client):
    own("P", "In the hall", "present", 3)
    trip = own("T", "School trip", "excused", None)
    corrections.correct(over, ada, f"own-{trip.pk}", by=teacher, reason="Trip")
    [one] = [row for row in state.people_now(over) if row["person"] == ada.pk]
    assert (one["status"], one["label"]) == ("excused", "School trip")
    client.force_login(teacher)
    assert "School trip" in client.get(f"/attendance/sessions/{over.pk}/").content.decode()


def test_a_status_of_another_course_is_not_set(over, ada, teacher, client):
    other = own("X", "Elsewhere", "present", 3, campus.course(code="cs2"))
    client.force_login(teacher)
    client.post(f"/attendance/sessions/{over.pk}/people/{ada.pk}/", {"status": f"own-{other.pk}", "reason": "x"})
    assert over.records.get(person=ada).own_status is None


def test_a_status_in_use_is_kept_for_its_records(over, ada, teacher, administrator):
    trip = own("T", "School trip", "excused", None)
    corrections.correct(over, ada, f"own-{trip.pk}", by=teacher, reason="Trip")
    own_statuses.remove(trip, by=administrator)
    assert own_statuses.set_of(over.course).own == ()
    assert over.records.get(person=ada).own_status.label == "School trip"


def test_a_plain_correction_takes_the_own_status_away(over, ada, teacher):
    trip = own("T", "School trip", "excused", None)
    corrections.correct(over, ada, f"own-{trip.pk}", by=teacher, reason="Trip")
    corrections.correct(over, ada, "absent", by=teacher, reason="Was not")
    assert over.records.get(person=ada).own_status is None


# --- grades --------------------------------------------------------------------------------------

PERIOD = "since=2026-03-01&until=2026-03-31&out_of=10&title=Attendance"


def lines(client, form):
    answer = client.get(f"/attendance/courses/cs101/grades/{form}.csv?{PERIOD}")
    assert answer.status_code == 200
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))


def test_moodle_finds_people_by_id_number_or_email(over, teacher, client):
    client.force_login(teacher)
    assert lines(client, "moodle") == [
        ["First name", "Last name", "ID number", "Email address", "Group", "Attendance"],
        ["Grace", "Hopper", "s-grace", "grace@example.org", "", "0.0"],
        ["Ada", "Lovelace", "s-ada", "ada@example.org", "", "10.0"],
    ]


def test_canvas_finds_people_by_sis_id_and_knows_the_highest_grade(over, teacher, client):
    client.force_login(teacher)
    assert lines(client, "canvas") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Attendance"],
        ["    Points Possible", "", "", "", "", "10.0"],
        ["Hopper, Grace", "", "s-grace", "grace@example.org", "cs101", "0.0"],
        ["Lovelace, Ada", "", "s-ada", "ada@example.org", "cs101", "10.0"],
    ]


def test_points_are_those_of_our_statuses(cs101, over, ada, grace, teacher, client):
    late = own("L", "A bit late", "late", 1)
    own("P", "Here", "present", 4)
    corrections.correct(over, grace, f"own-{late.pk}", by=teacher, reason="Bus")
    client.force_login(teacher)
    assert [line[-1] for line in lines(client, "moodle")[1:]] == ["2.5", "10.0"]


def test_who_was_excused_has_no_grade_yet(over, ada, teacher, client):
    corrections.correct(over, ada, "excused", by=teacher, reason="Note")
    client.force_login(teacher)
    assert lines(client, "moodle")[2][-1] == ""
    assert "–" in client.get(f"/attendance/courses/cs101/grades/?{PERIOD}").content.decode()


def test_a_wrong_period_and_another_format_are_refused(over, teacher, client):
    client.force_login(teacher)
    assert client.get("/attendance/courses/cs101/grades/?since=2026-03-02&until=2026-03-01").status_code == 400
    assert client.get("/attendance/courses/cs101/grades/blackboard.csv").status_code == 404


def test_a_session_that_is_open_is_in_no_grade(cs101, ada, teacher, client):
    seen(campus.session(cs101), ada, 1)
    client.force_login(teacher)
    assert "No grades in this period" in client.get(f"/attendance/courses/cs101/grades/?{PERIOD}").content.decode()
