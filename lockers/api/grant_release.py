"""Releasing the lockers of a group grant together, as the API speaks of it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import NamedPersonField
from config.api.strict import Strict
from lockers.assignments.grants.bulk_release import AT_ONCE, DueLocker
from lockers.assignments.grants.messages import why
from lockers.rules.opening import RELEASE_CHECKLIST


class DueLockerSerializer(serializers.Serializer[Any]):
    assignment_id = serializers.IntegerField(source="assignment.pk")
    locker = serializers.CharField(source="assignment.locker.number")
    customer = NamedPersonField(source="assignment.customer")
    ends_on = serializers.DateField(source="assignment.ends_on")
    used = serializers.BooleanField()
    code = serializers.CharField(allow_blank=True, help_text="Why it cannot be released with the others; or empty.")
    message = serializers.SerializerMethodField()

    def get_message(self, one: DueLocker) -> str:
        """The same in words."""
        return why(one.code) if one.code else ""


class DuePreviewSerializer(serializers.Serializer[Any]):
    seen_at = serializers.DateTimeField()
    lockers = DueLockerSerializer(many=True)


class ReleaseTogetherSerializer(Strict, serializers.Serializer[Any]):
    assignments = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), allow_empty=False, max_length=AT_ONCE
    )
    seen_at = serializers.DateTimeField(help_text="As `due/` gave it.")
    checklist = serializers.DictField(
        child=serializers.BooleanField(), help_text="All true, for each: " + ", ".join(RELEASE_CHECKLIST)
    )


class NotReleasedSerializer(serializers.Serializer[Any]):
    assignment_id = serializers.IntegerField(source="assignment.pk")
    code = serializers.CharField(source="why.code")
    message = serializers.CharField(source="why.message")


class ReleasedTogetherSerializer(serializers.Serializer[Any]):
    released = serializers.SerializerMethodField()
    refused = NotReleasedSerializer(many=True)

    def get_released(self, found: Any) -> list[int]:
        """Assignments that are over now."""
        return [row.pk for row in found.done]
