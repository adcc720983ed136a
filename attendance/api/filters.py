"""How lists of attendance are narrowed. `from` and `to` are days in the site's own time, both included."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from attendance.api.fields import within_our_time
from attendance.models import (
    STATUS_CHOICES,
    Appeal,
    AttendanceRecord,
    ClassSession,
    ClosedDay,
    Course,
    Doubt,
    Enrollment,
    Excuse,
    TimetableRule,
)
from config.api.query import KeyFilter


def days(field: str) -> dict[str, django_filters.Filter]:
    """`from` (a word that Python keeps for itself) and `to`, over a column of moments."""

    def since(rows: QuerySet[Any], name: str, value: datetime.date) -> QuerySet[Any]:
        return rows.filter(**{f"{field}__gte": midnight(within_our_time(value))})

    def until(rows: QuerySet[Any], name: str, value: datetime.date) -> QuerySet[Any]:
        return rows.filter(**{f"{field}__lt": midnight(within_our_time(value) + datetime.timedelta(days=1))})

    return {
        "from": django_filters.DateFilter(method=since, label="On this day or later"),
        "to": django_filters.DateFilter(method=until, label="On this day or before"),
    }


def midnight(day: datetime.date) -> datetime.datetime:
    """The moment at which this day begins where the site is."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def by_course(path: str) -> django_filters.CharFilter:
    return django_filters.CharFilter(field_name=f"{path}__code", label="Code of the course")


def by_department(path: str) -> django_filters.CharFilter:
    return django_filters.CharFilter(field_name=f"{path}__department__code", label="Code of the course's department")


def by_person(path: str) -> django_filters.CharFilter:
    return django_filters.CharFilter(field_name=f"{path}__id_number", label="Id number")


class CourseFilter(django_filters.FilterSet):
    department = django_filters.CharFilter(field_name="department__code", label="Code of the department")
    teacher = django_filters.CharFilter(field_name="teachers__id_number", label="Id number of a teacher")
    kind = django_filters.ChoiceFilter(choices=Course.Kind.choices)
    active = django_filters.BooleanFilter()

    class Meta:
        model = Course
        fields = ("department", "teacher", "kind", "active")


class EnrolmentFilter(django_filters.FilterSet):
    course = by_course("course")
    department = by_department("course")
    person = by_person("person")
    group = django_filters.CharFilter()
    on = django_filters.DateFilter(method="that_day", label="Enrolled on this day")

    class Meta:
        model = Enrollment
        fields = ("course", "department", "person", "group", "on")

    def that_day(self, rows: QuerySet[Any], name: str, value: datetime.date) -> QuerySet[Any]:
        return rows.filter(Q(since=None) | Q(since__lte=value), Q(until=None) | Q(until__gte=value))


class TimetableFilter(django_filters.FilterSet):
    course = by_course("course")
    department = by_department("course")
    weekday = django_filters.ChoiceFilter(choices=TimetableRule.Weekday.choices)

    class Meta:
        model = TimetableRule
        fields = ("course", "department", "weekday")


class ClosedDayFilter(django_filters.FilterSet):
    department = django_filters.CharFilter(field_name="department__code", label="Code of the department")

    class Meta:
        model = ClosedDay
        fields = ("department",)

    locals().update(
        {
            "from": django_filters.DateFilter(field_name="day", lookup_expr="gte", label="On this day or later"),
            "to": django_filters.DateFilter(field_name="day", lookup_expr="lte", label="On this day or before"),
        }
    )


class SessionFilter(django_filters.FilterSet):
    course = by_course("course")
    department = by_department("course")
    state = django_filters.ChoiceFilter(choices=ClassSession.State.choices)

    class Meta:
        model = ClassSession
        fields = ("course", "department", "state")

    locals().update(days("starts_at"))


class RecordFilter(django_filters.FilterSet):
    session = KeyFilter(field_name="session")
    course = by_course("session__course")
    department = by_department("session__course")
    person = by_person("person")
    status = django_filters.ChoiceFilter(choices=STATUS_CHOICES)
    corrected = django_filters.BooleanFilter()

    class Meta:
        model = AttendanceRecord
        fields = ("session", "course", "department", "person", "status", "corrected")

    locals().update(days("session__starts_at"))


class RollFilter(django_filters.FilterSet):
    """The records of one session."""

    person = by_person("person")
    status = django_filters.ChoiceFilter(choices=STATUS_CHOICES)


class DoubtFilter(django_filters.FilterSet):
    session = KeyFilter(field_name="session")
    course = by_course("session__course")
    department = by_department("session__course")
    person = by_person("person")
    kind = django_filters.ChoiceFilter(choices=Doubt.Kind.choices)
    resolved = django_filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Doubt
        fields = ("session", "course", "department", "person", "kind", "resolved")

    locals().update(days("session__starts_at"))


class AppealFilter(django_filters.FilterSet):
    course = by_course("record__session__course")
    department = by_department("record__session__course")
    person = by_person("record__person")
    answered = django_filters.BooleanFilter(field_name="answered_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Appeal
        fields = ("course", "department", "person", "answered")

    locals().update(days("record__session__starts_at"))


class ExcuseFilter(django_filters.FilterSet):
    course = by_course("course")
    person = by_person("person")

    class Meta:
        model = Excuse
        fields = ("course", "person", "state")
