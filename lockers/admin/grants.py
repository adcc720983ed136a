"""Group grants and their lines, to look at."""

from __future__ import annotations

from django.contrib import admin

from config.web.admin.lookups import EmptyHasAName
from lockers.admin.records import PERSON
from lockers.admin.rights import EveryBankAdmin
from lockers.models import Grant, GrantLine


@admin.register(Grant)
class GrantAdmin(EveryBankAdmin):
    list_display = ("name", "bank", "starts_on", "ends_on", "state", "made_at", "made_by")
    list_filter = ("state", "bank")
    list_select_related = ("bank", "made_by")
    date_hierarchy = "made_at"
    search_fields = ("name",)
    fields = (
        "name",
        "bank",
        "kind",
        "first_number",
        "last_number",
        "starts_on",
        "ends_on",
        "state",
        "made_by",
        "made_at",
        "started_at",
        "acting",
        "last_day",
    )


@admin.register(GrantLine)
class GrantLineAdmin(EveryBankAdmin):
    list_display = ("grant", "line", "person", "locker", "state", "code")
    list_filter = ("state", ("code", EmptyHasAName))
    list_select_related = ("grant__bank", "person", "locker__bank")
    search_fields = ("said", "locker__number", *PERSON)
    fields = (
        "grant",
        "line",
        "said",
        "person",
        "locker",
        "any_free",
        "starts_on",
        "ends_on",
        "state",
        "code",
        "detail",
        "assignment",
    )
