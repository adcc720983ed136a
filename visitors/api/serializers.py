"""Visitors as the API reads and writes them. Hosts are named by id number."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import NamedPersonField
from accounts.models import User
from config.api.strict import Strict
from visitors.models import GuestVisit
from visitors.register.register import GuestDetails
from visitors.register.rights import hosts


class GuestVisitSerializer(serializers.ModelSerializer[GuestVisit]):
    """`badge`: the number of the day of arrival, null before. The e-mail address of a visitor is not shown."""

    host = NamedPersonField()
    state = serializers.ChoiceField(choices=("expected", "inside", "left", "cancelled"), read_only=True)

    class Meta:
        model = GuestVisit
        fields = (
            "id",
            "name",
            "company",
            "host",
            "purpose",
            "place",
            "state",
            "expected_at",
            "arrived_at",
            "left_at",
            "badge",
        )
        read_only_fields = fields


class ExpectGuestSerializer(Strict, serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    company = serializers.CharField(max_length=120, allow_blank=True, default="")
    email = serializers.EmailField(allow_blank=True, default="")
    purpose = serializers.CharField(max_length=200, allow_blank=True, default="")
    place = serializers.CharField(max_length=80, allow_blank=True, default="")
    host = serializers.SlugRelatedField(slug_field="id_number", queryset=User.objects.none())
    expected_at = serializers.DateTimeField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Who may have no guests is as unknown as a number that no one has."""
        super().__init__(*args, **options)
        self.fields["host"].queryset = hosts()  # type: ignore[attr-defined]

    def details(self) -> GuestDetails:
        return GuestDetails(**{name: self.validated_data[name] for name in GuestDetails.__dataclass_fields__})
