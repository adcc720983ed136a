"""Who belongs to a course, and how an open roll follows."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from attendance.models import Enrollment
from attendance.records import corrections
from attendance.sessions import enrolments
from config.errors import Refused
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.attendance import seen


@pytest.fixture
def cs101(ada, teacher):
    return campus.course(ada, teacher=teacher)


@pytest.fixture
def now_open(cs101):
    return campus.session(cs101, timezone.now())


def code_of(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value.code


def test_a_person_is_enrolled_once(cs101, grace, teacher):
    enrolments.enrol(cs101, grace, by=teacher, group="A")
    with pytest.raises(Refused, match="Grace Hopper is already enrolled in this course") as caught:
        enrolments.enrol(cs101, grace, by=teacher)
    assert (caught.value.code, caught.value.status) == ("enrolled_already", 409)
    assert Enrollment.objects.get(course=cs101, person=grace).group == "A"


def test_an_enrolment_does_not_end_before_it_begins(cs101, grace, teacher):
    days = {"since": date(2026, 3, 2), "until": date(2026, 3, 1)}
    assert code_of(enrolments.enrol, cs101, grace, by=teacher, **days) == "ends_before_it_begins"
    mine = enrolments.enrol(cs101, grace, by=teacher)
    assert code_of(enrolments.change, mine, by=teacher, group="", **days) == "ends_before_it_begins"


def test_whoever_is_enrolled_during_a_session_is_expected_in_it(now_open, cs101, grace, teacher):
    enrolments.enrol(cs101, grace, by=teacher)
    assert now_open.records.get(person=grace).status == "expected"


def test_whoever_leaves_the_course_unseen_leaves_the_open_roll(now_open, cs101, ada, teacher):
    enrolments.unenrol(cs101.enrollments.get(person=ada), by=teacher)
    assert not now_open.records.filter(person=ada).exists()


def test_what_was_recorded_stays_when_somebody_leaves_the_course(now_open, cs101, ada, teacher):
    seen(now_open, ada, 1, source="card")
    enrolments.unenrol(cs101.enrollments.get(person=ada), by=teacher)
    assert now_open.records.get(person=ada).status == "present"
    corrections.correct(now_open, ada, "excused", by=teacher, reason="Left the course")


def test_an_enrolment_that_begins_next_year_changes_no_roll_of_today(now_open, cs101, grace, teacher):
    mine = enrolments.enrol(cs101, grace, by=teacher, since=date(2199, 1, 1))
    assert not now_open.records.filter(person=grace).exists()
    enrolments.change(mine, by=teacher, group="", since=None, until=None)
    assert now_open.records.filter(person=grace).exists()


def test_somebody_else_s_teacher_enrols_nobody(cs101, ada, grace):
    stranger = person("t-perlis", "Alan", Role.TEACHER)
    mine = cs101.enrollments.get(person=ada)
    assert code_of(enrolments.enrol, cs101, grace, by=stranger) == "not_allowed"
    assert code_of(enrolments.unenrol, mine, by=stranger) == "not_allowed"
    assert code_of(enrolments.change, mine, by=stranger, group="B", since=None, until=None) == "not_allowed"
