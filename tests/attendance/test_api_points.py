"""Phones, points, excuses, advisers and weeks through the API: the same rules as on the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from attendance.models import Enrollment, Excuse, OwnStatus
from tests.support import attendance as campus
from tests.support.api import V1, client_of, code_of, results
from tests.support.attendance import closed, enrolled, seen, watched

# The addresses and their answers are Python: test_points.py asks each database.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
API = f"{V1}/attendance"


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(enrolled(ada), enrolled(grace), teacher=teacher)


@pytest.fixture
def held(cs101, ada):
    session = campus.session(cs101)
    watched(session)
    seen(session, ada, 1, 5, 58)
    return closed(session)


def test_a_display_of_one_s_own_shows_the_code(cs101, teacher, ada):
    session = campus.session(cs101, timezone.now())
    address = f"{API}/sessions/{session.pk}/"
    assert code_of(client_of(teacher).get(f"{address}phone-code/")) == "phone_off"
    assert client_of(teacher).post(f"{address}phone/", {"on": True}, format="json").json()["takes_phones"] is True
    told = client_of(teacher).get(f"{address}phone-code/").json()
    assert f"/attendance/phone/{session.pk}/#" in told["address"]
    assert client_of(ada).get(f"{address}phone-code/").status_code == 403
    client_of(teacher).post(f"{address}phone/", {"on": False}, format="json")
    assert client_of(teacher).get(f"{address}phone-code/").status_code == 409


def test_a_correction_takes_an_own_status_and_grades_follow(held, cs101, grace, teacher):
    OwnStatus.objects.create(short="P", label="Here", kind="present", points=4)
    OwnStatus.objects.create(short="L", label="Bit late", kind="late", points=1)
    asked = {"id_number": "s-grace", "status": "late", "own_status": "l", "reason": "Bus"}
    answer = client_of(teacher).post(f"{API}/sessions/{held.pk}/correct/", asked, format="json")
    assert (answer.json()["status"], answer.json()["own_status"]) == ("late", "L")
    refusal = client_of(teacher).post(f"{API}/sessions/{held.pk}/correct/", asked | {"own_status": "P"}, format="json")
    assert code_of(refusal) == "bad_status"
    listed = client_of(teacher).get(f"{API}/courses/cs101/statuses/")
    assert listed.status_code == 200, listed.content
    shorts = [row["short"] for row in listed.json()]
    assert shorts == ["P", "L"]
    told = client_of(teacher).get(f"{API}/courses/cs101/grades/?since=2026-03-01&until=2026-03-31&out_of=10")
    assert told.status_code == 200, told.content
    rows = told.json()
    assert [(row["person"]["id_number"], row["grade"]) for row in rows] == [("s-grace", "2.50"), ("s-ada", "10.00")]


def test_an_excuse_is_asked_for_read_and_decided(cs101, ada, grace, teacher):
    asked = {"course": "cs101", "since": "2026-03-02", "until": "2026-03-02", "reason": "Operation"}
    made = client_of(ada).post(f"{API}/excuses/", asked, format="json").json()
    assert (made["state"], made["has_file"]) == ("waiting", False)
    assert results(client_of(grace).get(f"{API}/excuses/")) == []
    address = f"{API}/excuses/{made['id']}/decide/"
    assert client_of(ada).post(address, {"accepted": True}, format="json").status_code == 403
    assert client_of(teacher).post(address, {"accepted": True}, format="json").json()["state"] == "accepted"
    assert Excuse.objects.get().decided_by == teacher


def test_an_administrator_sets_the_adviser(cs101, ada, teacher, administrator):
    enrolment = Enrollment.objects.get(person=ada)
    address = f"{API}/enrolments/{enrolment.pk}/"
    answer = client_of(administrator).patch(address, {"adviser": "t-knuth"}, format="json")
    assert answer.json()["adviser"] == "t-knuth"
    no = client_of(administrator).patch(address, {"adviser": "s-ada"}, format="json")
    assert code_of(no) == "invalid"


def test_a_timetable_line_of_every_second_week_and_a_group(cs101, teacher):
    today = timezone.localdate()
    line = {
        "course": "cs101",
        "weekday": today.weekday(),
        "starts": "09:00",
        "ends": "10:00",
        "first_day": f"{today}",
        "last_day": f"{today + timedelta(days=60)}",
        "interval": 2,
        "group": "A",
    }
    answer = client_of(teacher).post(f"{API}/timetable/", line, format="json")
    assert (answer.status_code, answer.json()["interval"], answer.json()["group"]) == (201, 2, "A")
    assert {one.group for one in cs101.sessions.all()} == {"A"}
