"""Customers, attempts, keys, openings, alarms and the log, to look at. Nothing here changes by hand."""

from __future__ import annotations

from django.contrib import admin

from config.admin_rights import ReadOnlyAdmin
from lockers.models import (
    AccessAttempt,
    AccessLog,
    Alarm,
    Approval,
    Assignment,
    JointHolder,
    Keypad,
    Lockout,
    Opening,
    SecurityKey,
    WaitingEntry,
)

PERSON = ("person__id_number", "person__first_name", "person__last_name")
CUSTOMER = tuple(name.replace("person", "customer") for name in PERSON)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ("locker", "customer", "starts_on", "ends_on", "released_at")
    list_filter = (("released_at", admin.EmptyFieldListFilter), "locker__bank")
    list_select_related = ("locker__bank", "customer")
    search_fields = ("locker__number", *CUSTOMER)
    fields = ("locker", "customer", "starts_on", "ends_on", "assigned_at", "assigned_by", "released_at", "checklist")


@admin.register(JointHolder)
class JointHolderAdmin(ReadOnlyAdmin):
    list_display = ("assignment", "person", "since", "until")
    list_select_related = ("assignment__locker__bank", "person")
    search_fields = PERSON
    fields = ("assignment", "person", "since", "until", "added_by")


@admin.register(WaitingEntry)
class WaitingEntryAdmin(ReadOnlyAdmin):
    list_display = ("bank", "person", "kind", "state", "since", "told_at")
    list_filter = ("state", "bank", "kind")
    list_select_related = ("bank", "person")
    search_fields = PERSON
    fields = ("bank", "person", "kind", "state", "since", "told_at", "ended_at")


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "person", "locker", "lane", "state", "reason", "station")
    list_filter = ("state", "lane", "reason", "station")
    list_select_related = ("locker__bank", "person")
    date_hierarchy = "started_at"
    search_fields = ("locker__number", *PERSON)
    fields = (
        "person",
        "locker",
        "station",
        "lane",
        "state",
        "reason",
        "started_at",
        "ended_at",
        "steps",
        "liveness",
        "distances",
        "passive_pad",
        "confirmed_by",
    )


@admin.register(Lockout)
class LockoutAdmin(ReadOnlyAdmin):
    list_display = ("person", "failures", "until", "disabled_at")
    list_filter = (("disabled_at", admin.EmptyFieldListFilter),)
    list_select_related = ("person",)
    search_fields = PERSON
    fields = ("person", "failures", "passive_pad", "until", "disabled_at")


@admin.register(Keypad)
class KeypadAdmin(ReadOnlyAdmin):
    list_display = ("locker", "station", "wrong", "until")
    list_filter = ("station",)
    list_select_related = ("locker__bank",)
    fields = ("locker", "station", "wrong", "until")


@admin.register(SecurityKey)
class SecurityKeyAdmin(ReadOnlyAdmin):
    """When and for what. Its letters are nowhere, and its hash is nobody's business."""

    list_display = ("issued_at", "person", "locker", "station", "expires_at", "used_at", "voided_at")
    list_filter = ("station",)
    list_select_related = ("locker__bank", "person")
    date_hierarchy = "issued_at"
    search_fields = ("locker__number", *PERSON)
    fields = ("person", "locker", "station", "attempt", "issued_at", "expires_at", "used_at", "voided_at")


@admin.register(Opening)
class OpeningAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "locker", "person", "route", "state", "failure", "opened_at", "closed_at")
    list_filter = ("state", "route", "failure")
    list_select_related = ("locker__bank", "person")
    date_hierarchy = "requested_at"
    search_fields = ("locker__number", "transaction", *PERSON)
    fields = (
        "transaction",
        "locker",
        "person",
        "route",
        "reason",
        "station",
        "state",
        "failure",
        "requested_at",
        "authorised_at",
        "commanded_at",
        "opened_at",
        "closed_at",
    )


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ("at", "opening", "officer")
    list_select_related = ("opening", "officer")
    fields = ("opening", "officer", "at")


@admin.register(Alarm)
class AlarmAdmin(ReadOnlyAdmin):
    list_display = ("raised_at", "locker", "kind", "ended_at", "acknowledged_at", "acknowledged_by")
    list_filter = ("kind", ("acknowledged_at", admin.EmptyFieldListFilter))
    list_select_related = ("locker__bank", "acknowledged_by")
    date_hierarchy = "raised_at"
    search_fields = ("locker__number",)
    fields = ("locker", "kind", "opening", "raised_at", "ended_at", "acknowledged_at", "acknowledged_by", "note")


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    list_display = ("seq", "at", "kind", "details")
    list_filter = ("kind",)
    date_hierarchy = "at"
    fields = ("seq", "at", "kind", "details", "previous", "key_id", "hash")
    show_full_result_count = False
