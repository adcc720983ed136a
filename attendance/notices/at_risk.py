"""Whose attendance in a course is below its limit, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.mail.kinds import Facts
from accounts.models import User
from attendance.models import AtRisk, Course
from attendance.notices import attendance_rate, placeholders
from attendance.notices.attendance_rate import Standing

LEAST_COUNTED = 3  # sessions: before, one absence is not a pattern


@transaction.atomic
def review(course: Course, people: Iterable[int], *, now: datetime) -> list[AtRisk]:
    """Note who has fallen below the limit and who has recovered. Returns the new falls, for which a person is told."""
    if course.kind != Course.Kind.CLASS:
        return []
    Course.objects.select_for_update().get(pk=course.pk)
    people = list(people)
    now_below = {
        person for person, found in attendance_rate.of_people(course, people).items() if is_below(course, found)
    }
    standing_falls = AtRisk.objects.filter(course=course, person__in=people, standing=True)
    known = set(standing_falls.values_list("person_id", flat=True))
    standing_falls.exclude(person__in=now_below).update(standing=None, recovered_at=now)
    return [AtRisk.objects.create(course=course, person_id=person, fell_at=now) for person in sorted(now_below - known)]


def is_below(course: Course, found: Standing) -> bool:
    return found.counted >= LEAST_COUNTED and found.is_at_risk(course.at_risk_below)


def letter(facts: Facts) -> placeholders.Words | None:
    """The warning to a teacher: only of those who are still below. None when all have recovered."""
    falls = AtRisk.objects.filter(pk__in=facts["falls"], standing=True).select_related("course", "person")
    teacher = User.objects.filter(pk=facts["teacher"]).first()
    if not falls or teacher is None or not falls[0].course.teachers.filter(pk=teacher.pk).exists():
        return None
    course = falls[0].course
    now = attendance_rate.of_people(course, [fall.person_id for fall in falls])
    ordered = sorted(falls, key=lambda fall: (fall.person.last_name, fall.person.first_name))
    return {
        "name": teacher.get_full_name(),
        "course": course.code,
        "title": course.title,
        "limit": f"{course.at_risk_below} %",
        "people": [f"{fall.person.get_full_name()}: {now[fall.person_id].percentage or 0:.1f} %" for fall in ordered],
        "link": placeholders.link("attendance:course", course.code),
    }
