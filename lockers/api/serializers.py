"""The lockers' rows, as the API speaks of them. Never a key, its hash, or a picture."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import NamedPersonField
from accounts.models import User
from config.api.strict import Strict
from lockers.bank import access_times, layout
from lockers.desk.emergency_release import progress
from lockers.models import (
    AccessAttempt,
    Alarm,
    Assignment,
    Bank,
    BankRelease,
    ClosedDay,
    JointHolder,
    Locker,
    OfficerKey,
    Opening,
    SilentAlarm,
)
from lockers.rules.opening import RELEASE_CHECKLIST


class DoorSerializer(serializers.ModelSerializer[Locker]):
    bank = serializers.CharField(source="bank.code", read_only=True)
    kind = serializers.CharField(read_only=True)
    door = serializers.CharField(read_only=True)
    size = serializers.CharField(source="size.name", read_only=True, default=None, allow_null=True)

    class Meta:
        model = Locker
        fields = (
            "id",
            "bank",
            "number",
            "kind",
            "size",
            "door",
            "door_since",
            "heard_at",
            "out_of_service",
            "row",
            "column",
            "width",
            "height",
        )
        read_only_fields = fields


class JointHolderSerializer(serializers.ModelSerializer[JointHolder]):
    """Someone who opens the locker too. Without days of their own: as long as it is assigned."""

    id_number = serializers.CharField(source="person.id_number", read_only=True)
    name = serializers.CharField(source="person.get_full_name", read_only=True)

    class Meta:
        model = JointHolder
        fields = ("id_number", "name", "starts_on", "ends_on")
        read_only_fields = fields


HOURS_HELP = (
    'The hours of each weekday: {"mon": ["08:00-12:00", "13:00-18:00"], "tue": …}. A day that is not '
    "named is closed. An empty object means open at any time. 22:00-02:00 runs past midnight."
)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}})
class HoursField(serializers.JSONField):
    """As `lockers.rules.weekly_hours` stores them; the rule says what is wrong with them."""


class BankClosedDaySerializer(serializers.ModelSerializer[ClosedDay]):
    class Meta:
        model = ClosedDay
        fields = ("id", "first", "last", "note")


class BankSerializer(serializers.ModelSerializer[Bank]):
    """When a bank is open. `opens_at`: null while it is open, and where it never is again."""

    hours = HoursField(read_only=True)
    closed_days = BankClosedDaySerializer(many=True, read_only=True)
    open_now = serializers.SerializerMethodField()
    opens_at = serializers.SerializerMethodField()

    class Meta:
        model = Bank
        fields = ("id", "code", "name", "place", "hours", "closed_days", "open_now", "opens_at")
        read_only_fields = fields

    def get_open_now(self, bank: Bank) -> bool:
        return access_times.is_open(bank, timezone.now())

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_opens_at(self, bank: Bank) -> datetime | None:
        now = timezone.now()
        return None if access_times.is_open(bank, now) else access_times.next_opening(bank, now)


class HoursSerializer(Strict, serializers.Serializer[Any]):
    hours = HoursField(help_text=HOURS_HELP)


class BankMapSerializer(Strict, serializers.Serializer[Any]):
    places = serializers.CharField(
        max_length=layout.LONGEST,
        help_text="CSV: number,row,column,width,height,size on each line. A locker without a place, or not in it, is "
        "not on the map. Its size stays as it is where the line has none.",
    )


class CloseSerializer(Strict, serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField(required=False, allow_null=True, default=None, help_text="Leave empty for one day.")
    note = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class ReopenSerializer(Strict, serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="The id of the closed day.")


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    locker = serializers.CharField(source="locker.__str__", read_only=True)
    locker_id = serializers.IntegerField(read_only=True)
    customer = NamedPersonField()
    joint_holders = serializers.SerializerMethodField()
    hours = HoursField(read_only=True)

    class Meta:
        model = Assignment
        fields = (
            "id",
            "locker",
            "locker_id",
            "customer",
            "joint_holders",
            "starts_on",
            "ends_on",
            "hours",
            "blocked_at",
            "released_at",
        )
        read_only_fields = fields

    @extend_schema_field(JointHolderSerializer(many=True))
    def get_joint_holders(self, row: Assignment) -> Any:
        """Those that no one has removed, with their own days."""
        joint = [one for one in row.joint_holders.all() if one.open_slot]
        return JointHolderSerializer(joint, many=True).data


class AssignSerializer(Strict, serializers.Serializer[Any]):
    customer = serializers.CharField(max_length=32, help_text="Id number.")
    locker_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    joint_holders = serializers.ListField(
        child=serializers.CharField(max_length=32), required=False, default=list, max_length=20
    )
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class ShareSerializer(Strict, serializers.Serializer[Any]):
    person = serializers.CharField(max_length=32, help_text="Id number.")
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class UnshareSerializer(Strict, serializers.Serializer[Any]):
    person = serializers.CharField(max_length=32, help_text="Id number.")


class ReleaseSerializer(Strict, serializers.Serializer[Any]):
    checklist = serializers.DictField(
        child=serializers.BooleanField(), help_text="All true: " + ", ".join(RELEASE_CHECKLIST)
    )


class ReasonSerializer(Strict, serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class SecretSerializer(Strict, serializers.Serializer[Any]):
    """The officer's own password or PIN: a token alone turns no key."""

    secret = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)


