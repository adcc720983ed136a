"""Holidays. A change plans every course again that it concerns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.identity.signed_in import asker
from attendance.models import ClosedDay
from attendance.sessions import timetable_changes
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly


class ClosedDayForm(forms.ModelForm):
    class Meta:
        model = ClosedDay
        fields = ("day", "name", "department")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if day := cleaned.get("day"):
            same = ClosedDay.objects.filter(day=day, department=cleaned.get("department"))
            if same.exclude(pk=self.instance.pk).exists():
                self.add_error("day", _("This day is already closed."))
        return cleaned


@admin.register(ClosedDay)
class ClosedDayAdmin(AdministratorsOnly, OnlyItsFilters):
    form = ClosedDayForm
    list_display = ("day", "name", "department")
    list_display_links = ("day", "name")
    list_filter = ("department",)
    list_select_related = ("department",)
    search_fields = ("name",)
    date_hierarchy = "day"
    autocomplete_fields = ("department",)

    def save_model(self, request: HttpRequest, obj: ClosedDay, form: Any, change: bool) -> None:
        timetable_changes.save_closed_day(obj, by=asker(request))

    def delete_model(self, request: HttpRequest, obj: ClosedDay) -> None:
        timetable_changes.remove_closed_day(obj, by=asker(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ClosedDay]) -> None:
        for day in queryset:
            timetable_changes.remove_closed_day(day, by=asker(request))
