"""Whose attendance falls below the limit hears of it: once for each crossing, and not too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail
from attendance.models import AtRisk, Enrollment
from attendance.notices import warnings
from attendance.sessions import enrolments
from config.errors import Refused
from tests.support import attendance as campus
from tests.support.attendance import closed, seen, watched


@pytest.fixture
def cs101(ada, grace, teacher):
    ada.guardian_email, ada.guardian_name = "anne@example.org", "Anne"
    ada.save()
    return campus.course(campus.enrolled(ada), campus.enrolled(grace), teacher=teacher, warns=True)


def lesson(course, *present, days_ago):
    start = timezone.now().replace(microsecond=0) - timedelta(days=days_ago, hours=2)
    session = campus.session(course, start)
    watched(session)
    for one in present:
        seen(session, one, 1, 30, 58)
    return closed(session)


def fall(course, grace, days_ago=30):
    for number in range(3):
        lesson(course, grace, days_ago=days_ago - number)


def told(kind=warnings.KIND):
    return OutgoingMail.objects.filter(kind=kind).count()


def test_person_guardian_and_adviser_are_told_once(cs101, ada, grace, teacher):
    teacher.email = "knuth@example.org"
    teacher.save()
    enrolments.advise(Enrollment.objects.get(person=ada), teacher, by=teacher)
    fall(cs101, grace)
    lesson(cs101, grace, days_ago=20)
    assert (told(), told(warnings.GUARDIAN), told(warnings.ADVISER)) == (1, 1, 1)
    assert OutgoingMail.objects.get(kind=warnings.GUARDIAN).to == "anne@example.org"
    assert "33" not in OutgoingMail.objects.get(kind=warnings.KIND).subject


def test_a_course_that_does_not_warn_tells_no_one(cs101, grace):
    cs101.warns = False
    cs101.save()
    fall(cs101, grace)
    assert AtRisk.objects.filter(standing=True).exists()
    assert told() == 0


def test_a_term_has_so_many_warnings_at_most(cs101, ada, grace):
    cs101.warns_most = 2
    cs101.save()
    old = timezone.now() - warnings.TERM - timedelta(days=1)
    ago = timezone.now() - timedelta(days=60)
    AtRisk.objects.create(course=cs101, person=ada, standing=None, fell_at=old, warned=True)
    AtRisk.objects.create(course=cs101, person=ada, standing=None, fell_at=ago, warned=True)
    fall(cs101, grace)
    assert told() == 1
    AtRisk.objects.filter(standing=True).update(standing=None)
    lesson(cs101, grace, days_ago=10)
    assert AtRisk.objects.filter(standing=True).exists()
    assert told() == 1


def test_who_recovers_in_time_is_told_nothing(cs101, ada, grace):
    fall(cs101, grace)
    fallen = AtRisk.objects.get(standing=True)
    assert warnings.letter({"fall": fallen.pk, "to": "person"})["share"] == "0.0 %"
    AtRisk.objects.update(standing=None)
    assert warnings.letter({"fall": fallen.pk, "to": "person"}) is None


def test_a_person_reads_since_when_on_their_own_page(cs101, ada, grace, client):
    fall(cs101, grace)
    client.force_login(ada)
    assert "Below it since" in client.get("/attendance/mine/").content.decode()


def test_an_adviser_keeps_rolls(cs101, ada, grace, teacher):
    with pytest.raises(Refused) as no:
        enrolments.advise(Enrollment.objects.get(person=ada), grace, by=teacher)
    assert no.value.code == "not_staff"


def test_an_adviser_who_was_changed_is_told_no_more(cs101, ada, grace, teacher):
    enrolments.advise(Enrollment.objects.get(person=ada), teacher, by=teacher)
    fall(cs101, grace)
    fallen = AtRisk.objects.get(standing=True)
    facts = {"fall": fallen.pk, "to": "adviser", "adviser": teacher.pk}
    assert warnings.letter(facts)["name"] == "Donald Knuth"
    Enrollment.objects.update(adviser=None)
    assert warnings.letter(facts) is None
