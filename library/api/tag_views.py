"""Commands to the pads that switch the tags of books."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import ByRole
from config.api.query import PAGING, read_strictly
from library.catalogue.tags import switching
from library.models import TagCommand


class TagCommandSerializer(serializers.ModelSerializer[TagCommand]):
    """`action`: `off` for a book that was lent, `on` for one that was returned."""

    barcode = serializers.CharField(source="copy.barcode", read_only=True)
    tag = serializers.CharField(source="copy.rfid_tag", read_only=True, allow_null=True)
    station = serializers.CharField(source="pad.station", read_only=True)

    class Meta:
        model = TagCommand
        fields = ("id", "station", "barcode", "tag", "action", "state", "tries", "created_at", "last_error")
        read_only_fields = fields


class TagCommandViewSet(viewsets.GenericViewSet[TagCommand]):
    """For staff."""

    queryset = TagCommand.objects.none()
    serializer_class = TagCommandSerializer
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {"list": "library.view_tagcommand", "again": "library.lend"}

    def get_queryset(self) -> QuerySet[TagCommand]:
        return TagCommand.objects.select_related("copy", "pad")

    @extend_schema(summary="Commands to the tag pads, newest first")
    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(TagCommandSerializer(page, many=True).data)

    @extend_schema(
        summary="Try a failed command again, with the book on the pad",
        description="A command that did not fail stays as it is.",
        request=None,
        parameters=[PARAMETER],
        responses=TagCommandSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def again(self, request: Request, pk: str) -> Response:
        row: Any = self.get_object()
        switching.again(row, timezone.now())
        return Response(TagCommandSerializer(self.get_queryset().get(pk=row.pk)).data)
