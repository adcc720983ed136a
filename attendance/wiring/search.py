"""The attendance app's part of the search: courses, their sessions, a teacher's own people, and its pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.finding import people_like
from attendance.models import ClassSession, Course
from attendance.rules.visibility import courses_for, keeps_rolls, sessions_for
from config.ops.registries.search_providers import MOST, Hit, SearchQuery

NEAR = timedelta(days=7)  # sessions before and after now


def courses(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    """Those whose roll someone keeps; to others their own, which lead to their own records."""
    if keeps_rolls(viewer):
        for one in _like(query, courses_for(viewer)):
            exact = one.code.casefold() == query.text.casefold()
            yield Hit(one.title, reverse("attendance:course", args=[one.code]), one.code, exact)
        return
    for one in _like(query, Course.objects.filter(enrollments__person=viewer)):
        yield Hit(one.title, f"{reverse('attendance:mine')}?course={one.code}", one.code)


def _like(query: SearchQuery, found: Any) -> list[Course]:
    """Of a thousand courses too: only codes and titles are read."""
    if not query.is_long_enough:
        return []
    fitting = [pk for pk, code, title in found.values_list("pk", "code", "title") if query.fits(code, title)]
    return list(found.filter(pk__in=fitting[:MOST]))


def sessions(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    """Of the week before and after, those nearest to now first."""
    if not keeps_rolls(viewer) or not (found := _like(query, courses_for(viewer))):
        return
    now = timezone.now()
    rows = sessions_for(viewer).filter(course__in=found, starts_at__range=(now - NEAR, now + NEAR))
    near = sorted(rows.select_related("course")[:200], key=lambda session: abs(session.starts_at - now))
    yield from (_session(session) for session in near[:MOST])


def _session(session: ClassSession) -> Hit:
    at = date_format(timezone.localtime(session.starts_at), "D j M, H:i")
    address = reverse("attendance:session", args=[session.pk])
    return Hit(f"{session.course.title}, {at}", address, session.get_state_display())


def people(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    """For teachers; administrators find everyone among the people."""
    if not keeps_rolls(viewer) or viewer.is_staff:
        return
    mine = User.objects.filter(enrollments__course__in=courses_for(viewer)).distinct()
    for one in people_like(query, mine):
        exact = one.id_number.casefold() == query.text.casefold()
        yield Hit(one.get_full_name(), reverse("attendance:of_person", args=[one.pk]), one.id_number, exact)


def pages(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    if keeps_rolls(viewer) and query.is_long_enough:
        named = {
            "courses": _("Courses"),
            "review": _("Review: uncertain faces and appeals"),
            "timetable_import": _("Import timetables"),
            "marks_import": _("Import sessions or marks"),
        }
        found = ((name, title) for name, title in named.items() if query.fits(title))
        yield from (Hit(title, reverse(f"attendance:{name}"), _("Attendance")) for name, title in found)
