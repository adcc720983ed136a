"""Group grants over HTTP: a draft with a verdict for each line, then start, end or undo, and how far it is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import caller
from accounts.api.serializers import NamedPersonField
from accounts.models import Department
from config.api.strict import Strict
from config.errors import Refused
from lockers.api.grant_release import DuePreviewSerializer, ReleasedTogetherSerializer, ReleaseTogetherSerializer
from lockers.api.views import KEEP, Looking, asked
from lockers.assignments.grants import bulk_release, drafts, execution
from lockers.assignments.grants import rows as wishes
from lockers.assignments.grants.messages import why
from lockers.models import Grant, GrantLine, Locker
from lockers.rules.visibility import banks_for, grants_for

MOST = 10_000  # lines in one request


class GrantSerializer(serializers.ModelSerializer[Grant]):
    bank = serializers.CharField(source="bank.code", read_only=True)
    kind = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    made_by = NamedPersonField()
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Grant
        fields = ("id", "name", "bank", "kind", "starts_on", "ends_on", "state", "made_at", "made_by", "counts")
        read_only_fields = fields

    def get_counts(self, grant: Grant) -> dict[str, int]:
        """Lines by their state: planned, same, refused, assigned, ended, taken_back, kept, cancelled."""
        return dict(grant.lines.values_list("state").annotate(n=Count("pk")).order_by())


class GrantLineSerializer(serializers.ModelSerializer[GrantLine]):
    person = NamedPersonField()
    locker = serializers.CharField(source="locker.number", read_only=True, default=None, allow_null=True)
    state = serializers.CharField(read_only=True)
    message = serializers.SerializerMethodField()

    class Meta:
        model = GrantLine
        fields = ("line", "said", "person", "locker", "starts_on", "ends_on", "state", "code", "message")
        read_only_fields = fields

    def get_message(self, row: GrantLine) -> str:
        """Why it was refused, in words."""
        return why(row.code, row.detail) if row.code else ""


class WantedLineSerializer(Strict, serializers.Serializer[Any]):
    id_number = serializers.CharField(max_length=64)
    locker = serializers.CharField(max_length=64, required=False, default="any", help_text="A locker number, or `any`.")
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class DraftSerializer(Strict, serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    bank = serializers.CharField(max_length=32, help_text="The code.")
    kind = serializers.ChoiceField(Locker.Kind.choices, required=False, default=Locker.Kind.STANDARD)
    first_number = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")
    last_number = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    department = serializers.CharField(
        max_length=50, required=False, help_text="The department's code. Give either this or `lines`."
    )
    lines = serializers.ListField(child=WantedLineSerializer(), required=False, max_length=MOST)


class EndSerializer(Strict, serializers.Serializer[Any]):
    last_day = serializers.DateField(help_text="From yesterday (at once) to the last day of the grant.")


@extend_schema_view(list=extend_schema(summary="Group grants"), retrieve=extend_schema(summary="One group grant"))
class GrantViewSet(Looking):
    """For officers. A draft is seen by who made it, and by administrators."""

    queryset = Grant.objects.none()
    serializer_class = GrantSerializer
    needs: ClassVar[dict[str, str]] = dict.fromkeys(
        ("list", "retrieve", "create", "lines", "start", "end", "undo", "due", "release", "discard"), KEEP
    )
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (404,)}

    def get_queryset(self) -> QuerySet[Grant]:
        return grants_for(self.request.user).select_related("bank", "made_by")

    @extend_schema(
        summary="Check a group grant",
        description="Nothing is assigned yet. The answer is a draft, and `lines` says what each line would do.",
        request=DraftSerializer,
        parameters=[PARAMETER],
        responses={201: GrantSerializer},
    )
    @once
    def create(self, request: Request) -> Response:
        wanted = asked(DraftSerializer, request)
        frame = drafts.GrantFrame(
            wanted["name"],
            get_object_or_404(banks_for(request.user), code=wanted["bank"]),
            wanted["starts_on"],
            wanted["ends_on"],
            wanted["kind"],
            wanted["first_number"],
            wanted["last_number"],
        )
        made = drafts.draft(frame, _wishes(wanted), by=caller(request))
        return Response(GrantSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="The lines of a group grant", responses=GrantLineSerializer(many=True))
    @action(detail=True, methods=["get"])
    def lines(self, request: Request, pk: str) -> Response:
        rows = self.get_object().lines.select_related("person", "locker")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(GrantLineSerializer(page, many=True).data)

    @extend_schema(
        summary="Start a group grant",
        description="Lines are processed one after the other, some hundreds a minute: see `counts`.",
        request=None,
        parameters=[PARAMETER],
        responses=GrantSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def start(self, request: Request, pk: str) -> Response:
        return Response(GrantSerializer(execution.start(self.get_object(), by=caller(request))).data)

    @extend_schema(
        summary="End all lockers of a group grant",
        request=EndSerializer,
        parameters=[PARAMETER],
        responses=GrantSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def end(self, request: Request, pk: str) -> Response:
        last_day = asked(EndSerializer, request)["last_day"]
        return Response(GrantSerializer(execution.end(self.get_object(), last_day, by=caller(request))).data)

    @extend_schema(
        summary="Undo a group grant",
        description="Lockers that have been opened since end instead, and must be emptied.",
        request=None,
        parameters=[PARAMETER],
        responses=GrantSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def undo(self, request: Request, pk: str) -> Response:
        return Response(GrantSerializer(execution.undo(self.get_object(), by=caller(request))).data)

    @extend_schema(
        summary="Lockers of a group grant that are due for release",
        description=f"The first {bulk_release.AT_ONCE}. `used`: opened since it was assigned, so look into it first. "
        "Send `seen_at` back with those that you release.",
        responses=DuePreviewSerializer,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def due(self, request: Request, pk: str) -> Response:
        now = timezone.now()
        rows = bulk_release.preview(self.get_object(), by=caller(request), now=now)
        return Response(DuePreviewSerializer({"seen_at": now, "lockers": rows}).data)

    @extend_schema(
        summary="Release lockers of a group grant",
        description="Each by itself: what was opened or given more time since `seen_at` stays as it is, and is in "
        "`refused`.",
        request=ReleaseTogetherSerializer,
        parameters=[PARAMETER],
        responses=ReleasedTogetherSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def release(self, request: Request, pk: str) -> Response:
        wanted = asked(ReleaseTogetherSerializer, request)
        found = bulk_release.release(
            self.get_object(),
            wanted["assignments"],
            by=caller(request),
            checklist=wanted["checklist"],
            seen_at=wanted["seen_at"],
        )
        return Response(ReleasedTogetherSerializer(found).data)

    @extend_schema(summary="Discard a draft", request=None, parameters=[PARAMETER], responses={204: None})
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def discard(self, request: Request, pk: str) -> Response:
        drafts.discard(self.get_object(), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _wishes(wanted: dict[str, Any]) -> list[wishes.GrantWish]:
    """Refused `one_of_both` unless there is either a department or lines."""
    if ("department" in wanted) == ("lines" in wanted):
        raise Refused("one_of_both", _("Give either a department or lines."))
    if "lines" in wanted:
        return wishes.from_rows(wanted["lines"])
    department = get_object_or_404(Department, code=wanted["department"])
    return wishes.from_people(drafts.members_of(department)[: drafts.MOST_LINES])
