"""Abandoned lockers and their steps, to look at."""

from __future__ import annotations

from django.contrib import admin

from lockers.admin.rights import EveryBankAdmin
from lockers.models import Abandonment, AbandonmentStep


@admin.register(Abandonment)
class AbandonmentAdmin(EveryBankAdmin):
    list_display = ("assignment", "reason", "state", "begun_at", "stepped_at", "keep_until", "closed_at")
    list_filter = ("state", "reason", "assignment__locker__bank")
    list_select_related = ("assignment__locker__bank",)
    date_hierarchy = "begun_at"
    search_fields = ("assignment__locker__number", "assignment__customer__id_number")
    fields = (
        "assignment",
        "reason",
        "state",
        "begun_at",
        "begun_by",
        "stepped_at",
        "noticed_at",
        "officer",
        "witness",
        "opening",
        "inventory",
        "place",
        "keep_until",
        "closed_at",
        "closed_by",
        "note",
    )


@admin.register(AbandonmentStep)
class AbandonmentStepAdmin(EveryBankAdmin):
    search_fields = ("note", "by__id_number", "by__first_name", "by__last_name")
    list_display = ("case", "state", "at", "by", "note")
    list_filter = ("state",)
    list_select_related = ("case__assignment__locker__bank", "by")
    fields = ("case", "state", "at", "by", "note")
