"""Money over the API: what is owed and why; staff record what was paid, waived or refunded."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import SIGNED_IN, ByRole, caller
from accounts.api.serializers import NamedPersonField
from config.api.query import PAGING, read_strictly
from config.api.strict import Strict
from library.api.fields import SEE_ACCOUNTS, whose
from library.circulation import fines
from library.models import Fine, FineEntry

LEND = "library.lend"


class FineEntrySerializer(serializers.ModelSerializer[FineEntry]):
    class Meta:
        model = FineEntry
        fields = ("id", "kind", "amount", "at", "reason")
        read_only_fields = fields


class FineSerializer(serializers.ModelSerializer[Fine]):
    """`balance` is the sum of the entries; a negative one is to be refunded."""

    person = NamedPersonField(source="loan.person")
    barcode = serializers.CharField(source="loan.copy.barcode", read_only=True)
    title = serializers.CharField(source="loan.copy.title.title", read_only=True)
    balance = serializers.DecimalField(8, 2, read_only=True)
    entries = FineEntrySerializer(many=True, read_only=True)

    class Meta:
        model = Fine
        fields = ("id", "kind", "person", "barcode", "title", "made_at", "settled_at", "balance", "entries")
        read_only_fields = fields


class PaySerializer(Strict, serializers.Serializer[Any]):
    amount = serializers.DecimalField(8, 2, help_text="At most the balance.")


class WaiveSerializer(Strict, serializers.Serializer[Any]):
    reason = serializers.ChoiceField(FineEntry.Reason.choices)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class FineViewSet(viewsets.GenericViewSet[Fine]):
    """One's own; all for those who see accounts."""

    queryset = Fine.objects.none()
    serializer_class = FineSerializer
    permission_classes = (ByRole,)
    filterset_class = None
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN, "pay": LEND, "waive": LEND, "refund": LEND}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"list": (404,)}

    def get_queryset(self) -> QuerySet[Fine]:
        rows = Fine.objects.exclude(loan__person=None).select_related("loan__copy__title", "loan__person")
        rows, me = rows.prefetch_related("entries"), caller(self.request)
        return rows if me.has_perm(SEE_ACCOUNTS) else rows.filter(loan__person=me)

    @extend_schema(summary="Fines and their entries", parameters=[OpenApiParameter("patron", str)])
    def list(self, request: Request) -> Response:
        read_strictly(request, ("patron", *PAGING))
        rows = self.get_queryset()
        if number := request.query_params.get("patron", ""):
            rows = rows.filter(loan__person=whose(request, number))
        return self.get_paginated_response(FineSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(
        summary="Record a payment, in full or in part",
        request=PaySerializer,
        parameters=[PARAMETER],
        responses=FineSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def pay(self, request: Request, pk: str) -> Response:
        fine, asked = self.get_object(), _read(PaySerializer(data=request.data))
        return self._told(fines.pay(fine, asked["amount"], by=caller(request)))

    @extend_schema(
        summary="Waive what is left of a fine",
        request=WaiveSerializer,
        parameters=[PARAMETER],
        responses=FineSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def waive(self, request: Request, pk: str) -> Response:
        fine, asked = self.get_object(), _read(WaiveSerializer(data=request.data))
        return self._told(fines.waive(fine, by=caller(request), **asked))

    @extend_schema(
        summary="Record a refund for a book that was found",
        request=None,
        parameters=[PARAMETER],
        responses=FineSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def refund(self, request: Request, pk: str) -> Response:
        return self._told(fines.refund(self.get_object(), by=caller(request)))

    def _told(self, fine: Fine) -> Response:
        return Response(FineSerializer(self.get_queryset().get(pk=fine.pk)).data)


def _read(wanted: serializers.Serializer[Any]) -> dict[str, Any]:
    wanted.is_valid(raise_exception=True)
    found: dict[str, Any] = wanted.validated_data
    return found
