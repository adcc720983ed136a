"""Records by ISBN from other catalogues, and copies of a title several at a time."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import caller
from config.api.query import read_strictly
from config.api.strict import Strict
from library.api.circulation_views import Deed
from library.api.lookup_views import title_or_404
from library.api.serializers import CopySerializer
from library.catalogue import make_copies
from library.catalogue.make_copies import CopyPlan
from library.catalogue.sru import lookup
from library.models import Title


class CandidateSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField(source="verdict.title")
    authors = serializers.CharField(source="draft.authors", default="")
    year = serializers.IntegerField(source="draft.year", default=None, allow_null=True)
    edition = serializers.CharField(source="draft.edition", default="")
    isbn = serializers.CharField(source="draft.isbn", default=None, allow_null=True)
    verdict = serializers.CharField(source="verdict.code", help_text="What an import would do with it.")
    other_isbn = serializers.BooleanField()


class AskedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    ok = serializers.BooleanField()
    said = serializers.CharField()


class FoundSerializer(serializers.Serializer[Any]):
    """`token` names this answer for an hour, for `POST`."""

    isbn = serializers.CharField()
    token = serializers.CharField()
    candidates = CandidateSerializer(many=True)
    asked = AskedSerializer(many=True)


class TakeOverSerializer(Strict, serializers.Serializer[Any]):
    token = serializers.CharField(max_length=64)
    number = serializers.IntegerField(min_value=1, max_value=1000)


class TakenSerializer(serializers.ModelSerializer[Title]):
    class Meta:
        model = Title
        fields = ("id", "title", "authors", "isbn")
        read_only_fields = fields


class IsbnLookup(Deed):
    serializer_class: Any = TakeOverSerializer
    needs: ClassVar[dict[str, str]] = {"get": "library.add_title", "post": "library.add_title"}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"get": (409,), "post": (404,)}

    @extend_schema(
        summary="Ask other catalogues for an ISBN",
        parameters=[OpenApiParameter("isbn", str, required=True)],
        responses=FoundSerializer,
    )
    def get(self, request: Request) -> Response:
        read_strictly(request, ("isbn",))
        typed = request.query_params.get("isbn", "")
        return Response(FoundSerializer(lookup.look_up(typed[:40], owner=caller(request).pk)).data)

    @extend_schema(summary="Import one of the records found", parameters=[PARAMETER], responses={201: TakenSerializer})
    @once
    def post(self, request: Request) -> Response:
        asked = self.asked()
        title = lookup.take_over(asked["token"], asked["number"], owner=caller(request).pk)
        return Response(TakenSerializer(title).data, status=status.HTTP_201_CREATED)


class CopyPlanSerializer(Strict, serializers.Serializer[Any]):
    """`last`, or `count`."""

    first = serializers.CharField(max_length=64)
    count = serializers.IntegerField(min_value=1, max_value=make_copies.MOST, required=False, default=1)
    last = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    branch = serializers.CharField(max_length=32, required=False, default="", allow_blank=True)
    location = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    item_type = serializers.SlugField(max_length=32, required=False, default="book")
    status = serializers.ChoiceField([str(one) for one in make_copies.STATUSES], required=False, default="available")


class MakeCopies(Deed):
    serializer_class: Any = CopyPlanSerializer
    needs: ClassVar[dict[str, str]] = {"post": "library.add_copy"}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"post": (404,)}

    @extend_schema(
        summary="Make copies of a title",
        parameters=[PARAMETER],
        responses={201: CopySerializer(many=True)},
        filters=False,
    )
    @once
    def post(self, request: Request, pk: int) -> Response:
        title, plan = title_or_404(pk), CopyPlan(**self.asked())
        made = make_copies.make(title, plan)
        return Response(CopySerializer(made, many=True).data, status=status.HTTP_201_CREATED)
