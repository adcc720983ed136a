"""What sessions say of people, the doubts of cameras, and the appeals of people."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ByRole, caller
from attendance.api.filters import AppealFilter, DoubtFilter, RecordFilter
from attendance.api.permissions import ANSWER, CORRECT, RESOLVE, SEE_DOUBTS, SIGNED_IN, each
from attendance.api.session_serializers import (
    AnswerSerializer,
    AppealingSerializer,
    AppealSerializer,
    CorrectionSerializer,
    DoubtSerializer,
    RecordSerializer,
    ResolveSerializer,
    RollLineSerializer,
)
from attendance.models import Appeal, AttendanceRecord, Doubt, RollEntry
from attendance.records import corrections
from attendance.roll import own_statuses
from attendance.rules.visibility import appeals_for, doubts_for, records_for


@extend_schema_view(
    list=extend_schema(summary="Records of your courses, and your own"),
    retrieve=extend_schema(summary="One record"),
)
class RecordViewSet(viewsets.ReadOnlyModelViewSet[AttendanceRecord]):
    queryset = AttendanceRecord.objects.none()
    serializer_class = RecordSerializer
    filterset_class = RecordFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = each(SIGNED_IN, ("list", "retrieve", "history")) | {"correct": CORRECT}

    def get_queryset(self) -> QuerySet[AttendanceRecord]:
        return records_for(caller(self.request)).select_related("session__course", "person", "own_status")

    @extend_schema(
        summary="Correct a record",
        description="The reason stays in the history, and the person can read it.",
        request=CorrectionSerializer,
        responses=RecordSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def correct(self, request: Request, **kwargs: Any) -> Response:
        record = self.get_object()
        asked = CorrectionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        how = {"by": caller(request), "reason": asked.validated_data["reason"], "source": RollEntry.Source.API}
        given = asked.validated_data
        status = own_statuses.asked_for(record.session, given["status"], given.get("own_status", ""))
        done = corrections.correct(record.session, record.person, status, **how)
        return Response(self.get_serializer(done).data)

    @extend_schema(summary="All roll entries of a record, oldest first", responses=RollLineSerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=None)
    def history(self, request: Request, **kwargs: Any) -> Response:
        return Response(RollLineSerializer(corrections.history(self.get_object()), many=True).data)


@extend_schema_view(
    list=extend_schema(summary="Uncertain faces in your courses"),
    retrieve=extend_schema(summary="One doubt"),
)
class DoubtViewSet(viewsets.ReadOnlyModelViewSet[Doubt]):
    queryset = Doubt.objects.none()
    serializer_class = DoubtSerializer
    filterset_class = DoubtFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = each(SEE_DOUBTS, ("list", "retrieve")) | {"resolve": RESOLVE}

    def get_queryset(self) -> QuerySet[Doubt]:
        return doubts_for(caller(self.request)).select_related("session__course", "person")

    @extend_schema(
        summary="Decide a doubt",
        description="A confirmed face counts as a sighting at its time.",
        request=ResolveSerializer,
        responses=DoubtSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def resolve(self, request: Request, **kwargs: Any) -> Response:
        doubt = self.get_object()
        asked = ResolveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        corrections.resolve(doubt, confirmed=asked.validated_data["confirmed"], by=caller(request))
        doubt.refresh_from_db()
        return Response(self.get_serializer(doubt).data)


@extend_schema_view(
    list=extend_schema(summary="Appeals in your courses, and your own"),
    retrieve=extend_schema(summary="One appeal"),
)
class AppealViewSet(viewsets.ReadOnlyModelViewSet[Appeal]):
    queryset = Appeal.objects.none()
    serializer_class = AppealSerializer
    filterset_class = AppealFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = each(SIGNED_IN, ("list", "retrieve", "create")) | {"answer": ANSWER}

    def get_queryset(self) -> QuerySet[Appeal]:
        return appeals_for(caller(self.request)).select_related("record__session__course", "record__person")

    @extend_schema(
        summary="Appeal against your own status", request=AppealingSerializer, responses={201: AppealSerializer}
    )
    def create(self, request: Request) -> Response:
        asked = AppealingSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        record, message = asked.validated_data["record"], asked.validated_data["message"]
        made = corrections.appeal(record, message, by=caller(request))
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Answer an appeal",
        description="Accepting it sets the status.",
        request=AnswerSerializer,
        responses=AppealSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def answer(self, request: Request, **kwargs: Any) -> Response:
        appeal = self.get_object()
        asked = AnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        corrections.answer(appeal, by=caller(request), **asked.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=appeal.pk)).data)
