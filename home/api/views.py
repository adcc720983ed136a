"""The caller's own notifications."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import SIGNED_IN, ByRole, caller
from config.api.query import read_strictly
from home.bell import notifications
from home.models import Notification


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    class Meta:
        model = Notification
        fields = ("id", "kind", "text", "url", "at", "read_at")
        read_only_fields = fields


class UnreadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField(help_text=_("How many notifications you have not read."))


@extend_schema_view(
    list=extend_schema(summary="Your notifications"),
    retrieve=extend_schema(summary="One of your notifications"),
)
class NotificationViewSet(viewsets.ReadOnlyModelViewSet[Notification]):
    """What happened for the caller; never another person's."""

    queryset = Notification.objects.none()  # names the model; get_queryset has the rows
    serializer_class = NotificationSerializer
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("list", "retrieve", "unread", "read", "read_all"), SIGNED_IN)

    def get_queryset(self) -> Any:
        return Notification.objects.shown_to(caller(self.request))

    @extend_schema(summary="How many you have not read", responses=UnreadSerializer)
    @action(detail=False, pagination_class=None)
    def unread(self, request: Request) -> Response:
        read_strictly(request, ())
        return Response({"unread": notifications.count(caller(request))})

    @extend_schema(summary="Mark one as read", request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        notifications.read(Notification.objects.filter(pk=row.pk))
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)

    @extend_schema(
        operation_id="notifications_read_all", summary="Mark all as read", request=None, responses=UnreadSerializer
    )
    @action(detail=False, methods=["post"], url_path="read", pagination_class=None)
    def read_all(self, request: Request) -> Response:
        notifications.read(self.get_queryset())
        return Response({"unread": notifications.count(caller(request))})
