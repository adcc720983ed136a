"""Policies, closed days and stations: what the library's rules are made of."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly, ReadOnlyAdmin
from library.admin.branches import NoTraceOfBranches
from library.models import (
    FixedDueDate,
    LibraryClosedDay,
    LibraryOpeningHours,
    LibraryStaffing,
    LibraryStation,
    LoanPolicy,
    UnstaffedReport,
)


class FixedDueDates(admin.TabularInline[FixedDueDate, LoanPolicy]):
    """The days on which everything is due that is lent until a fixed date."""

    model = FixedDueDate
    extra = 2


@admin.register(LoanPolicy)
class LoanPolicyAdmin(OnlyItsFilters):
    """The most particular line wins: item type, then affiliation, then role."""

    search_fields = ("role", "affiliation")
    inlines = (FixedDueDates,)
    fieldsets = (
        (None, {"fields": ("role", "affiliation", "item_type", "loanable")}),
        (_("For how long"), {"fields": ("period", "days", "when_closed", "least_days", "hours", "at_closing")}),
        (_("Renewals and limits"), {"fields": ("renewals", "renew_within", "auto_renew", "most_loans")}),
        (_("When it is late"), {"fields": ("overdue_blocks", "fine_per_day", "fine_per_hour", "most_fine")}),
    )
    list_display = (
        "__str__",
        "period",
        "days",
        "hours",
        "renewals",
        "most_loans",
        "overdue_blocks",
        "fine_per_day",
        "auto_renew",
        "loanable",
    )
    list_filter = ("role", "affiliation")


@admin.register(LibraryClosedDay)
class LibraryClosedDayAdmin(OnlyItsFilters):
    """Nothing falls due on these days. Books that are out keep the date that was said."""

    list_filter = ("day",)
    list_display = ("day", "name")
    list_display_links = ("day", "name")
    search_fields = ("name",)
    date_hierarchy = "day"


@admin.register(LibraryOpeningHours)
class LibraryOpeningHoursAdmin(OnlyItsFilters):
    """Without any line every day is open all day; with some, a weekday without one is closed."""

    list_display = ("weekday", "opens", "closes")
    list_display_links = ("weekday", "opens", "closes")
    list_filter = ("weekday",)
    search_fields = ("weekday",)


@admin.register(LibraryStation)
class LibraryStationAdmin(NoTraceOfBranches, AdministratorsOnly, OnlyItsFilters):
    """Which station of the library is entry, exit or return: it decides who may go through a gate."""

    search_fields = ("station__name", "=station__slug")
    list_display = ("station", "kind", "when_left")
    list_filter = ("kind",)
    list_select_related = ("station",)


@admin.register(LibraryStaffing)
class LibraryStaffingAdmin(ReadOnlyAdmin):
    """To look at; set on the page "Unstaffed hours", which reads the hours as they are written."""

    list_display = ("phone", "email", "report_at")
    list_display_links = list_display
    list_filter = ("report_at",)
    search_fields = ("phone", "email")
    fields = ("hours", "phone", "email", "report_at")


@admin.register(UnstaffedReport)
class UnstaffedReportAdmin(ReadOnlyAdmin):
    list_display = ("day", "since", "until")
    list_filter = ("day",)
    search_fields = ("=day",)
    date_hierarchy = "day"
    fields = ("day", "since", "until", "spans", "numbers", "made_at")
