"""Imports over the API: upload a file, read what would become of each record, apply it or throw it away."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import ByRole, caller
from config.api.parsers import BoundedJSON, BoundedUpload
from config.api.query import PAGING, read_strictly
from config.api.strict import Strict
from library.catalogue import staging
from library.catalogue.formats.items.dialects import DIALECTS
from library.catalogue.formats.record_formats import NAMES
from library.models import ImportStage, StagedRecord

KEEP = "library.add_title"
ACTIONS = ("list", "create", "retrieve", "records", "choose", "apply", "destroy")


class StageSerializer(serializers.ModelSerializer[ImportStage]):
    """`counts`: records by result. `done`: per cent of the work at hand.

    `copies_from`: the fields that copies are read from. `found`: how many barcodes each of the known ones has, and how
    many records are MARC 21, UNIMARC or may be either.
    """

    counts = serializers.SerializerMethodField()

    class Meta:
        model = ImportStage
        fields = ("id", "name", "state", "why", "done", "made_at", "counts", "copies_from", "record_format", "found")
        read_only_fields = fields

    def get_counts(self, stage: ImportStage) -> dict[str, int]:
        return staging.counts(stage)


class StagedRecordSerializer(serializers.ModelSerializer[StagedRecord]):
    notes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = StagedRecord
        fields = ("number", "code", "title", "authors", "isbn", "year", "copies", "notes", "wanted", "applied")
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()


class ApplySerializer(Strict, serializers.Serializer[Any]):
    leave_out = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, default=list, max_length=10_000
    )


class ChooseSerializer(Strict, serializers.Serializer[Any]):
    """A missing value is found out from the file."""

    copies_from = serializers.CharField(
        max_length=20, required=False, default="", allow_blank=True, help_text=f"{', '.join(DIALECTS)}, or 985$b."
    )
    record_format = serializers.ChoiceField([*NAMES], required=False, default="", allow_blank=True)


class ImportViewSet(viewsets.GenericViewSet[Any]):
    """One's own uploads."""

    queryset = ImportStage.objects.none()
    serializer_class = StageSerializer
    permission_classes = (ByRole,)
    filterset_class = None
    lookup_value_regex = "[0-9]{1,18}"
    parser_classes = (BoundedJSON, BoundedUpload)
    needs: ClassVar[dict[str, str]] = dict.fromkeys(ACTIONS, KEEP)
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"apply": (409,), "choose": (409,), "destroy": (409,)}

    def get_queryset(self) -> QuerySet[ImportStage]:
        return staging.stages_for(caller(self.request))

    @extend_schema(summary="Your uploaded catalogue files")
    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(StageSerializer(page, many=True).data)

    @extend_schema(
        summary="Upload a catalogue file",
        request={"multipart/form-data": UploadSerializer},
        responses={201: StageSerializer},
    )
    def create(self, request: Request) -> Response:
        wanted = UploadSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        file = wanted.validated_data["file"]
        stage = staging.start(caller(request), file.name, file.size, file.chunks())
        return Response(StageSerializer(stage).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="One uploaded file and its progress")
    def retrieve(self, request: Request, pk: str) -> Response:
        read_strictly(request, ())
        return Response(StageSerializer(self.get_object()).data)

    @extend_schema(summary="What would become of each record", responses=StagedRecordSerializer(many=True))
    @action(detail=True)
    def records(self, request: Request, pk: str) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(self.get_object().records.all())
        return self.get_paginated_response(StagedRecordSerializer(page, many=True).data)

    @extend_schema(
        summary="Choose how the file is read, and check it again",
        request={"application/json": ChooseSerializer},
        parameters=[PARAMETER],
        responses=StageSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None, parser_classes=(BoundedJSON,))
    @once
    def choose(self, request: Request, pk: str) -> Response:
        stage, asked = self.get_object(), ChooseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(StageSerializer(staging.choose(stage, **asked.validated_data)).data)

    @extend_schema(
        summary="Import the records, except those left out",
        request={"application/json": ApplySerializer},
        parameters=[PARAMETER],
        responses=StageSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None, parser_classes=(BoundedJSON,))
    @once
    def apply(self, request: Request, pk: str) -> Response:
        stage, asked = self.get_object(), ApplySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        staging.tick(stage, asked.validated_data["leave_out"], wanted=False)
        return Response(StageSerializer(staging.apply(stage)).data)

    @extend_schema(summary="Throw an uploaded file away", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        staging.discard(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
