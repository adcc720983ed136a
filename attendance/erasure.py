"""When a person or a course goes altogether, so do their names in files beside the database."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from attendance import csv_file
from attendance.models import Course, RollEntry
from config.errors import Refused


def forget_person(person: User, *, by: User | None) -> None:
    """Before a person is deleted (settings.BEFORE_PERSON_DELETED): their rows go with them, and then the files' lines.

    Whose face is only erased, or who withdraws a consent, keeps the record of what they attended.
    """
    lines = RollEntry.objects.filter(Q(person=person) | Q(by=person))
    for session in lines.order_by().values_list("session", flat=True).distinct():
        transaction.on_commit(partial(csv_file.write_anew, session))


@transaction.atomic
def delete_course(course: Course, *, by: User | None) -> None:
    """The course with its sessions, records and CSV files. Refused `not_allowed` for all but administrators."""
    if by is not None and not by.is_administrator:
        raise Refused("not_allowed", _("Only administrators delete courses."), status=403)
    paths = [csv_file.path_of(session) for session in course.sessions.select_related("course")]
    course.delete()
    transaction.on_commit(partial(csv_file.remove, paths))
