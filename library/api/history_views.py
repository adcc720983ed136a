"""How long one's own finished loans are kept with one's name."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import SIGNED_IN, ByRole, caller
from config.api.query import read_strictly
from config.api.strict import Strict
from library.circulation import history


class HistoryChoiceSerializer(Strict, serializers.Serializer[Any]):
    """`days`: 0 forgets a loan as soon as the book is back; null: as the library does it."""

    days = serializers.IntegerField(min_value=0, max_value=32_000, allow_null=True)


class HistoryChoiceView(GenericAPIView[Any]):
    permission_classes = (ByRole,)
    serializer_class = HistoryChoiceSerializer
    pagination_class = None
    needs: ClassVar[dict[str, str]] = {"get": SIGNED_IN, "put": SIGNED_IN}

    @property
    def action(self) -> str | None:
        """By the method; None for OPTIONS, and for one that this address does not know."""
        method = (self.request.method or "").lower()
        return method if method in self.needs else None

    @extend_schema(summary="How long your finished loans are kept")
    def get(self, request: Request) -> Response:
        read_strictly(request, ())
        return Response({"days": history.chosen(caller(request))})

    @extend_schema(
        summary="Choose how long your finished loans are kept",
        description="What was forgotten does not come back.",
        parameters=[PARAMETER],
    )
    @once
    def put(self, request: Request) -> Response:
        wanted = HistoryChoiceSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        history.choose(caller(request), wanted.validated_data["days"])
        return Response({"days": history.chosen(caller(request))})
