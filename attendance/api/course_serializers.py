"""Courses, who belongs to them, when they meet, and the days on which no one does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Department, User
from accounts.roles import Role
from attendance.api.fields import CourseOfMine, NamedPerson
from attendance.models import ClosedDay, Course, Enrollment, OwnStatus, TimetableRule
from config.api.strict import Strict

STATIONS: Any = Course._meta.get_field("stations").related_model
KEEPERS = (Role.TEACHER, Role.ADMINISTRATOR)


class CourseSerializer(Strict, serializers.ModelSerializer[Course]):
    """Minutes, seconds and percent as on the course's page. `code` never changes: files are named by it."""

    department = serializers.SlugRelatedField(
        slug_field="code", queryset=Department.objects.all(), allow_null=True, required=False
    )
    teachers = serializers.SlugRelatedField(
        slug_field="id_number", queryset=User.objects.filter(role__in=KEEPERS), many=True, required=False
    )
    stations = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=STATIONS._default_manager.filter(purpose="attendance"),
        many=True,
        required=False,
    )

    class Meta:
        model = Course
        fields = (
            "code",
            "title",
            "kind",
            "roster",
            "department",
            "teachers",
            "stations",
            "late_after",
            "early_before",
            "interval",
            "sightings_needed",
            "min_presence",
            "gap_limit",
            "open_before",
            "at_risk_below",
            "warns",
            "warns_most",
            "notify",
            "active",
        )

    def validate_code(self, value: str) -> str:
        if self.instance is not None and value != self.instance.code:
            raise serializers.ValidationError(_("The code of a course cannot be changed."), "immutable")
        return value


class CourseEnrolmentSerializer(Strict, serializers.ModelSerializer[Enrollment]):
    course = CourseOfMine()
    id_number = serializers.SlugRelatedField(
        slug_field="id_number", source="person", queryset=User.objects.all(), write_only=True
    )
    person = NamedPerson()
    adviser = serializers.CharField(
        source="adviser.id_number", read_only=True, allow_null=True, default=None, help_text="Set it with PATCH."
    )

    class Meta:
        model = Enrollment
        fields = ("id", "course", "id_number", "person", "group", "since", "until", "adviser")
        validators = ()  # the service says it in a sentence: `enrolled_already`


class CourseEnrolmentChangeSerializer(Strict, serializers.ModelSerializer[Enrollment]):
    """What may change; who and where stay. `adviser`: an id number; null for none."""

    adviser = serializers.SlugRelatedField(
        slug_field="id_number", queryset=User.objects.filter(role__in=KEEPERS), allow_null=True, required=False
    )

    class Meta:
        model = Enrollment
        fields = ("group", "since", "until", "adviser")


class TimetableLineSerializer(Strict, serializers.ModelSerializer[TimetableRule]):
    """`weekday` 0 is Monday. Hours are the site's own; an end at or before the start is on the next day."""

    course = CourseOfMine()

    class Meta:
        model = TimetableRule
        fields = ("id", "course", "weekday", "starts", "ends", "first_day", "last_day", "interval", "group")

    def validate_course(self, value: Course) -> Course:
        if self.instance is not None and value != self.instance.course:
            raise serializers.ValidationError(
                _("A timetable line cannot be moved to another course. Add a new line there."), "immutable"
            )
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The model's own rules, by field."""
        before = {name: getattr(self.instance, name) for name in self.Meta.fields[1:]} if self.instance else {}
        try:
            TimetableRule(**{**before, **attrs}).clean()
        except DjangoValidationError as error:
            raise serializers.ValidationError(_bad_line(error)) from error
        return attrs


def _bad_line(error: DjangoValidationError) -> dict[str, list[serializers.ErrorDetail]]:
    return {
        field: [serializers.ErrorDetail(str(sentence), "bad_line") for one in errors for sentence in one]
        for field, errors in error.error_dict.items()
    }


class ClosedDaySerializer(Strict, serializers.ModelSerializer[ClosedDay]):
    """`department` null: no one meets on this day."""

    department = serializers.SlugRelatedField(
        slug_field="code", queryset=Department.objects.all(), allow_null=True, required=False
    )

    class Meta:
        model = ClosedDay
        fields = ("id", "day", "name", "department")


class OwnStatusSerializer(serializers.ModelSerializer[OwnStatus]):
    class Meta:
        model = OwnStatus
        fields = ("short", "label", "kind", "points")
        read_only_fields = fields


class GradesAskedSerializer(serializers.Serializer[Any]):
    """Days of the site's own calendar, both included."""

    since = serializers.DateField()
    until = serializers.DateField()
    out_of = serializers.DecimalField(default=Decimal(100), max_digits=6, decimal_places=2, min_value=Decimal(1))


class GradeSerializer(serializers.Serializer[Any]):
    """`grade`: null where no session counts yet."""

    person = NamedPerson()
    group = serializers.CharField()
    sessions = serializers.IntegerField(source="earned.sessions")
    points = serializers.DecimalField(source="earned.points", max_digits=9, decimal_places=2)
    most = serializers.DecimalField(source="earned.most", max_digits=9, decimal_places=2)
    grade = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
