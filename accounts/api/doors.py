"""Devices of doors over HTTP, for administrators as in the administration: read, change, try out. No secret comes out.

Here and not in config.door_relays, which does not know who is calling.
"""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ADMINISTRATOR, ByRole, caller
from config.api.strict import Strict
from config.door_relays import device_secret, trials
from config.door_relays.models import DoorDevice, DoorTemplate

FIELDS = ("place", "door", "kind", "host", "device", "channel", "pulse", "user", "secret_name", "active")


class DoorDeviceSerializer(Strict, serializers.ModelSerializer[DoorDevice]):
    """`kind` names its template. `secret` goes in and never comes out; `has_secret`: whether there is one."""

    kind = serializers.SlugRelatedField(slug_field="name", source="template", queryset=DoorTemplate.objects.all())
    has_secret = serializers.SerializerMethodField()
    secret = serializers.CharField(max_length=500, required=False, write_only=True, trim_whitespace=False)
    forget_secret = serializers.BooleanField(required=False, write_only=True)

    class Meta:
        model = DoorDevice
        fields = ("id", *FIELDS, "has_secret", "secret", "forget_secret")

    def get_has_secret(self, row: DoorDevice) -> bool:
        return bool(row.sealed or row.secret_name)

    def update(self, instance: DoorDevice, validated_data: dict[str, Any]) -> DoorDevice:
        secret, forget = validated_data.pop("secret", ""), validated_data.pop("forget_secret", False)
        host_before = instance.host
        for name, value in validated_data.items():
            setattr(instance, name, value)
        device_secret.require_again(instance, host_before, secret=secret, forget=forget)
        device_secret.settle(instance, secret=secret, forget=forget)
        _require_whole(instance)
        instance.save()
        return instance


def _require_whole(row: DoorDevice) -> None:
    """What the administration's form asks of it."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise serializers.ValidationError(serializers.as_serializer_error(error)) from error


class TrySerializer(Strict, serializers.Serializer[Any]):
    door = serializers.CharField(
        max_length=103, required=False, help_text="Which of its doors, where the device is for several."
    )
    opens = serializers.BooleanField(
        required=False, default=False, help_text="True opens the door; false asks for its status."
    )


class ExchangeSerializer(serializers.Serializer[Any]):
    sent = serializers.CharField()
    answered = serializers.CharField()


class TrialSerializer(serializers.Serializer[Any]):
    done = serializers.BooleanField()
    words = serializers.CharField()
    said = ExchangeSerializer(many=True, help_text="Each request and answer, without secrets.")


class DoorDeviceFilter(django_filters.FilterSet):
    place = django_filters.ChoiceFilter(choices=DoorDevice.Place.choices)
    active = django_filters.BooleanFilter()

    class Meta:
        model = DoorDevice
        fields = ("place", "active")


@extend_schema_view(
    list=extend_schema(summary="Devices of doors"),
    retrieve=extend_schema(summary="One device of a door"),
    update=extend_schema(summary="Replace a device of a door"),
    partial_update=extend_schema(summary="Change a device of a door"),
)
class DoorDeviceViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, viewsets.GenericViewSet[DoorDevice]
):
    queryset = DoorDevice.objects.select_related("template").order_by("-pk")
    serializer_class = DoorDeviceSerializer
    permission_classes = (ByRole,)
    filterset_class = DoorDeviceFilter
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = dict.fromkeys(
        ("list", "retrieve", "update", "partial_update", "try_out"), ADMINISTRATOR
    )

    @extend_schema(
        summary="Try a door out",
        description="Asks for the status, or opens the door. Never opens an assigned locker. It is written down.",
        request=TrySerializer,
        responses=TrialSerializer,
    )
    @action(detail=True, methods=["post"], url_path="try", filterset_class=None)
    def try_out(self, request: Request, pk: str) -> Response:
        wanted = TrySerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        row, me = self.get_object(), caller(request)
        door = wanted.validated_data.get("door", row.door)
        trial = trials.run(row, door, by=me, opens=wanted.validated_data["opens"])
        LogEntry.objects.log_actions(me.pk, [row], CHANGE, trial.summary, single_object=True)
        return Response(TrialSerializer(trial).data)