class ApproveSerializer(Strict, serializers.Serializer[Any]):
    secret = serializers.CharField(
        max_length=128,
        trim_whitespace=False,
        write_only=True,
        required=False,
        allow_blank=True,
        default="",
        help_text="The officer's own password or PIN, where a customer's key waits for the officer's.",
    )


class OfficerKeySerializer(serializers.ModelSerializer[OfficerKey]):
    locker = serializers.CharField(source="locker.__str__", read_only=True)
    locker_id = serializers.IntegerField(read_only=True)
    officer = NamedPersonField()
    opening_id = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = OfficerKey
        fields = ("id", "locker", "locker_id", "officer", "turned_at", "until", "opening_id")
        read_only_fields = fields


class NoteSerializer(Strict, serializers.Serializer[Any]):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class RedeemSerializer(Strict, serializers.Serializer[Any]):
    key = serializers.CharField(max_length=32, trim_whitespace=True)
    locker_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    station = serializers.CharField(max_length=50, help_text="Short name of the kiosk beside the locker.")


class OpeningSerializer(serializers.ModelSerializer[Opening]):
    locker = serializers.CharField(source="locker.__str__", read_only=True)
    locker_id = serializers.IntegerField(read_only=True)
    person = NamedPersonField()
    route = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)

    class Meta:
        model = Opening
        fields = (
            "id",
            "transaction",
            "locker",
            "locker_id",
            "person",
            "route",
            "reason",
            "state",
            "failure",
            "requested_at",
            "authorised_at",
            "opened_at",
            "closed_at",
        )
        read_only_fields = fields


class AttemptSerializer(serializers.ModelSerializer[AccessAttempt]):
    """`steps`: what happened, in order. Measurements are for officers: see the administration."""

    locker = serializers.CharField(source="locker.__str__", read_only=True, default=None, allow_null=True)
    person = NamedPersonField()
    lane = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)

    class Meta:
        model = AccessAttempt
        fields = ("id", "person", "locker", "station", "lane", "state", "reason", "started_at", "ended_at", "steps")
        read_only_fields = fields


class LockerAlarmSerializer(serializers.ModelSerializer[Alarm]):
    locker = serializers.CharField(source="locker.__str__", read_only=True)
    kind = serializers.CharField(read_only=True)
    acknowledged_by = NamedPersonField()

    class Meta:
        model = Alarm
        fields = (
            "id",
            "locker",
            "locker_id",
            "kind",
            "raised_at",
            "ended_at",
            "acknowledged_at",
            "acknowledged_by",
            "note",
        )
        read_only_fields = fields


class ReleaseDoorSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(read_only=True)
    locker = serializers.IntegerField(read_only=True)
    state = serializers.CharField(read_only=True, help_text="open, waiting or by_hand")
    words = serializers.CharField(read_only=True)


class BankReleaseSerializer(serializers.ModelSerializer[BankRelease]):
    bank = serializers.CharField(source="bank.code", read_only=True)
    state = serializers.CharField(read_only=True)
    begun_by = NamedPersonField()
    confirmed_by = NamedPersonField()
    ended_by = NamedPersonField()
    doors = serializers.SerializerMethodField()

    class Meta:
        model = BankRelease
        fields = (
            "id",
            "bank",
            "state",
            "reason",
            "begun_by",
            "begun_at",
            "second_reason",
            "confirmed_by",
            "confirmed_at",
            "ended_by",
            "ended_at",
            "doors",
        )
        read_only_fields = fields

    @extend_schema_field(ReleaseDoorSerializer(many=True))
    def get_doors(self, row: BankRelease) -> list[Any]:
        return list(ReleaseDoorSerializer(progress.of(row).doors, many=True).data)


class ConfirmReleaseSerializer(Strict, serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)
    secret = serializers.CharField(
        max_length=128, trim_whitespace=False, write_only=True, help_text="The officer's own password."
    )


class BeginReleaseSerializer(ConfirmReleaseSerializer):
    bank_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class SilentAlarmSerializer(serializers.ModelSerializer[SilentAlarm]):
    person = NamedPersonField()
    how = serializers.CharField(read_only=True)
    acknowledged_by = NamedPersonField()

    class Meta:
        model = SilentAlarm
        fields = ("id", "person", "how", "station", "raised_at", "acknowledged_at", "acknowledged_by", "note")
        read_only_fields = fields


class CustomerSerializer(serializers.ModelSerializer[User]):
    """Someone who has a locker, or shares one."""

    name = serializers.CharField(source="get_full_name", read_only=True)
    lockers = serializers.SerializerMethodField()
    failures = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("id_number", "name", "lockers", "failures")
        read_only_fields = fields

    def get_lockers(self, person: User) -> list[str]:
        own = [row.locker for row in person.lockers.all() if row.open_slot]
        shared = [one.assignment.locker for one in person.joint_lockers.all() if one.open_slot]
        return sorted(str(locker) for locker in (*own, *shared))

    def get_failures(self, person: User) -> int:
        """Failed tries in a row."""
        lockout = getattr(person, "locker_lockout", None)
        return lockout.failures if lockout else 0
