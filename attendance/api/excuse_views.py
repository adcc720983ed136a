"""Excuses over the API: ask, read, decide. Files are sent and read on the pages only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ByRole, caller
from attendance.api.fields import NamedPerson
from attendance.api.filters import ExcuseFilter
from attendance.api.permissions import DECIDE_EXCUSES, SIGNED_IN, each
from attendance.models import Course, Excuse
from attendance.records import excuses
from attendance.rules.visibility import excuses_for
from config.api.strict import Strict


class ExcuseSerializer(serializers.ModelSerializer[Excuse]):
    """`course`: null for all courses. `has_file`: it is read on the page."""

    person = NamedPerson()
    course = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    has_file = serializers.SerializerMethodField()

    class Meta:
        model = Excuse
        fields = ("id", "person", "course", "since", "until", "reason", "state", "answer", "made_at", "has_file")
        read_only_fields = fields

    def get_has_file(self, excuse: Excuse) -> bool:
        return bool(excuse.file_kind)


class AskExcuseSerializer(Strict, serializers.Serializer[Any]):
    course = serializers.SlugRelatedField(
        slug_field="code", queryset=Course.objects.none(), required=False, allow_null=True, default=None
    )
    since = serializers.DateField()
    until = serializers.DateField()
    reason = serializers.CharField(max_length=500)

    def __init__(self, *args: Any, **options: Any) -> None:
        """A course in which the caller is not enrolled is as unknown as one that does not exist."""
        super().__init__(*args, **options)
        request, field = self.context.get("request"), self.fields["course"]
        if request is not None:
            field.queryset = Course.objects.filter(enrollments__person=request.user)  # type: ignore[attr-defined]


class DecideExcuseSerializer(Strict, serializers.Serializer[Any]):
    accepted = serializers.BooleanField()
    answer = serializers.CharField(max_length=500, allow_blank=True, default="")


@extend_schema_view(
    list=extend_schema(summary="Your excuses, and those of your courses"),
    retrieve=extend_schema(summary="One excuse"),
)
class ExcuseViewSet(viewsets.ReadOnlyModelViewSet[Excuse]):
    queryset = Excuse.objects.none()
    serializer_class = ExcuseSerializer
    filterset_class = ExcuseFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = each(SIGNED_IN, ("list", "retrieve", "create")) | {"decide": DECIDE_EXCUSES}

    def get_queryset(self) -> QuerySet[Excuse]:
        found = excuses_for(caller(self.request)).select_related("person", "course")
        return found.defer("file_sealed").order_by("-made_at", "-pk")

    @extend_schema(summary="Ask to be excused", request=AskExcuseSerializer, responses={201: ExcuseSerializer})
    def create(self, request: Request) -> Response:
        asked = AskExcuseSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        made = excuses.ask(caller(request), by=caller(request), **asked.validated_data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Accept or refuse an excuse",
        description="Accepted, sessions of its days in which the person was not seen become excused.",
        request=DecideExcuseSerializer,
        responses=ExcuseSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def decide(self, request: Request, **kwargs: Any) -> Response:
        excuse = self.get_object()
        asked = DecideExcuseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(self.get_serializer(excuses.decide(excuse, by=caller(request), **asked.validated_data)).data)
