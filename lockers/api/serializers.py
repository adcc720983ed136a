"""The lockers' rows, as the API speaks of them. Never a key, its hash, or a picture."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import NamedPersonSerializer
from accounts.models import User
from lockers.models import AccessAttempt, Alarm, Assignment, Locker, Opening
from lockers.rules import RELEASE_CHECKLIST


@extend_schema_field(NamedPersonSerializer)
class Named(serializers.Field[User, Any, dict[str, str], Any]):
    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)

    def to_representation(self, value: User) -> dict[str, str]:
        return {"id_number": value.id_number, "name": value.get_full_name()}


class DoorSerializer(serializers.ModelSerializer[Locker]):
    bank = serializers.CharField(source="bank.code", read_only=True)
    kind = serializers.CharField(read_only=True)
    door = serializers.CharField(read_only=True)

    class Meta:
        model = Locker
        fields = ("id", "bank", "number", "kind", "door", "door_since", "heard_at", "out_of_service")
        read_only_fields = fields


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    locker = serializers.CharField(source="locker.__str__", read_only=True)
    locker_id = serializers.IntegerField(read_only=True)
    customer = Named()
    joint_holders = serializers.SerializerMethodField()

    class Meta:
        model = Assignment
        fields = ("id", "locker", "locker_id", "customer", "joint_holders", "starts_on", "ends_on", "released_at")
        read_only_fields = fields

    @extend_schema_field(NamedPersonSerializer(many=True))
    def get_joint_holders(self, row: Assignment) -> list[dict[str, str]]:
        """Those of today."""
        joint = [one.person for one in row.joint_holders.all() if one.open_slot]
        return [{"id_number": person.id_number, "name": person.get_full_name()} for person in joint]


class AssignSerializer(serializers.Serializer[Any]):
    customer = serializers.CharField(max_length=32, help_text="Id number.")
    locker_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    joint_holders = serializers.ListField(
        child=serializers.CharField(max_length=32), required=False, default=list, max_length=20
    )
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class ReleaseSerializer(serializers.Serializer[Any]):
    checklist = serializers.DictField(
        child=serializers.BooleanField(), help_text="All true: " + ", ".join(RELEASE_CHECKLIST)
    )


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class NoteSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class RedeemSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=32, trim_whitespace=True)
    locker_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    station = serializers.CharField(max_length=50, help_text="Short name of the kiosk beside the locker.")


class OpeningSerializer(serializers.ModelSerializer[Opening]):
    locker = serializers.CharField(source="locker.__str__", read_only=True)
    locker_id = serializers.IntegerField(read_only=True)
    person = Named()
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
    person = Named()
    lane = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)

    class Meta:
        model = AccessAttempt
        fields = ("id", "person", "locker", "station", "lane", "state", "reason", "started_at", "ended_at", "steps")
        read_only_fields = fields


class LockerAlarmSerializer(serializers.ModelSerializer[Alarm]):
    locker = serializers.CharField(source="locker.__str__", read_only=True)
    kind = serializers.CharField(read_only=True)
    acknowledged_by = Named()

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


class CustomerSerializer(serializers.ModelSerializer[User]):
    """Somebody who has a locker, or shares one."""

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
