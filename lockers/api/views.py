"""Looking at lockers, and doing what officers and holders of a key may do. Rows are scoped by lockers.visibility."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import KEY, PARAMETER, once
from accounts.api.permissions import SIGNED_IN, ByRole, caller
from accounts.models import User
from config.errors import Refused
from lockers import doors, keys, openings, registration
from lockers.api.serializers import (
    AssignmentSerializer,
    AssignSerializer,
    AttemptSerializer,
    CustomerSerializer,
    DoorSerializer,
    LockerAlarmSerializer,
    NoteSerializer,
    OpeningSerializer,
    ReasonSerializer,
    RedeemSerializer,
    ReleaseSerializer,
)
from lockers.models import AccessAttempt, Alarm, Assignment, Locker, Opening
from lockers.visibility import assignments_for, attempts_for, keeps_lockers, lockers_for, openings_for

KEEP = "lockers.keep"
LOOK = {"list": SIGNED_IN, "retrieve": SIGNED_IN}


def person_named(number: str) -> User:
    """By id number. Refused `unknown_person`."""
    person = User.objects.filter(id_number=number).first()
    if person is None:
        raise Refused("unknown_person", _("Nobody has this id number."), status=404)
    return person


def asked(serializer: Any, request: Request) -> dict[str, Any]:
    wanted = serializer(data=request.data)
    wanted.is_valid(raise_exception=True)
    found: dict[str, Any] = wanted.validated_data
    return found


class Looking(viewsets.ReadOnlyModelViewSet[Any]):
    permission_classes = (ByRole,)
    filterset_class = None
    lookup_value_regex = "[0-9]{1,18}"


@extend_schema_view(list=extend_schema(summary="Doors"), retrieve=extend_schema(summary="One door"))
class DoorViewSet(Looking):
    """All for officers, one's own for everybody else."""

    queryset = Locker.objects.none()
    serializer_class = DoorSerializer
    needs: ClassVar[dict[str, str]] = {**LOOK, "override": KEEP}

    def get_queryset(self) -> QuerySet[Locker]:
        return lockers_for(self.request.user).select_related("bank")

    @extend_schema(
        summary="Open as an officer, with a reason",
        description="A vault then waits for another officer: see openings.",
        request=ReasonSerializer,
        parameters=[PARAMETER],
        responses={201: OpeningSerializer},
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def override(self, request: Request, pk: str) -> Response:
        reason = asked(ReasonSerializer, request)["reason"]
        opening = openings.override(self.get_object(), by=caller(request), reason=reason)
        return Response(OpeningSerializer(opening).data, status=status.HTTP_201_CREATED)


@extend_schema_view(list=extend_schema(summary="Openings"), retrieve=extend_schema(summary="One opening"))
class OpeningViewSet(Looking):
    queryset = Opening.objects.none()
    serializer_class = OpeningSerializer
    needs: ClassVar[dict[str, str]] = {**LOOK, "approve": KEEP, "withdraw": KEEP}

    def get_queryset(self) -> QuerySet[Opening]:
        return openings_for(self.request.user).select_related("locker__bank", "person")

    @extend_schema(
        summary="Approve another officer's override", request=None, parameters=[PARAMETER], responses=OpeningSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def approve(self, request: Request, pk: str) -> Response:
        return Response(OpeningSerializer(openings.approve(self.get_object(), by=caller(request))).data)

    @extend_schema(
        summary="Stop an override that waits", request=None, parameters=[PARAMETER], responses=OpeningSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def withdraw(self, request: Request, pk: str) -> Response:
        return Response(OpeningSerializer(openings.withdraw(self.get_object(), by=caller(request))).data)


@extend_schema_view(list=extend_schema(summary="Who has which locker"), retrieve=extend_schema(summary="One of them"))
class AssignmentViewSet(Looking):
    """With their history for officers; one's own, and shared ones, for everybody else."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    needs: ClassVar[dict[str, str]] = {**LOOK, "create": KEEP, "release": KEEP}

    def get_queryset(self) -> QuerySet[Assignment]:
        rows = assignments_for(self.request.user).select_related("locker__bank", "customer")
        return rows.prefetch_related("joint_holders__person")

    @extend_schema(
        summary="Assign a locker",
        request=AssignSerializer,
        parameters=[PARAMETER],
        responses={201: AssignmentSerializer},
    )
    @once
    def create(self, request: Request) -> Response:
        wanted = asked(AssignSerializer, request)
        made = registration.assign(
            get_object_or_404(Locker, pk=wanted["locker_id"]),
            person_named(wanted["customer"]),
            by=caller(request),
            starts_on=wanted["starts_on"],
            ends_on=wanted["ends_on"],
            joint=[person_named(number) for number in wanted["joint_holders"]],
        )
        return Response(AssignmentSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Give a locker back, with the checklist",
        request=ReleaseSerializer,
        parameters=[PARAMETER],
        responses=AssignmentSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def release(self, request: Request, pk: str) -> Response:
        checklist = asked(ReleaseSerializer, request)["checklist"]
        ended = registration.release(self.get_object(), by=caller(request), checklist=checklist)
        return Response(AssignmentSerializer(ended).data)


@extend_schema_view(list=extend_schema(summary="Attempts"), retrieve=extend_schema(summary="One attempt"))
class AttemptViewSet(Looking):
    queryset = AccessAttempt.objects.none()
    serializer_class = AttemptSerializer
    needs: ClassVar[dict[str, str]] = LOOK

    def get_queryset(self) -> QuerySet[AccessAttempt]:
        return attempts_for(self.request.user).select_related("locker__bank", "person")


@extend_schema_view(list=extend_schema(summary="Alarms"), retrieve=extend_schema(summary="One alarm"))
class AlarmViewSet(Looking):
    queryset = Alarm.objects.select_related("locker__bank", "acknowledged_by")
    serializer_class = LockerAlarmSerializer
    needs: ClassVar[dict[str, str]] = {"list": KEEP, "retrieve": KEEP, "acknowledge": KEEP}

    @extend_schema(
        summary="Take note of an alarm", request=NoteSerializer, parameters=[PARAMETER], responses=LockerAlarmSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def acknowledge(self, request: Request, pk: str) -> Response:
        note = asked(NoteSerializer, request)["note"]
        return Response(LockerAlarmSerializer(doors.acknowledge(self.get_object(), by=caller(request), note=note)).data)


@extend_schema_view(list=extend_schema(summary="Customers"), retrieve=extend_schema(summary="One customer"))
class CustomerViewSet(Looking):
    """People who have or share a locker: all for officers, oneself for everybody else."""

    queryset = User.objects.none()
    serializer_class = CustomerSerializer
    lookup_field = "id_number"
    lookup_value_regex = "[^/]{1,32}"
    needs: ClassVar[dict[str, str]] = LOOK

    def get_queryset(self) -> QuerySet[User]:
        has_one = Q(lockers__open_slot=1) | Q(joint_lockers__open_slot=1)
        rows = User.objects.filter(has_one).distinct()
        me = caller(self.request)
        rows = rows if keeps_lockers(me) else rows.filter(pk=me.pk)
        related = ("lockers__locker__bank", "joint_lockers__assignment__locker__bank")
        return rows.select_related("locker_lockout").prefetch_related(*related)


class Redeem(GenericAPIView[Any]):
    """A key is typed. Holders redeem their own; a keypad signs in as an officer's service account."""

    serializer_class: Any = RedeemSerializer
    permission_classes = (ByRole,)
    pagination_class = None
    action = "post"
    needs: ClassVar[dict[str, str]] = {"post": SIGNED_IN}

    @extend_schema(
        summary="Open with a key",
        description="With an Idempotency-Key the same request again gets the same opening. A wrong key is counted.",
        parameters=[PARAMETER],
        responses=OpeningSerializer,
    )
    def post(self, request: Request) -> Response:
        """Not `once`: a refusal must be committed, so the key itself remembers the request that used it."""
        wanted, me = asked(RedeemSerializer, request), caller(request)
        nonce = request.headers.get("Idempotency-Key", "")
        if nonce and not KEY.fullmatch(nonce):
            raise Refused("bad_idempotency_key", _("An Idempotency-Key has 1 to 64 letters, digits or signs."))
        opening = keys.redeem(
            wanted["key"],
            get_object_or_404(Locker if me.has_perm(KEEP) else lockers_for(me), pk=wanted["locker_id"]),
            station=wanted["station"],
            person=None if me.has_perm(KEEP) else me,
            nonce=nonce,
        )
        return Response(OpeningSerializer(opening).data)
