"""Changing what the plan is made of: timetable lines, a course's rooms, closed days. The plan follows at once."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import ClosedDay, Course, TimetableRule
from attendance.rules.visibility import require_may_keep
from attendance.sessions import timetable
from config.errors import Refused


@transaction.atomic
def save_line(line: TimetableRule, *, by: User | None) -> TimetableRule:
    """Keep a new or a changed line, and plan by it. Refused `not_allowed`, `bad_line`, `overlap`.

    Planned sessions that the line no longer yields go away; those that were opened, closed or cancelled stay.
    """
    _require_may_plan(by, line.course)
    _require_sound(line)
    Course.objects.select_for_update().get(pk=line.course_id)
    timetable.refuse_colliding_rule(line)
    line.save()
    timetable.plan(line.course)
    return line


@transaction.atomic
def remove_line(line: TimetableRule, *, by: User | None) -> None:
    """Take a line away, and the sessions that were only planned by it. Refused `not_allowed`."""
    _require_may_plan(by, line.course)
    course = line.course
    line.delete()
    timetable.plan(course)


@transaction.atomic
def course_changed(course: Course) -> None:
    """After its stations, its department or whether it is active have changed. Refused `overlap`: undo the change."""
    timetable.refuse_colliding_lines(course, course.timetable.select_related("course"), course.stations.all())
    timetable.plan(course)


@transaction.atomic
def archive(course: Course) -> None:
    """Nothing more is planned for it. Refused `archived`."""
    if not course.active:
        raise Refused("archived", _("This course has already been archived."), status=409)
    course.active = False
    course.save(update_fields=["active"])
    course_changed(course)


@transaction.atomic
def save_closed_day(day: ClosedDay, *, by: User | None) -> ClosedDay:
    """No course, or none of a department, meets on this day. Refused `not_allowed`, `closed_already`."""
    _require_administrator(by)
    same = ClosedDay.objects.filter(day=day.day, department=day.department_id).exclude(pk=day.pk)
    if same.exists():
        raise Refused("closed_already", _("This day is already closed."), status=409)
    before = ClosedDay.objects.filter(pk=day.pk).values_list("department", flat=True)
    departments = {day.department_id, *before}
    day.save()
    plan_again(departments)
    return day


@transaction.atomic
def remove_closed_day(day: ClosedDay, *, by: User | None) -> None:
    """The courses meet on this day after all. Refused `not_allowed`."""
    _require_administrator(by)
    day.delete()
    plan_again({day.department_id})


def plan_again(departments: set[int | None]) -> None:
    """None stands for every department, and for courses without one."""
    courses = Course.objects.filter(active=True)
    if None not in departments:
        courses = courses.filter(department__in=[pk for pk in departments if pk])
    for course in courses:
        timetable.plan_or_log(course)


def _require_sound(line: TimetableRule) -> None:
    try:
        line.clean()
    except ValidationError as error:
        raise Refused("bad_line", " ".join(error.messages)) from error


def _require_may_plan(by: User | None, course: Course) -> None:
    """`by` None: a command, run by anyone who runs the site."""
    if by is not None:
        require_may_keep(by, course)


def _require_administrator(by: User | None) -> None:
    if by is not None and not by.is_administrator:
        raise Refused("not_allowed", _("Only administrators can close days."), status=403)
