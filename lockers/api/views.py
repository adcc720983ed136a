"""Looking at lockers, and doing what officers and holders of a key may do. Rows are scoped by
lockers.rules.visibility."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, key_of, once
from accounts.api.permissions import ADMINISTRATOR, SIGNED_IN, ByRole, caller
from accounts.models import User
from config.errors import Refused
from lockers.access import duress, keys, reauthentication, vaults
from lockers.api.serializers import (
    ApproveSerializer,
    AssignmentSerializer,
    AssignSerializer,
    AttemptSerializer,
    BankMapSerializer,
    BankReleaseSerializer,
    BankSerializer,
    BeginReleaseSerializer,
    CloseSerializer,
    ConfirmReleaseSerializer,
    CustomerSerializer,
    DoorSerializer,
    HoursSerializer,
    LockerAlarmSerializer,
    NoteSerializer,
    OfficerKeySerializer,
    OpeningSerializer,
    ReasonSerializer,
    RedeemSerializer,
    ReleaseSerializer,
    ReopenSerializer,
    SecretSerializer,
    ShareSerializer,
    SilentAlarmSerializer,
    UnshareSerializer,
)
from lockers.assignments import blocking, registration, sharing
from lockers.bank import access_times, layout
from lockers.desk.emergency_release import bank_releases
from lockers.doors import doors, openings
from lockers.models import (
    AccessAttempt,
    Alarm,
    Assignment,
    Bank,
    BankRelease,
    ClosedDay,
    JointHolder,
    Locker,
    OfficerKey,
    Opening,
    SilentAlarm,
)
from lockers.rules.visibility import (
    alarms_for,
    assignments_for,
    attempts_for,
    banks_for,
    keeps_lockers,
    kept_lockers,
    lockers_for,
    openings_for,
    releases_for,
    silent_alarms_for,
)

KEEP = "lockers.keep"
LOOK = {"list": SIGNED_IN, "retrieve": SIGNED_IN}


def person_named(number: str) -> User:
    """By id number. Refused `unknown_person`."""
    person = User.objects.filter(id_number=number).first()
    if person is None:
        raise Refused("unknown_person", _("No one has this id number."), status=404)
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


@extend_schema_view(
    list=extend_schema(summary="Banks, and when they are open"), retrieve=extend_schema(summary="One bank")
)
class BankViewSet(Looking):
    """Everyone who is signed in sees when a bank is open; administrators set it."""

    queryset = Bank.objects.prefetch_related("closed_days")
    serializer_class = BankSerializer
    needs: ClassVar[dict[str, str]] = {
        **LOOK,
        "hours": ADMINISTRATOR,
        "close": ADMINISTRATOR,
        "reopen": ADMINISTRATOR,
        "places": KEEP,
        "arrange": KEEP,
    }
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"reopen": (404,), "arrange": (403, 404)}

    def _now(self, bank: Bank) -> Response:
        return Response(BankSerializer(self.get_queryset().get(pk=bank.pk)).data)

    @extend_schema(summary="Set the hours of a bank", request=HoursSerializer, responses=BankSerializer)
    @action(detail=True, methods=["put"], pagination_class=None)
    def hours(self, request: Request, pk: str) -> Response:
        wanted = asked(HoursSerializer, request)["hours"]
        return self._now(access_times.set_bank_hours(self.get_object(), wanted, by=caller(request)))

    @extend_schema(
        summary="Close a bank on some days", request=CloseSerializer, parameters=[PARAMETER], responses=BankSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def close(self, request: Request, pk: str) -> Response:
        bank, wanted = self.get_object(), asked(CloseSerializer, request)
        last = wanted["last"] or wanted["first"]
        access_times.close(bank, wanted["first"], last, note=wanted["note"], by=caller(request))
        return self._now(bank)

    @extend_schema(
        summary="Remove a closed day", request=ReopenSerializer, parameters=[PARAMETER], responses=BankSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def reopen(self, request: Request, pk: str) -> Response:
        bank = self.get_object()
        day = get_object_or_404(ClosedDay, pk=asked(ReopenSerializer, request)["id"], bank=bank)
        access_times.reopen(day, by=caller(request))
        return self._now(bank)

    @extend_schema(summary="Where the lockers of a bank are", responses=BankMapSerializer)
    @action(detail=True, methods=["get"], url_path="map", pagination_class=None)
    def places(self, request: Request, pk: str) -> Response:
        return self._map(self._of_officer(pk))

    @extend_schema(
        summary="Arrange the lockers of a bank",
        description="Replaces the whole map, or nothing. For officers of the bank.",
        request=BankMapSerializer,
        responses=BankMapSerializer,
    )
    @places.mapping.put
    def arrange(self, request: Request, pk: str) -> Response:
        bank = self._of_officer(pk)
        layout.place(bank, asked(BankMapSerializer, request)["places"], by=caller(request))
        return self._map(bank)

    def _of_officer(self, pk: str) -> Bank:
        return get_object_or_404(banks_for(self.request.user), pk=pk)

    def _map(self, bank: Bank) -> Response:
        return Response(BankMapSerializer({"places": layout.as_list(bank)}).data)


@extend_schema_view(list=extend_schema(summary="Doors"), retrieve=extend_schema(summary="One door"))
class DoorViewSet(Looking):
    """Those of their banks for officers, one's own for everyone else."""

    queryset = Locker.objects.none()
    serializer_class = DoorSerializer
    needs: ClassVar[dict[str, str]] = {**LOOK, "override": KEEP, "officer_key": KEEP}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"officer_key": (429,)}

    def get_queryset(self) -> QuerySet[Locker]:
        return lockers_for(self.request.user).select_related("bank", "size")

    @extend_schema(
        summary="Open as an officer, with a reason",
        description="A vault then waits for another officer's approval: see openings.",
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

    @extend_schema(
        summary="Turn the officer's key of a vault",
        description="A waiting customer's key opens the vault now (`opening_id`); otherwise the next one does, until "
        "`until`.",
        request=SecretSerializer,
        responses={201: OfficerKeySerializer},
    )
    @action(detail=True, methods=["post"], url_path="officer-key", pagination_class=None)
    def officer_key(self, request: Request, pk: str) -> Response:
        """Not `once`: a wrong secret must be counted and committed."""
        locker, officer = self.get_object(), caller(request)
        reauthentication.require(officer, asked(SecretSerializer, request)["secret"], request)
        turned = vaults.turn(locker, by=officer, method=OfficerKey.Method.PASSWORD)
        return Response(OfficerKeySerializer(turned.key).data, status=status.HTTP_201_CREATED)


@extend_schema_view(list=extend_schema(summary="Openings"), retrieve=extend_schema(summary="One opening"))
class OpeningViewSet(Looking):
    queryset = Opening.objects.none()
    serializer_class = OpeningSerializer
    needs: ClassVar[dict[str, str]] = {**LOOK, "approve": KEEP, "withdraw": KEEP}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"approve": (429,)}

    def get_queryset(self) -> QuerySet[Opening]:
        return openings_for(self.request.user).select_related("locker__bank", "person")

    @extend_schema(
        summary="Approve another officer's override, or add the officer's key to a customer's",
        request=ApproveSerializer,
        parameters=[PARAMETER],
        responses=OpeningSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def approve(self, request: Request, pk: str) -> Response:
        opening, officer = self.get_object(), caller(request)
        secret = asked(ApproveSerializer, request)["secret"]
        if opening.route != Opening.Route.KEY:
            return self._approved(request, opening)
        reauthentication.require(officer, secret, request)  # outside a transaction: a wrong one must be counted
        done = vaults.approve(opening, by=officer, method=OfficerKey.Method.PASSWORD)
        return Response(OpeningSerializer(done).data)

    @once
    def _approved(self, request: Request, opening: Opening) -> Response:
        return Response(OpeningSerializer(openings.approve(opening, by=caller(request))).data)

    @extend_schema(
        summary="Withdraw an override that is waiting",
        request=None,
        parameters=[PARAMETER],
        responses=OpeningSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def withdraw(self, request: Request, pk: str) -> Response:
        return Response(OpeningSerializer(openings.withdraw(self.get_object(), by=caller(request))).data)


@extend_schema_view(
    list=extend_schema(summary="Assignments of lockers"), retrieve=extend_schema(summary="One assignment")
)
class AssignmentViewSet(Looking):
    """With their history for officers; one's own, and shared ones, for everyone else."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    needs: ClassVar[dict[str, str]] = {
        **LOOK,
        "create": KEEP,
        "release": KEEP,
        "share": KEEP,
        "unshare": KEEP,
        "hours": KEEP,
        "block": SIGNED_IN,
        "unblock": KEEP,
    }
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (404,)}

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
            get_object_or_404(kept_lockers(request.user).select_related("bank"), pk=wanted["locker_id"]),
            person_named(wanted["customer"]),
            by=caller(request),
            starts_on=wanted["starts_on"],
            ends_on=wanted["ends_on"],
            joint=[person_named(number) for number in wanted["joint_holders"]],
        )
        return Response(AssignmentSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Release a locker, with the checklist",
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

    @extend_schema(
        summary="Add a joint holder, or change their dates",
        description="An existing joint holder gets these dates. Null: as long as the locker is assigned.",
        request=ShareSerializer,
        parameters=[PARAMETER],
        responses=AssignmentSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def share(self, request: Request, pk: str) -> Response:
        wanted, mine = asked(ShareSerializer, request), self.get_object()
        person, by = person_named(wanted["person"]), caller(request)
        act = sharing.set_dates if mine.joint_holders.filter(person=person, open_slot=1) else registration.share
        act(mine, person, starts_on=wanted["starts_on"], ends_on=wanted["ends_on"], by=by)
        return Response(AssignmentSerializer(self.get_object()).data)

    @extend_schema(
        summary="Remove a joint holder",
        request=UnshareSerializer,
        parameters=[PARAMETER],
        responses=AssignmentSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def unshare(self, request: Request, pk: str) -> Response:
        person = person_named(asked(UnshareSerializer, request)["person"])
        registration.unshare(self.get_object(), person, by=caller(request))
        return Response(AssignmentSerializer(self.get_object()).data)

    @extend_schema(
        summary="Set narrower hours of an assignment", request=HoursSerializer, responses=AssignmentSerializer
    )
    @action(detail=True, methods=["put"], pagination_class=None)
    def hours(self, request: Request, pk: str) -> Response:
        wanted = asked(HoursSerializer, request)["hours"]
        return Response(
            AssignmentSerializer(access_times.set_hours(self.get_object(), wanted, by=caller(request))).data
        )

    @extend_schema(
        summary="Block your locker: someone else may have opened it",
        request=None,
        parameters=[PARAMETER],
        responses=AssignmentSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def block(self, request: Request, pk: str) -> Response:
        blocking.block(self.get_object(), by=caller(request))
        return Response(AssignmentSerializer(self.get_object()).data)

    @extend_schema(
        summary="Lift the block of a locker", request=None, parameters=[PARAMETER], responses=AssignmentSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def unblock(self, request: Request, pk: str) -> Response:
        blocking.unblock(self.get_object(), by=caller(request))
        return Response(AssignmentSerializer(self.get_object()).data)


@extend_schema_view(list=extend_schema(summary="Attempts"), retrieve=extend_schema(summary="One attempt"))
class AttemptViewSet(Looking):
    queryset = AccessAttempt.objects.none()
    serializer_class = AttemptSerializer
    needs: ClassVar[dict[str, str]] = LOOK

    def get_queryset(self) -> QuerySet[AccessAttempt]:
        return attempts_for(self.request.user).select_related("locker__bank", "person")


@extend_schema_view(list=extend_schema(summary="Alarms"), retrieve=extend_schema(summary="One alarm"))
class AlarmViewSet(Looking):
    queryset = Alarm.objects.none()
    serializer_class = LockerAlarmSerializer
    needs: ClassVar[dict[str, str]] = {"list": KEEP, "retrieve": KEEP, "acknowledge": KEEP}

    def get_queryset(self) -> QuerySet[Alarm]:
        return alarms_for(self.request.user).select_related("locker__bank", "acknowledged_by")

    @extend_schema(
        summary="Acknowledge an alarm", request=NoteSerializer, parameters=[PARAMETER], responses=LockerAlarmSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def acknowledge(self, request: Request, pk: str) -> Response:
        note = asked(NoteSerializer, request)["note"]
        return Response(LockerAlarmSerializer(doors.acknowledge(self.get_object(), by=caller(request), note=note)).data)


@extend_schema_view(
    list=extend_schema(summary="Emergency releases"), retrieve=extend_schema(summary="One emergency release")
)
class BankReleaseViewSet(Looking):
    """All doors of a bank, by two of its officers. A token alone releases nothing: each sends their own password."""

    queryset = BankRelease.objects.none()
    serializer_class = BankReleaseSerializer
    needs: ClassVar[dict[str, str]] = {
        "list": KEEP,
        "retrieve": KEEP,
        "create": KEEP,
        "confirm": KEEP,
        "end": KEEP,
    }
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (404, 429), "confirm": (429,)}

    def get_queryset(self) -> QuerySet[BankRelease]:
        return releases_for(self.request.user).select_related("bank", "begun_by", "confirmed_by", "ended_by")

    def _proven(self, request: Request, wanted: dict[str, Any]) -> User:
        """Outside a transaction, and so not `once`: a wrong password must be counted."""
        reauthentication.require(caller(request), wanted["secret"], request, pin=False)
        return caller(request)

    @extend_schema(
        summary="Begin an emergency release", request=BeginReleaseSerializer, responses={201: BankReleaseSerializer}
    )
    def create(self, request: Request) -> Response:
        wanted = asked(BeginReleaseSerializer, request)
        bank = get_object_or_404(banks_for(request.user), pk=wanted["bank_id"])
        made = bank_releases.begin(bank, by=self._proven(request, wanted), reason=wanted["reason"])
        return Response(BankReleaseSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Confirm another officer's release", request=ConfirmReleaseSerializer, responses=BankReleaseSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def confirm(self, request: Request, pk: str) -> Response:
        row, wanted = self.get_object(), asked(ConfirmReleaseSerializer, request)
        done = bank_releases.confirm(row, by=self._proven(request, wanted), reason=wanted["reason"])
        return Response(BankReleaseSerializer(done).data)

    @extend_schema(
        summary="End an emergency release", request=None, parameters=[PARAMETER], responses=BankReleaseSerializer
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def end(self, request: Request, pk: str) -> Response:
        return Response(BankReleaseSerializer(bank_releases.end(self.get_object(), by=caller(request))).data)


@extend_schema_view(list=extend_schema(summary="Silent alarms"), retrieve=extend_schema(summary="One silent alarm"))
class SilentAlarmViewSet(Looking):
    """Who has opened under duress. For officers only."""

    queryset = SilentAlarm.objects.none()
    serializer_class = SilentAlarmSerializer
    needs: ClassVar[dict[str, str]] = {"list": KEEP, "retrieve": KEEP, "acknowledge": KEEP}

    def get_queryset(self) -> QuerySet[SilentAlarm]:
        return silent_alarms_for(self.request.user).select_related("person", "acknowledged_by")

    @extend_schema(
        summary="Acknowledge a silent alarm",
        request=NoteSerializer,
        parameters=[PARAMETER],
        responses=SilentAlarmSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def acknowledge(self, request: Request, pk: str) -> Response:
        note = asked(NoteSerializer, request)["note"]
        return Response(
            SilentAlarmSerializer(duress.acknowledge(self.get_object(), by=caller(request), note=note)).data
        )


@extend_schema_view(list=extend_schema(summary="Customers"), retrieve=extend_schema(summary="One customer"))
class CustomerViewSet(Looking):
    """People who have or share a locker: those of their banks for officers, oneself for everyone else."""

    queryset = User.objects.none()
    serializer_class = CustomerSerializer
    lookup_field = "id_number"
    lookup_value_regex = "[^/]{1,32}"
    needs: ClassVar[dict[str, str]] = LOOK

    def get_queryset(self) -> QuerySet[User]:
        """With the lockers that the caller may know of."""
        me = caller(self.request)
        seen = assignments_for(me).filter(open_slot=1)
        joint = JointHolder.objects.filter(open_slot=1, assignment__in=seen)
        rows = User.objects.filter(Q(pk__in=seen.values("customer")) | Q(pk__in=joint.values("person")))
        rows = rows if keeps_lockers(me) else rows.filter(pk=me.pk)
        related = (
            Prefetch("lockers", seen.select_related("locker__bank")),
            Prefetch("joint_lockers", joint.select_related("assignment__locker__bank")),
        )
        return rows.select_related("locker_lockout").prefetch_related(*related)


class Redeem(GenericAPIView[Any]):
    """A key is typed. Holders redeem their own; a keypad signs in as a service account of the bank's officers."""

    serializer_class: Any = RedeemSerializer
    permission_classes = (ByRole,)
    pagination_class = None
    action = "post"
    needs: ClassVar[dict[str, str]] = {"post": SIGNED_IN}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"post": (404, 429)}

    @extend_schema(
        summary="Open with a key",
        description="Repeating the request with the same Idempotency-Key returns the same opening. Wrong keys are "
        "counted.",
        parameters=[PARAMETER],
        responses=OpeningSerializer,
    )
    def post(self, request: Request) -> Response:
        """Not `once`: a refusal must be committed, so the key itself remembers the request that used it."""
        wanted, me = asked(RedeemSerializer, request), caller(request)
        nonce, keypad = key_of(request) or "", me.has_perm(KEEP)
        seen = kept_lockers(me) if keypad else lockers_for(me)
        opening = keys.redeem(
            wanted["key"],
            get_object_or_404(seen.select_related("bank"), pk=wanted["locker_id"]),
            station=wanted["station"],
            person=None if keypad else me,
            nonce=nonce,
        )
        return Response(OpeningSerializer(opening).data)
