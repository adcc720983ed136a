"""Webhooks and their deliveries as the API speaks of them. A secret is said once, when it is made."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.permissions import caller
from accounts.models import WebhookDelivery, WebhookEndpoint
from accounts.webhooks import secret_rules, subscriptions
from accounts.webhooks.delivery import reason_of
from accounts.webhooks.kinds import EventKind
from accounts.webhooks.payload import example_of
from config.api.strict import Strict
from config.errors import Refused

OWN_SECRET = _("whsec_ and 24 to 64 bytes in base64. Leave it out, and one is made.")
MOST_KINDS = 200


class WebhookSerializer(Strict, serializers.ModelSerializer[WebhookEndpoint]):
    """`url`: what stands behind its question mark is never shown, but as `?…`; sent so, it stays as it is."""

    url = serializers.CharField(max_length=500)
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=64),
        max_length=MOST_KINDS,
        required=False,
        help_text=_("Codes of `events/`. None: all, except those that must be chosen."),
    )
    given_up = serializers.SerializerMethodField()

    class Meta:
        model = WebhookEndpoint
        fields = (
            "id",
            "name",
            "url",
            "kinds",
            "sees_names",
            "active",
            "off_because",
            "quiet_until",
            "previous_until",
            "given_up",
        )
        read_only_fields = ("off_because", "quiet_until", "previous_until")

    def get_given_up(self, endpoint: WebhookEndpoint) -> int:
        """How many deliveries failed for good."""
        return endpoint.deliveries.filter(state=WebhookDelivery.State.GIVEN_UP).count()

    def validate_kinds(self, codes: list[str]) -> list[str]:
        return subscriptions.offered(codes, caller(self.context["request"]).role)

    def validate_sees_names(self, wanted: bool) -> bool:
        """Only an administrator lets names out; anyone else may leave it as it is."""
        before = self.instance.sees_names if self.instance else False
        if wanted != before and not caller(self.context["request"]).is_administrator:
            raise PermissionDenied
        return wanted

    def create(self, validated_data: dict[str, Any]) -> WebhookEndpoint:
        return self._kept(WebhookEndpoint(), validated_data)

    def update(self, instance: WebhookEndpoint, validated_data: dict[str, Any]) -> WebhookEndpoint:
        return self._kept(instance, validated_data)

    def _kept(self, endpoint: WebhookEndpoint, wanted: dict[str, Any]) -> WebhookEndpoint:
        secret = subscriptions.secret_of_ones_own(wanted.pop("secret", ""))
        if "url" in wanted:
            endpoint.aim(wanted.pop("url"))
        for name, value in wanted.items():
            setattr(endpoint, name, value)
        subscriptions.save(endpoint, timezone.now(), secret)
        return endpoint

    def to_representation(self, instance: WebhookEndpoint) -> dict[str, Any]:
        return super().to_representation(instance) | {"url": instance.shown_address}


class NewWebhookSerializer(WebhookSerializer):
    """As it is asked for, perhaps with a secret of one's own."""

    secret = serializers.CharField(max_length=100, required=False, write_only=True, help_text=OWN_SECRET)

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "kinds", "sees_names", "active", "secret")


class CreatedWebhookSerializer(WebhookSerializer):
    """With the secret, which is said this once."""

    secret = serializers.SerializerMethodField()

    class Meta:
        model = WebhookEndpoint
        fields = (*WebhookSerializer.Meta.fields, "secret")
        read_only_fields = fields

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        return newest_secret(endpoint)


class NewSecretSerializer(Strict, serializers.Serializer[Any]):
    secret = serializers.CharField(max_length=100, required=False, help_text=OWN_SECRET)


class RotatedSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField()
    previous_until = serializers.DateTimeField(help_text=_("Until then the old secret signs too."))


class ReplayedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text=_("How many deliveries are sent again."))


class EventKindSerializer(serializers.Serializer[Any]):
    """What a webhook can subscribe to, with what a subscriber with names is told."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")
    meaning = serializers.CharField()
    only_if_chosen = serializers.BooleanField()
    example = serializers.SerializerMethodField()

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_example(self, kind: EventKind) -> dict[str, Any]:
        return example_of(kind)


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """`body` names no one: who it was is looked up when it is sent."""

    webhook = serializers.IntegerField(source="endpoint_id", read_only=True)
    message_id = serializers.SerializerMethodField()
    state = serializers.CharField(read_only=True)
    reason = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "message_id",
            "webhook",
            "kind",
            "state",
            "tries",
            "reason",
            "at",
            "created_at",
            "not_before",
            "give_up_at",
            "delivered_at",
            "body",
        )
        read_only_fields = fields

    def get_message_id(self, delivery: WebhookDelivery) -> str:
        """The `webhook-id` that the receiver sees."""
        return delivery.message_id

    def get_reason(self, delivery: WebhookDelivery) -> str:
        """What the receiver answered, or why it was not sent."""
        return reason_of(delivery.answered) if delivery.answered else ""

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_body(self, delivery: WebhookDelivery) -> Any:
        return delivery.body


def newest_secret(endpoint: WebhookEndpoint) -> str:
    """Refused `wrong_key`, `damaged`."""
    return secret_rules.standard_form(endpoint.secrets(timezone.now())[0])


def no_longer_to_send() -> Refused:
    words = _("This was heard already, or is being sent. Nothing was sent again.")
    return Refused("nothing_to_send_again", str(words), status=409)
