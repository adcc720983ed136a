"""Looking: titles, copies, accounts, who is inside, what happened."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import SIGNED_IN, ByRole, caller
from config.api.problems import NewestFirst
from config.api.query import PAGING, KeyFilter, read_strictly
from library.api.fields import SEE_ACCOUNTS, person_named
from library.api.serializers import (
    CopySerializer,
    EventSerializer,
    PatronSerializer,
    TitleSerializer,
    TransitSerializer,
    VisitSerializer,
)
from library.catalogue import facets
from library.catalogue import search as searching
from library.models import CirculationEvent, Copy, Title, Transit, Visit
from library.rules.lending import CopyStatus
from library.visits import visits


class TitleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Words, or an ISBN with or without hyphens.")
    available = django_filters.BooleanFilter(method="on_the_shelf")

    subject = django_filters.CharFilter(method="narrow", label="A whole subject, as the title has it.")
    language = django_filters.CharFilter(method="narrow", label="As the title has it, such as `eng`.")
    decade = django_filters.CharFilter(method="narrow", label="1990 for 1990 to 1999.")
    branch = django_filters.CharFilter(method="narrow", label="Code of the branch of a copy.")
    shelf = django_filters.CharFilter(method="narrow", label="Location of a copy.")

    class Meta:
        model = Title
        fields = ("q", "available", "subject", "language", "decade", "branch", "shelf")

    def search(self, rows: QuerySet[Title], _name: str, value: str) -> QuerySet[Title]:
        return rows.filter(pk__in=searching.search(value).order_by().values("pk"))

    def narrow(self, rows: QuerySet[Title], name: str, value: str) -> QuerySet[Title]:
        return facets.narrowed(rows, facets.Narrowing(**{name: value}))

    def on_the_shelf(self, rows: QuerySet[Title], _name: str, value: bool) -> QuerySet[Title]:
        return rows.filter(pk__in=searching.search(available=True).order_by().values("pk")) if value else rows


@extend_schema_view(list=extend_schema(summary="Titles"), retrieve=extend_schema(summary="One title"))
class TitleViewSet(viewsets.ReadOnlyModelViewSet[Title]):
    queryset = Title.objects.none()
    serializer_class = TitleSerializer
    filterset_class = TitleFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN, "retrieve": SIGNED_IN}

    def get_queryset(self) -> QuerySet[Title]:
        return searching.with_numbers(Title.objects.all())


class CopyFilter(django_filters.FilterSet):
    title = KeyFilter("title", label="Number of the title")
    branch = django_filters.CharFilter("branch__code", "iexact", label="Code of the home branch.")

    class Meta:
        model = Copy
        fields = ("title", "branch", "status", "location", "item_type")


@extend_schema_view(list=extend_schema(summary="Copies"), retrieve=extend_schema(summary="One copy, by its barcode"))
class CopyViewSet(viewsets.ReadOnlyModelViewSet[Copy]):
    queryset = Copy.objects.select_related("title", "branch")
    serializer_class = CopySerializer
    filterset_class = CopyFilter
    permission_classes = (ByRole,)
    lookup_field = "barcode"
    lookup_value_regex = "[^/]{1,64}"
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN, "retrieve": SIGNED_IN}


class PatronViewSet(viewsets.GenericViewSet[Any]):
    permission_classes = (ByRole,)
    serializer_class = PatronSerializer
    lookup_field = "id_number"
    lookup_value_regex = "[^/]{1,64}"
    needs: ClassVar[dict[str, str]] = {"retrieve": SEE_ACCOUNTS, "me": SIGNED_IN}

    @extend_schema(summary="A person's account, by id number or card")
    def retrieve(self, request: Request, id_number: str) -> Response:
        read_strictly(request, ())
        return Response(PatronSerializer(person_named(id_number)).data)

    @extend_schema(summary="Your own account", responses=PatronSerializer)
    @action(detail=False, pagination_class=None)
    def me(self, request: Request) -> Response:
        read_strictly(request, ())
        return Response(PatronSerializer(caller(request)).data)


@extend_schema_view(list=extend_schema(summary="Who is inside", description="For staff only."))
class VisitViewSet(viewsets.GenericViewSet[Visit]):
    queryset = Visit.objects.none()
    serializer_class = VisitSerializer
    permission_classes = (ByRole,)
    needs: ClassVar[dict[str, str]] = {"list": "library.view_visit"}

    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        page = self.paginate_queryset(visits.inside())
        return self.get_paginated_response(VisitSerializer(page, many=True).data)


@extend_schema_view(list=extend_schema(summary="Books in transit between branches"))
class TransitViewSet(viewsets.GenericViewSet[Transit]):
    queryset = Transit.objects.filter(copy__status=CopyStatus.IN_TRANSIT)
    serializer_class = TransitSerializer
    filterset_class = None
    permission_classes = (ByRole,)
    needs: ClassVar[dict[str, str]] = {"list": "library.view_transit"}

    def list(self, request: Request) -> Response:
        read_strictly(request, PAGING)
        rows = self.get_queryset().select_related("copy__title", "copy__branch", "origin")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(TransitSerializer(page, many=True).data)


class EventFilter(django_filters.FilterSet):
    after = KeyFilter("pk", "gt", min_value=0, label="Only events with a greater id.")

    class Meta:
        model = CirculationEvent
        fields = ("after", "kind", "station")


class InOrder(NewestFirst):
    """As it happened: anyone who has read to the end asks again with `after`."""

    ordering = "pk"


@extend_schema_view(list=extend_schema(summary="What happened, in order"))
class EventViewSet(viewsets.GenericViewSet[CirculationEvent]):
    queryset = CirculationEvent.objects.select_related("person", "copy")
    serializer_class = EventSerializer
    filterset_class = EventFilter
    pagination_class = InOrder
    permission_classes = (ByRole,)
    needs: ClassVar[dict[str, str]] = {"list": "library.view_circulationevent"}

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(EventSerializer(page, many=True).data)


def title_or_404(number: int) -> Title:
    return get_object_or_404(Title, pk=number)
