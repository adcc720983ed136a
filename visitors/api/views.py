"""The guest register over the API, for a turnstile or a reception system of another maker."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ByRole, caller
from visitors.api.filters import GuestVisitFilter
from visitors.api.serializers import ExpectGuestSerializer, GuestVisitSerializer
from visitors.models import GuestVisit
from visitors.register import day, register
from visitors.register.rights import RECEIVE

API = GuestVisit.Way.API


@extend_schema_view(
    list=extend_schema(
        summary="Today's visitors",
        description="Expected today, inside (however long), or arrived or left today. Takes the right to receive.",
    ),
    retrieve=extend_schema(summary="One visit"),
)
class GuestVisitViewSet(viewsets.ReadOnlyModelViewSet[GuestVisit]):
    queryset = GuestVisit.objects.none()
    serializer_class = GuestVisitSerializer
    filterset_class = GuestVisitFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("list", "retrieve", "create", "arrive", "leave"), RECEIVE)

    def get_queryset(self) -> QuerySet[GuestVisit]:
        if self.action == "list":
            return day.everyone(timezone.now()).order_by("-made_at", "-pk")
        return GuestVisit.objects.select_related("host")

    @extend_schema(summary="Announce a visitor", request=ExpectGuestSerializer, responses={201: GuestVisitSerializer})
    def create(self, request: Request) -> Response:
        asked = ExpectGuestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given, by = asked.validated_data, caller(request)
        guest = register.expect(asked.details(), host=given["host"], at=given["expected_at"], by=by)
        return Response(self.get_serializer(guest).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Sign a visitor in",
        description="They get the next badge number of the day, and the host is told.",
        request=None,
        responses=GuestVisitSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def arrive(self, request: Request, **kwargs: Any) -> Response:
        return Response(self.get_serializer(register.arrive(self.get_object(), way=API)).data)

    @extend_schema(summary="Sign a visitor out", request=None, responses=GuestVisitSerializer)
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def leave(self, request: Request, **kwargs: Any) -> Response:
        return Response(self.get_serializer(register.leave(self.get_object(), way=API)).data)
