"""Rosters that are too long for the course's page, and one person's courses."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.identity.signed_in import asker
from attendance.admin.course_forms import ONCE, EnrolmentForm
from attendance.models import Enrollment
from attendance.sessions import enrolments
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly


class WholeEnrolmentForm(EnrolmentForm):
    class Meta:
        model = Enrollment
        fields = ("course", "person", "group", "since", "until", "adviser")
        error_messages = ONCE


@admin.register(Enrollment)
class EnrolmentAdmin(AdministratorsOnly, OnlyItsFilters):
    form = WholeEnrolmentForm
    list_display = ("person", "course", "group", "since", "until")
    list_filter = ("course__active", "course__department", "course")
    list_select_related = ("person", "course")
    search_fields = ("person__id_number", "person__first_name", "person__last_name", "course__code", "group")
    autocomplete_fields = ("course", "person", "adviser")

    def get_readonly_fields(self, request: HttpRequest, obj: Enrollment | None = None) -> tuple[str, ...]:
        return ("course", "person") if obj else ()

    def save_model(self, request: HttpRequest, obj: Enrollment, form: Any, change: bool) -> None:
        by, days = asker(request), {"since": obj.since, "until": obj.until}
        if change:
            enrolments.change(obj, by=by, group=obj.group, **days)
            return
        made = enrolments.enrol(obj.course, obj.person, by=by, group=obj.group, **days)
        made = enrolments.advise(made, obj.adviser, by=by)
        obj.__dict__.update(made.__dict__)  # the admin goes on with the row that stands

    def delete_model(self, request: HttpRequest, obj: Enrollment) -> None:
        enrolments.unenrol(obj, by=asker(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Enrollment]) -> None:
        for enrolment in queryset.select_related("course"):
            enrolments.unenrol(enrolment, by=asker(request))
