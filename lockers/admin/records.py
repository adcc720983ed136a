"""Customers, attempts, keys, openings, alarms and the log, to look at. Nothing here changes by hand."""

from __future__ import annotations

from django.contrib import admin

from config.web.admin.lookups import EmptyHasAName
from lockers.admin.rights import EveryBankAdmin
from lockers.models import (
    AccessAttempt,
    AccessLog,
    Alarm,
    Approval,
    Assignment,
    BankRelease,
    JointHolder,
    Keypad,
    Lockout,
    OfficerKey,
    Opening,
    Passkey,
    SecurityKey,
    SilentAlarm,
    WaitingEntry,
)

PERSON = ("person__id_number", "person__first_name", "person__last_name")
CUSTOMER = tuple(name.replace("person", "customer") for name in PERSON)


@admin.register(Assignment)
class AssignmentAdmin(EveryBankAdmin):
    list_display = ("locker", "customer", "starts_on", "ends_on", "released_at")
    list_filter = (("released_at", admin.EmptyFieldListFilter), "locker__bank")
    list_select_related = ("locker__bank", "customer")
    search_fields = ("locker__number", *CUSTOMER)
    fields = ("locker", "customer", "starts_on", "ends_on", "assigned_at", "assigned_by", "released_at", "checklist")


@admin.register(JointHolder)
class JointHolderAdmin(EveryBankAdmin):
    list_filter = ("since", ("until", admin.EmptyFieldListFilter))
    list_display = ("assignment", "person", "starts_on", "ends_on", "since", "until")
    list_select_related = ("assignment__locker__bank", "person")
    search_fields = PERSON
    fields = ("assignment", "person", "starts_on", "ends_on", "since", "until", "added_by")


@admin.register(WaitingEntry)
class WaitingEntryAdmin(EveryBankAdmin):
    list_display = ("bank", "person", "kind", "size", "state", "since", "told_at")
    list_filter = ("state", "bank", "kind", "size")
    list_select_related = ("bank", "person", "size")
    search_fields = PERSON
    fields = ("bank", "person", "kind", "size", "state", "since", "told_at", "ended_at")


@admin.register(Passkey)
class PasskeyAdmin(EveryBankAdmin):
    """Whose they are and when they were used; what they consist of is no one's to look at."""

    list_display = ("person", "name", "made_at", "used_at", "invited", "stopped_at")
    list_filter = ("invited", ("stopped_at", admin.EmptyFieldListFilter))
    list_select_related = ("person",)
    search_fields = PERSON
    fields = ("person", "name", "made_at", "used_at", "invited", "invited_by", "synced", "stopped_at")


@admin.register(AccessAttempt)
class AccessAttemptAdmin(EveryBankAdmin):
    list_display = ("started_at", "person", "locker", "lane", "state", "reason", "station")
    list_filter = ("state", "lane", ("reason", EmptyHasAName), ("station", EmptyHasAName))
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
class LockoutAdmin(EveryBankAdmin):
    list_display = ("person", "failures", "until", "disabled_at")
    list_filter = (("disabled_at", admin.EmptyFieldListFilter),)
    list_select_related = ("person",)
    search_fields = PERSON
    fields = ("person", "failures", "passive_pad", "until", "disabled_at")


@admin.register(Keypad)
class KeypadAdmin(EveryBankAdmin):
    search_fields = ("=locker__number", "station")
    list_display = ("locker", "station", "wrong", "until")
    list_filter = ("station",)
    list_select_related = ("locker__bank",)
    fields = ("locker", "station", "wrong", "until")


@admin.register(SecurityKey)
class SecurityKeyAdmin(EveryBankAdmin):
    """When and for what. Its letters are nowhere, and its hash is no one's business."""

    list_display = ("issued_at", "person", "locker", "station", "expires_at", "used_at", "voided_at")
    list_filter = ("station",)
    list_select_related = ("locker__bank", "person")
    date_hierarchy = "issued_at"
    search_fields = ("locker__number", *PERSON)
    fields = ("person", "locker", "station", "attempt", "issued_at", "expires_at", "used_at", "voided_at")


@admin.register(OfficerKey)
class OfficerKeyAdmin(EveryBankAdmin):
    """When, by whom and for which vault. Of a one-time key, letters and hash are no one's business."""

    list_display = ("issued_at", "officer", "locker", "method", "turned_at", "until", "used_at", "voided_at")
    list_filter = ("method",)
    list_select_related = ("locker__bank", "officer")
    date_hierarchy = "issued_at"
    search_fields = ("locker__number", *(name.replace("person", "officer") for name in PERSON))
    fields = (
        "officer",
        "locker",
        "method",
        "station",
        "issued_at",
        "turned_at",
        "until",
        "used_at",
        "voided_at",
        "opening",
    )


@admin.register(Opening)
class OpeningAdmin(EveryBankAdmin):
    list_display = ("requested_at", "locker", "person", "route", "state", "failure", "opened_at", "closed_at")
    list_filter = ("state", "route", ("failure", EmptyHasAName))
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
class ApprovalAdmin(EveryBankAdmin):
    search_fields = ("officer__id_number", "officer__first_name", "officer__last_name")
    list_filter = ("at",)
    list_display = ("at", "opening", "officer")
    list_select_related = ("opening", "officer")
    fields = ("opening", "officer", "at")


@admin.register(Alarm)
class AlarmAdmin(EveryBankAdmin):
    list_display = ("raised_at", "locker", "kind", "ended_at", "acknowledged_at", "acknowledged_by")
    list_filter = ("kind", ("acknowledged_at", admin.EmptyFieldListFilter))
    list_select_related = ("locker__bank", "acknowledged_by")
    date_hierarchy = "raised_at"
    search_fields = ("locker__number",)
    fields = ("locker", "kind", "opening", "raised_at", "ended_at", "acknowledged_at", "acknowledged_by", "note")


@admin.register(BankRelease)
class BankReleaseAdmin(EveryBankAdmin):
    search_fields = ("bank__name", "reason", "second_reason")
    list_display = ("begun_at", "bank", "state", "begun_by", "confirmed_by", "ended_at")
    list_filter = ("state", "bank")
    list_select_related = ("bank", "begun_by", "confirmed_by")
    date_hierarchy = "begun_at"
    fields = (
        "bank",
        "state",
        "reason",
        "begun_by",
        "begun_at",
        "second_reason",
        "confirmed_by",
        "confirmed_at",
        "moved_at",
        "ended_by",
        "ended_at",
    )


@admin.register(SilentAlarm)
class SilentAlarmAdmin(EveryBankAdmin):
    list_display = ("raised_at", "person", "how", "station", "acknowledged_at", "acknowledged_by")
    list_filter = ("how", ("acknowledged_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "acknowledged_by")
    date_hierarchy = "raised_at"
    search_fields = PERSON
    fields = ("person", "how", "station", "locker", "raised_at", "acknowledged_at", "acknowledged_by", "note")


@admin.register(AccessLog)
class AccessLogAdmin(EveryBankAdmin):
    search_fields = ("=seq", "details")
    list_display = ("seq", "at", "kind", "details")
    list_filter = ("kind",)
    date_hierarchy = "at"
    fields = ("seq", "at", "kind", "details", "previous", "key_id", "hash")
    show_full_result_count = False
