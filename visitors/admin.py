"""Guests and evacuation lists, for administrators to read: they change at the desk, by its rules."""

from __future__ import annotations

from django.contrib import admin

from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsRead
from visitors.models import GuestVisit, RollCall


@admin.register(GuestVisit)
class GuestVisitAdmin(AdministratorsRead, OnlyItsFilters):
    list_display = ("name", "company", "host", "expected_at", "arrived_at", "left_at", "badge")
    list_filter = ("arrived_by", ("left_at", admin.EmptyFieldListFilter))
    list_select_related = ("host",)
    list_per_page = 50
    search_fields = ("name", "company", "host__first_name", "host__last_name", "host__id_number")
    date_hierarchy = "made_at"
    fields = (
        "name",
        "company",
        "email",
        "host",
        "purpose",
        "place",
        "expected_at",
        "arrived_at",
        "arrived_by",
        "badge",
        "left_at",
        "left_by",
        "cancelled_at",
        "notice_at",
        "made_at",
        "made_by",
    )


@admin.register(RollCall)
class RollCallAdmin(AdministratorsRead, OnlyItsFilters):
    list_display = ("started_at", "started_by", "drill", "ended_at", "ended_by")
    list_filter = ("drill",)
    list_select_related = ("started_by", "ended_by")
    search_fields = ("started_by__first_name", "started_by__last_name", "started_by__id_number")
    date_hierarchy = "started_at"
    fields = ("started_at", "started_by", "drill", "ended_at", "ended_by")
