"""Abandoned lockers over HTTP: the cases, and each step of one. The rules are those of the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import SIGNED_IN, caller
from accounts.api.serializers import NamedPersonField
from config.api.strict import Strict
from lockers.api.views import KEEP, Looking, asked, person_named
from lockers.assignments.abandoned import notices, witnessed_opening
from lockers.assignments.abandoned.steps import due_on
from lockers.models import Abandonment, AbandonmentStep
from lockers.rules.visibility import cases_for, kept_assignments


class CaseStepSerializer(serializers.ModelSerializer[AbandonmentStep]):
    state = serializers.CharField(read_only=True)
    by = NamedPersonField()

    class Meta:
        model = AbandonmentStep
        fields = ("state", "at", "by", "note")
        read_only_fields = fields


class CaseSerializer(serializers.ModelSerializer[Abandonment]):
    assignment_id = serializers.IntegerField(read_only=True)
    locker = serializers.CharField(source="assignment.locker.__str__", read_only=True)
    customer = NamedPersonField(source="assignment.customer")
    reason = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    officer = NamedPersonField()
    witness = NamedPersonField()
    next_from = serializers.SerializerMethodField()
    steps = CaseStepSerializer(many=True, read_only=True)

    class Meta:
        model = Abandonment
        fields = (
            "id",
            "assignment_id",
            "locker",
            "customer",
            "reason",
            "state",
            "next_from",
            "begun_at",
            "officer",
            "witness",
            "inventory",
            "place",
            "keep_until",
            "closed_at",
            "note",
            "steps",
        )
        read_only_fields = fields

    def get_next_from(self, case: Abandonment) -> str | None:
        """The day from which the next step may be taken; null where no day is waited for."""
        due = due_on(case)
        return due.isoformat() if due else None


class BeginSerializer(Strict, serializers.Serializer[Any]):
    assignment_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    reason = serializers.ChoiceField(Abandonment.Reason.choices)


class HowSerializer(Strict, serializers.Serializer[Any]):
    how = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class WhySerializer(Strict, serializers.Serializer[Any]):
    note = serializers.CharField(max_length=300)


class WitnessSerializer(Strict, serializers.Serializer[Any]):
    witness = serializers.CharField(max_length=32, help_text="Id number of another member of staff.")


class ConfirmSerializer(Strict, serializers.Serializer[Any]):
    right = serializers.BooleanField(required=False, default=True, help_text="Whether the list is correct.")


class InventorySerializer(Strict, serializers.Serializer[Any]):
    contents = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    place = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    keep_until = serializers.DateField(required=False, allow_null=True, default=None)


def _step(summary: str, body: Any, description: str = "") -> Callable[..., Any]:
    """A POST on one case, done once."""

    def wrapped(act: Callable[..., Response]) -> Any:
        known = extend_schema(
            summary=summary, description=description, request=body, parameters=[PARAMETER], responses=CaseSerializer
        )
        return known(action(detail=True, methods=["post"], pagination_class=None)(once(act)))

    return wrapped


@extend_schema_view(
    list=extend_schema(summary="Abandoned lockers"), retrieve=extend_schema(summary="One abandoned locker")
)
class CaseViewSet(Looking):
    """For officers. The witness of a case sees it while it waits for them."""

    queryset = Abandonment.objects.none()
    serializer_class = CaseSerializer
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("list", "retrieve", "confirm"), SIGNED_IN) | dict.fromkeys(
        ("create", "notice", "settle", "witness", "call_off", "inventory", "hand_out", "dispose"), KEEP
    )
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (404,)}

    def get_queryset(self) -> QuerySet[Abandonment]:
        rows = cases_for(self.request.user).select_related("assignment__locker__bank", "assignment__customer")
        return rows.select_related("officer", "witness").prefetch_related("steps__by")

    def _now(self, case: Abandonment, status_code: int = status.HTTP_200_OK) -> Response:
        row = Abandonment.objects.prefetch_related("steps__by").get(pk=case.pk)
        return Response(CaseSerializer(row).data, status=status_code)

    @extend_schema(
        summary="Open a case", request=BeginSerializer, parameters=[PARAMETER], responses={201: CaseSerializer}
    )
    @once
    def create(self, request: Request) -> Response:
        wanted = asked(BeginSerializer, request)
        mine = get_object_or_404(kept_assignments(request.user), pk=wanted["assignment_id"])
        return self._now(notices.begin(mine, wanted["reason"], by=caller(request)), status.HTTP_201_CREATED)

    @_step("Record the next notice, or that the last one was given by hand", HowSerializer)
    def notice(self, request: Request, pk: str) -> Response:
        how, case = asked(HowSerializer, request)["how"], self.get_object()
        act = notices.gave_by_hand if notices.last_notice_failed(case) else notices.notify
        return self._now(act(case, by=caller(request), how=how))

    @_step("Settle the case", WhySerializer)
    def settle(self, request: Request, pk: str) -> Response:
        note = asked(WhySerializer, request)["note"]
        return self._now(notices.settle(self.get_object(), by=caller(request), note=note))

    @_step("Name the witness", WitnessSerializer)
    def witness(self, request: Request, pk: str) -> Response:
        person = person_named(asked(WitnessSerializer, request)["witness"])
        return self._now(witnessed_opening.ask(self.get_object(), by=caller(request), witness=person))

    @_step("Cancel the step: no witness came, or the door did not open", None)
    def call_off(self, request: Request, pk: str) -> Response:
        return self._now(witnessed_opening.call_off(self.get_object(), by=caller(request)))

    @_step(
        "The witness confirms",
        ConfirmSerializer,
        "Confirms that they are present, and the lock opens; or that the list is correct.",
    )
    def confirm(self, request: Request, pk: str) -> Response:
        right, case = asked(ConfirmSerializer, request)["right"], self.get_object()
        if case.state == Abandonment.State.LISTED:
            return self._now(witnessed_opening.confirm_list(case, by=caller(request), right=right))
        return self._now(witnessed_opening.confirm(case, by=caller(request)))

    @_step("List the contents", InventorySerializer, "Leave the contents empty if the locker was empty.")
    def inventory(self, request: Request, pk: str) -> Response:
        wanted = asked(InventorySerializer, request)
        return self._now(witnessed_opening.take_inventory(self.get_object(), by=caller(request), **wanted))

    @_step("The contents were handed out", WhySerializer)
    def hand_out(self, request: Request, pk: str) -> Response:
        note = asked(WhySerializer, request)["note"]
        return self._now(witnessed_opening.hand_out(self.get_object(), by=caller(request), note=note))

    @_step("The contents were disposed of", WhySerializer, "Not before the day after `keep_until`.")
    def dispose(self, request: Request, pk: str) -> Response:
        note = asked(WhySerializer, request)["note"]
        return self._now(witnessed_opening.dispose(self.get_object(), by=caller(request), note=note))
