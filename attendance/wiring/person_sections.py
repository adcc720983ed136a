"""Attendance's section of a person's page: the courses, for those who keep their rolls."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from attendance.notices import attendance_rate
from attendance.rules.visibility import courses_for, records_for
from config.ops.registries.person_sections import SECTIONS, PersonSection


def register() -> None:
    courses = PersonSection(_("Courses"), "attendance/person_section.html", _may_see, _courses)
    SECTIONS.register("courses", courses, order=1)


def _may_see(viewer: Any, person: Any) -> bool:
    """Administrators always; teachers where the person is in one of their courses."""
    return bool(viewer.is_administrator) or courses_for(viewer).filter(enrollments__person=person).exists()


def _courses(request: HttpRequest, person: Any) -> dict[str, Any]:
    theirs = courses_for(request.user).filter(enrollments__person=person).distinct().order_by("code")
    # Of these courses alone: a teacher's own record in another one is not this person's.
    records = records_for(request.user).filter(person=person, session__course__in=theirs)
    standings = attendance_rate.of_records(records)
    return {"courses": [(course, standings.get(course.pk)) for course in theirs]}
