"""What the library goes by: policies, opening hours and branches, to read. They are changed in the administration."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import SIGNED_IN, ByRole
from config.api.query import PAGING, read_strictly
from library.circulation import policy
from library.models import Branch, LibraryClosedDay, LibraryOpeningHours, LoanPolicy


class LoanPolicySerializer(serializers.ModelSerializer[LoanPolicy]):
    """`days` count for `days`, and for `fixed` once its dates are over; `hours` and `at_closing` for `hours`."""

    fixed_dates: Any = serializers.SlugRelatedField(many=True, read_only=True, slug_field="day")

    class Meta:
        model = LoanPolicy
        fields = (
            "id",
            "role",
            "affiliation",
            "item_type",
            "loanable",
            "period",
            "days",
            "when_closed",
            "fixed_dates",
            "least_days",
            "hours",
            "at_closing",
            "renewals",
            "renew_within",
            "auto_renew",
            "most_loans",
            "overdue_blocks",
            "fine_per_day",
            "fine_per_hour",
            "most_fine",
        )
        read_only_fields = fields


class OpeningHoursSerializer(serializers.ModelSerializer[LibraryOpeningHours]):
    """0 is Monday."""

    class Meta:
        model = LibraryOpeningHours
        fields = ("weekday", "opens", "closes")
        read_only_fields = fields


class LibraryClosedDaySerializer(serializers.ModelSerializer[LibraryClosedDay]):
    class Meta:
        model = LibraryClosedDay
        fields = ("day", "name")
        read_only_fields = fields


class LibraryHoursSerializer(serializers.Serializer[Any]):
    """Without `hours`, every day is open all day. `shut_weekdays` are closed all the same."""

    open_now = serializers.BooleanField()
    hours = OpeningHoursSerializer(many=True)
    shut_weekdays = serializers.ListField(child=serializers.IntegerField())
    closed_days = LibraryClosedDaySerializer(many=True, help_text="From today on.")


@extend_schema_view(list=extend_schema(summary="Loan policies", description="The most particular one counts."))
class LoanPolicyViewSet(viewsets.GenericViewSet[LoanPolicy]):
    queryset = LoanPolicy.objects.prefetch_related("fixed_dates").order_by("pk")
    serializer_class = LoanPolicySerializer
    filterset_class = None
    permission_classes = (ByRole,)
    needs: ClassVar[dict[str, str]] = {"list": "library.view_loanpolicy"}

    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(LoanPolicySerializer(page, many=True).data)


class LibraryHours(GenericAPIView[Any]):
    serializer_class: Any = LibraryHoursSerializer
    permission_classes = (ByRole,)
    action = "get"
    pagination_class = None
    needs: ClassVar[dict[str, str]] = {"get": SIGNED_IN}

    @extend_schema(summary="Opening hours and closed days of the library")
    def get(self, request: Request) -> Response:
        read_strictly(request, ())
        calendar, now = policy.opening_calendar(), timezone.now()
        found = {
            "open_now": calendar.is_open_at(now),
            "hours": LibraryOpeningHours.objects.all(),
            "shut_weekdays": sorted(calendar.shut),
            "closed_days": LibraryClosedDay.objects.filter(day__gte=calendar.day_of(now)),
        }
        return Response(LibraryHoursSerializer(found).data)


class BranchSerializer(serializers.ModelSerializer[Branch]):
    class Meta:
        model = Branch
        fields = ("code", "name", "address")
        read_only_fields = fields


@extend_schema_view(list=extend_schema(summary="Branches", description="None: the library has one house."))
class BranchViewSet(viewsets.GenericViewSet[Branch]):
    queryset = Branch.objects.order_by("pk")
    serializer_class = BranchSerializer
    filterset_class = None
    permission_classes = (ByRole,)
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN}

    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(BranchSerializer(page, many=True).data)
