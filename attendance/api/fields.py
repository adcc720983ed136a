"""How the API names what a body or an answer speaks of: courses by code, people by id number, stations by slug."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.permissions import caller
from accounts.api.serializers import NamedPersonSerializer
from accounts.models import User
from attendance.models import ClassSession, Course
from attendance.roll import roster
from attendance.rules.visibility import courses_for
from config.errors import Refused

YEARS = range(1900, 2200)  # beyond them lie instants that no time zone, and not every database, can hold


def of_our_time(day: datetime.date) -> None:
    if day.year not in YEARS:
        raise ValidationError(_("Enter a time between the years 1900 and 2200."), "out_of_range")


def within_our_time(day: datetime.date) -> datetime.date:
    """A filter may name any day: the first of them is before everything that is kept, the last is after it."""
    return min(max(day, datetime.date(YEARS.start, 1, 1)), datetime.date(YEARS.stop - 1, 12, 31))


class Moment(serializers.DateTimeField):
    """A moment with its offset; without one, in the site's own time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validators=[of_our_time], **options)


class CourseOfMine(serializers.SlugRelatedField[Course]):
    """A course whose roll the caller keeps. Any other is as unknown as one that does not exist."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="code", queryset=Course.objects.all(), **options)

    def get_queryset(self) -> QuerySet[Course]:
        return courses_for(caller(self.context["request"]))


@extend_schema_field(NamedPersonSerializer)
class NamedPerson(serializers.Field[User, Any, dict[str, str], Any]):
    """A person on a roll, for reading."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: User) -> dict[str, str]:
        return {"id_number": value.id_number, "name": value.get_full_name()}


def on_roster(session: ClassSession, id_number: str) -> User:
    """Refused `not_on_roster`, in the same words for a number that no one has: a roll tells of its own people only."""
    person = User.objects.filter(id_number=id_number).first()
    if person is None or not roster.belongs(session, person):
        words = _("No one with the id number %(number)s is enrolled in this course.") % {"number": id_number}
        raise Refused("not_on_roster", words, status=403)
    return person
