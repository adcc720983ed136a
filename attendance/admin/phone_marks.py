"""Who marked themselves with a phone: for reading, without which phone it was."""

from __future__ import annotations

from django.contrib import admin

from attendance.models import PhoneMark
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsRead


@admin.register(PhoneMark)
class PhoneMarkAdmin(AdministratorsRead, OnlyItsFilters):
    list_display = ("at", "person", "session", "network", "place", "counted")
    list_filter = ("counted", "network", "place", "session__course")
    list_select_related = ("person", "session__course")
    list_per_page = 50
    search_fields = ("person__id_number", "person__first_name", "person__last_name")
    date_hierarchy = "at"
    fields = ("person", "session", "at", "network", "place", "counted")
