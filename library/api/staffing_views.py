"""The unstaffed hours of the library, and the report of each morning."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import ByRole
from config.api.query import PAGING, read_strictly
from config.api.strict import Strict
from library.kiosk.help import staffing
from library.models import LibraryStaffing, UnstaffedReport
from library.rules import unstaffed


class StaffingSerializer(Strict, serializers.ModelSerializer[LibraryStaffing]):
    """`hours`: for each weekday (`mon` to `sun`) its spans, as in `{"mon": ["18:00-24:00"]}`."""

    hours = serializers.DictField(child=serializers.ListField(child=serializers.CharField(max_length=20), max_length=6))

    class Meta:
        model = LibraryStaffing
        fields = ("hours", "phone", "email", "report_at")

    def validate_hours(self, hours: dict[str, list[str]]) -> dict[str, list[str]]:
        unknown = set(hours) - set(unstaffed.DAYS)
        if unknown:
            raise serializers.ValidationError(_("Weekdays are mon, tue, wed, thu, fri, sat and sun."))
        try:
            return {day: [str(span) for span in unstaffed.spans_of(", ".join(spans))] for day, spans in hours.items()}
        except unstaffed.BadSpan as bad:
            words = _("'%(part)s' does not fit. Write hours like 18:00-22:00, one after the other and within the day.")
            raise serializers.ValidationError(words % {"part": bad.part}) from bad


class StaffingView(GenericAPIView[LibraryStaffing]):
    permission_classes = (ByRole,)
    serializer_class = StaffingSerializer
    pagination_class = None
    needs: ClassVar[dict[str, str]] = {"get": "library.view_librarystaffing", "put": "library.change_librarystaffing"}

    @property
    def action(self) -> str | None:
        """By the method; None for OPTIONS, and for one that this address does not know."""
        method = (self.request.method or "").lower()
        return method if method in self.needs else None

    @extend_schema(summary="The library's unstaffed hours, and whom readers reach in them")
    def get(self, request: Request) -> Response:
        read_strictly(request, ())
        return Response(StaffingSerializer(staffing.row()).data)

    @extend_schema(summary="Set the library's unstaffed hours", parameters=[PARAMETER])
    @once
    def put(self, request: Request) -> Response:
        wanted = StaffingSerializer(staffing.row(), data=request.data)
        wanted.is_valid(raise_exception=True)
        wanted.save()
        return Response(StaffingSerializer(staffing.row()).data)


class UnstaffedReportSerializer(serializers.ModelSerializer[UnstaffedReport]):
    """`spans`: the unstaffed times. `numbers`: how often each thing happened in them; no names."""

    class Meta:
        model = UnstaffedReport
        fields = ("day", "since", "until", "spans", "numbers", "made_at")
        read_only_fields = fields


class UnstaffedReportViewSet(viewsets.GenericViewSet[UnstaffedReport]):
    queryset = UnstaffedReport.objects.none()
    serializer_class = UnstaffedReportSerializer
    permission_classes = (ByRole,)
    needs: ClassVar[dict[str, str]] = {"list": "library.view_unstaffedreport"}

    def get_queryset(self) -> QuerySet[UnstaffedReport]:
        return UnstaffedReport.objects.all()

    @extend_schema(summary="Morning reports of the unstaffed hours, newest first")
    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(UnstaffedReportSerializer(page, many=True).data)
