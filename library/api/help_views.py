"""Calls for help at the stations, for the programs of the desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import ByRole, caller
from accounts.api.serializers import NamedPersonField
from config.api.query import PAGING, read_strictly
from library.desk import help_answers
from library.kiosk.help.news import what_failed
from library.models import HelpRequest


class HelpRequestSerializer(serializers.ModelSerializer[HelpRequest]):
    """`person` is null where no one was recognised. `open`: it still waits. `what`: what failed, in words."""

    person = NamedPersonField()
    open = serializers.SerializerMethodField()
    what = serializers.SerializerMethodField()

    class Meta:
        model = HelpRequest
        fields = ("id", "station", "cause", "code", "what", "person", "at", "answered_at", "closed_at", "end", "open")
        read_only_fields = fields

    def get_open(self, row: HelpRequest) -> bool:
        return row.open_slot == 1

    def get_what(self, row: HelpRequest) -> str:
        return what_failed(row)


class HelpRequestViewSet(viewsets.GenericViewSet[HelpRequest]):
    """For staff."""

    queryset = HelpRequest.objects.select_related("person")
    serializer_class = HelpRequestSerializer
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {
        "list": "library.view_helprequest",
        "coming": "library.lend",
        "resolve": "library.lend",
        "let_out": "library.lend",
    }

    def get_queryset(self) -> QuerySet[HelpRequest]:
        return HelpRequest.objects.select_related("person")

    @extend_schema(summary="Calls for help at the stations", description="Newest first. `open` ones still wait.")
    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(HelpRequestSerializer(page, many=True).data)

    @extend_schema(summary="Say at the station that a member of staff is coming", request=None, parameters=[PARAMETER])
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def coming(self, request: Request, pk: str) -> Response:
        return self._done(request, "coming")

    @extend_schema(summary="The call for help is resolved", request=None, parameters=[PARAMETER])
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def resolve(self, request: Request, pk: str) -> Response:
        return self._done(request, "resolve")

    @extend_schema(summary="Let the person out, if the ledger allows it", request=None, parameters=[PARAMETER])
    @action(detail=True, methods=["post"], pagination_class=None, url_path="let-out")
    @once
    def let_out(self, request: Request, pk: str) -> Response:
        return self._done(request, "let-out")

    def _done(self, request: Request, act: str) -> Response:
        row: Any = self.get_object()
        help_answers.ACTS[act](row, by=caller(request))
        return Response(HelpRequestSerializer(self.get_queryset().get(pk=row.pk)).data)
