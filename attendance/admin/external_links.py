"""Ties to other systems: imported rosters and timetables, calendar feeds. Each can only be ended here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from attendance.models import CalendarFeed, ImportedSlot, SourcedId
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsRead


class CanBeEnded(AdministratorsRead):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)


@admin.register(SourcedId)
class SourcedIdAdmin(CanBeEnded, OnlyItsFilters):
    """Deleting one lets the next import match its class or user again."""

    list_display = ("sourced_id", "kind", "course", "person")
    list_filter = ("kind",)
    list_select_related = ("course", "person")
    search_fields = ("sourced_id", "course__code", "person__id_number", "person__last_name")
    fields = ("kind", "sourced_id", "course", "person")


@admin.register(ImportedSlot)
class ImportedSlotAdmin(CanBeEnded, OnlyItsFilters):
    """Deleting one lets the next file create its line or session again; the present one stays."""

    list_display = ("course", "kind", "said", "line", "session", "imported_at")
    list_filter = ("kind",)
    list_select_related = ("course", "line", "session__course")
    search_fields = ("course__code",)
    fields = ("kind", "course", "said", "line", "session", "imported_at")


@admin.register(CalendarFeed)
class CalendarFeedAdmin(CanBeEnded, OnlyItsFilters):
    """Its address is shown to its person alone; deleting the feed ends it."""

    list_filter = ("made_at",)
    list_display = ("person", "made_at", "fetched_at")
    list_select_related = ("person",)
    search_fields = ("person__id_number", "person__first_name", "person__last_name")
    fields = ("person", "made_at", "fetched_at")
