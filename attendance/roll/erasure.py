"""When a person or a course goes altogether, so do their names in files beside the database."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import ClassSession, Course, RollEntry
from attendance.roll import csv_repairs
from config.errors import Refused


def forget_person(person: User, *, by: User | None) -> None:
    """Before a person is deleted (accounts.people.erasure): their rows go with them, and then the files' lines.

    Whose face is only erased, or who withdraws a consent, keeps the record of what they attended.
    """
    lines = RollEntry.objects.filter(Q(person=person) | Q(by=person))
    csv_repairs.outdate(ClassSession.objects.filter(pk__in=lines.order_by().values("session")).select_related("course"))


@transaction.atomic
def delete_course(course: Course, *, by: User | None) -> None:
    """The course with its sessions, records and CSV files. Refused `not_allowed` for all but administrators."""
    if by is not None and not by.is_administrator:
        raise Refused("not_allowed", _("Only administrators can delete courses."), status=403)
    csv_repairs.outdate(course.sessions.select_related("course"))
    course.delete()
