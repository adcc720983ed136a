"""Whose attendance may a person see and keep? The same answer for pages, board, API, admin and reports."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from attendance.models import Appeal, AttendanceRecord, ClassSession, Course, Doubt, Enrollment, Excuse, TimetableRule
from config.errors import Refused


def keeps_rolls(user: Any) -> bool:
    """Administrators and teachers: those for whom there are attendance pages beyond their own record."""
    return bool(user.is_authenticated and user.is_active and user.role in (Role.ADMINISTRATOR, Role.TEACHER))


def has_attendance(user: Any) -> bool:
    """Whether this person is or was enrolled in something, and so has a page of their own. One query."""
    if not user.is_authenticated:
        return False
    mine = Exists(Enrollment.objects.filter(person=OuterRef("pk")))
    records = Exists(AttendanceRecord.objects.filter(person=OuterRef("pk")))
    return User.objects.filter(pk=user.pk).filter(mine | records).exists()


def courses_for(user: Any) -> QuerySet[Course]:
    """The courses whose rolls this person keeps: all for administrators, their own for teachers."""
    if not keeps_rolls(user):
        return Course.objects.none()
    return Course.objects.all() if user.is_administrator else Course.objects.filter(teachers=user)


def sessions_for(user: Any) -> QuerySet[ClassSession]:
    return ClassSession.objects.filter(course__in=courses_for(user))


def records_for(user: Any) -> QuerySet[AttendanceRecord]:
    """The records of one's courses, and one's own."""
    if not user.is_authenticated:
        return AttendanceRecord.objects.none()
    if user.is_administrator:
        return AttendanceRecord.objects.all()
    return AttendanceRecord.objects.filter(Q(person=user) | Q(session__course__in=courses_for(user)))


def enrolments_for(user: Any) -> QuerySet[Enrollment]:
    """Those of one's courses, and one's own."""
    if not user.is_authenticated:
        return Enrollment.objects.none()
    if user.is_administrator:
        return Enrollment.objects.all()
    return Enrollment.objects.filter(Q(person=user) | Q(course__in=courses_for(user)))


def lines_for(user: Any) -> QuerySet[TimetableRule]:
    return TimetableRule.objects.filter(course__in=courses_for(user))


def doubts_for(user: Any) -> QuerySet[Doubt]:
    """Whom a camera may have seen is told to those who keep the roll, and to no one else."""
    return Doubt.objects.filter(session__course__in=courses_for(user))


def appeals_for(user: Any) -> QuerySet[Appeal]:
    return Appeal.objects.filter(record__in=records_for(user))


def excuses_decided_by(user: Any) -> QuerySet[Excuse]:
    """Excuses of one's courses. One for all courses is an administrator's to decide."""
    if not keeps_rolls(user):
        return Excuse.objects.none()
    return Excuse.objects.all() if user.is_administrator else Excuse.objects.filter(course__in=courses_for(user))


def excuses_for(user: Any) -> QuerySet[Excuse]:
    """One's own, and those that one decides."""
    if not user.is_authenticated:
        return Excuse.objects.none()
    return Excuse.objects.filter(Q(person=user) | Q(pk__in=excuses_decided_by(user).values("pk")))


def may_keep(user: Any, course: Course) -> bool:
    return courses_for(user).filter(pk=course.pk).exists()


def require_may_keep(user: User, course: Course) -> None:
    """Refused `not_allowed` for everyone but this course's teachers and administrators."""
    if not may_keep(user, course):
        raise Refused("not_allowed", _("You do not have access to this course."), status=403)
