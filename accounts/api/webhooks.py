"""Webhooks over HTTP, with the rights that the administration asks for: setting up, secrets, deliveries."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ADMINISTRATOR, ByRole, caller
from accounts.api.webhook_serializers import (
    CreatedWebhookSerializer,
    DeliverySerializer,
    EventKindSerializer,
    NewSecretSerializer,
    NewWebhookSerializer,
    ReplayedSerializer,
    RotatedSerializer,
    WebhookSerializer,
    newest_secret,
    no_longer_to_send,
)
from accounts.models import WebhookDelivery, WebhookEndpoint
from accounts.webhooks import kinds, outbox, secrets, subscriptions
from config.api.query import KeyFilter, read_strictly

ENDPOINT, DELIVERY = "library.{}_webhookendpoint", "library.{}_webhookdelivery"
GIVEN_UP = WebhookDelivery.State.GIVEN_UP
AGAIN = "For three more days. What was heard already is not sent a second time."


@extend_schema_view(
    list=extend_schema(summary="Webhooks"),
    retrieve=extend_schema(summary="One webhook"),
    create=extend_schema(
        summary="Set up a webhook",
        description="The answer has the secret, this once. It takes no Idempotency-Key, which would keep the answer.",
        request=NewWebhookSerializer,
        responses={201: CreatedWebhookSerializer},
    ),
    update=extend_schema(summary="Replace a webhook"),
    partial_update=extend_schema(summary="Change a webhook, or turn it on or off"),
    destroy=extend_schema(summary="Delete a webhook and its deliveries"),
)
class WebhookViewSet(viewsets.ModelViewSet[WebhookEndpoint]):
    queryset = WebhookEndpoint.objects.order_by("-pk")
    serializer_class = WebhookSerializer
    permission_classes = (ByRole,)
    filterset_class = None
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("list", "retrieve", "events"), ENDPOINT.format("view")),
        **dict.fromkeys(("update", "partial_update"), ENDPOINT.format("change")),
        "create": ENDPOINT.format("add"),
        "destroy": ENDPOINT.format("delete"),
        "rotate": ADMINISTRATOR,
        "replay": ADMINISTRATOR,
    }

    def create(self, request: Request) -> Response:
        wanted = NewWebhookSerializer(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return Response(CreatedWebhookSerializer(wanted.save()).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Make a new secret",
        description="For a day the old one signs too. The answer has the new one, this once.",
        request=NewSecretSerializer,
        responses=RotatedSerializer,
    )
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        wanted = NewSecretSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        endpoint = self.get_object()
        secret = subscriptions.secret_of_ones_own(wanted.validated_data.get("secret", ""))
        secrets.rotate(endpoint, timezone.now(), secret)
        said = {"secret": newest_secret(endpoint), "previous_until": endpoint.previous_until}
        return Response(RotatedSerializer(said).data)

    @extend_schema(
        summary="Send again all deliveries that failed for good",
        description=AGAIN,
        request=None,
        responses=ReplayedSerializer,
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        dead = WebhookDelivery.objects.filter(endpoint=self.get_object(), state=GIVEN_UP)
        return Response(ReplayedSerializer({"count": outbox.send_again(dead)}).data)

    @extend_schema(summary="Events that a webhook can subscribe to", responses=EventKindSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None)
    def events(self, request: Request) -> Response:
        read_strictly(request, ())
        return Response(EventKindSerializer(kinds.offered_to(caller(request).role), many=True).data)


class DeliveryFilter(django_filters.FilterSet):
    webhook = KeyFilter(field_name="endpoint")
    kind = django_filters.CharFilter(label="Code of the event")
    state = django_filters.ChoiceFilter(choices=WebhookDelivery.State.choices)

    class Meta:
        model = WebhookDelivery
        fields = ("webhook", "kind", "state")


@extend_schema_view(
    list=extend_schema(summary="What webhooks were told, or are to be told"),
    retrieve=extend_schema(summary="One delivery"),
)
class WebhookDeliveryViewSet(viewsets.ReadOnlyModelViewSet[WebhookDelivery]):
    queryset = WebhookDelivery.objects.order_by("-pk")
    serializer_class = DeliverySerializer
    permission_classes = (ByRole,)
    filterset_class = DeliveryFilter
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("list", "retrieve"), DELIVERY.format("view")),
        "replay": ADMINISTRATOR,
    }

    @extend_schema(summary="Send a delivery again", description=AGAIN, request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def replay(self, request: Request, pk: str) -> Response:
        delivery = self.get_object()
        if not outbox.send_again(self._only(delivery)):
            raise no_longer_to_send()
        delivery.refresh_from_db()
        return Response(DeliverySerializer(delivery).data)

    def _only(self, delivery: WebhookDelivery) -> QuerySet[WebhookDelivery]:
        return WebhookDelivery.objects.filter(pk=delivery.pk)
