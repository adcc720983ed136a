"""Changes: lending, returning, renewing, holds, and the gate that asks."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import SIGNED_IN, ByRole, caller
from config.api.query import PAGING, read_strictly
from config.errors import Refused
from library.api.fields import SEE_ACCOUNTS, person_named, whose
from library.api.lookup_views import title_or_404
from library.api.serializers import (
    AlarmSerializer,
    CheckedInSerializer,
    CheckOutSerializer,
    HoldSerializer,
    LoanSerializer,
    PassSerializer,
    PlaceHoldSerializer,
    RenewAllSerializer,
    RenewalSerializer,
    RenewSerializer,
    ReturnSerializer,
)
from library.circulation import holds, loans, renewals
from library.circulation.ledger import ledger
from library.kiosk import exit_alarms
from library.models import Branch, Copy, Hold, Loan
from library.rules.lending import CopyStatus
from library.visits import alarms, exit_passes


class Deed(GenericAPIView[Any]):
    """One address that does one thing."""

    permission_classes = (ByRole,)
    action = "post"
    pagination_class = None

    def asked(self) -> dict[str, Any]:
        wanted = self.get_serializer(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        found: dict[str, Any] = wanted.validated_data
        return found


class CheckOut(Deed):
    serializer_class: Any = CheckOutSerializer
    needs: ClassVar[dict[str, str]] = {"post": "library.lend"}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "post": (
            404,
            503,
        )
    }

    @extend_schema(summary="Lend a book", parameters=[PARAMETER], responses={201: LoanSerializer})
    @once
    def post(self, request: Request) -> Response:
        asked = self.asked()
        person, copy = person_named(asked["patron"]), loans.by_barcode(asked["barcode"])
        loan = ledger().check_out(copy, to=person, at=timezone.now(), station=asked["station"])
        return Response(LoanSerializer(loan).data, status=status.HTTP_201_CREATED)


class CheckIn(Deed):
    serializer_class: Any = ReturnSerializer
    needs: ClassVar[dict[str, str]] = {"post": "library.lend"}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "post": (
            404,
            503,
        )
    }

    @extend_schema(summary="Return a book", parameters=[PARAMETER], responses=CheckedInSerializer)
    @once
    def post(self, request: Request) -> Response:
        asked = self.asked()
        copy = loans.by_barcode(asked["barcode"])
        loan = ledger().give_back(copy, at=timezone.now(), station=asked["station"], here=Branch.named(asked["branch"]))
        held = Copy.objects.filter(pk=copy.pk, status=CopyStatus.HOLD_SHELF).exists()
        to = holds.destination_of(copy)
        return Response(
            CheckedInSerializer({"barcode": copy.barcode, "loan": loan, "hold": held, "transit": to and to.code}).data
        )


class Renew(Deed):
    serializer_class: Any = RenewSerializer
    needs: ClassVar[dict[str, str]] = {"post": SIGNED_IN}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "post": (
            404,
            503,
        )
    }

    @extend_schema(
        summary="Renew a loan",
        description="Your own loans. Staff can renew any loan.",
        parameters=[PARAMETER],
        responses=LoanSerializer,
    )
    @once
    def post(self, request: Request) -> Response:
        asked = self.asked()
        loan = self._loan(request, asked["barcode"].strip())
        return Response(LoanSerializer(ledger().renew(loan, at=timezone.now(), station=asked["station"])).data)

    @staticmethod
    def _loan(request: Request, barcode: str) -> Loan:
        """Anyone who may not see accounts learns nothing of what others have."""
        me = caller(request)
        rows = Loan.objects.select_related("copy__title", "person").filter(copy__barcode=barcode, open_slot=1)
        found = (rows if me.has_perm("library.lend") else rows.filter(person=me)).first()
        if found is None:
            raise Refused("not_on_loan", _("There is no such loan."), status=404)
        return found


class RenewAll(Deed):
    serializer_class: Any = RenewAllSerializer
    needs: ClassVar[dict[str, str]] = {"post": SIGNED_IN}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"post": (404, 503)}

    @extend_schema(
        summary="Renew all loans of one reader",
        description="Your own. Staff also for `patron`. Each loan has a result: renewed, or why not.",
        parameters=[PARAMETER],
        responses=RenewalSerializer(many=True),
        filters=False,
    )
    @once
    def post(self, request: Request) -> Response:
        asked = self.asked()
        done = renewals.renew_all(whose(request, asked["patron"]), station=asked["station"])
        return Response(RenewalSerializer(done, many=True).data)


class HoldViewSet(viewsets.GenericViewSet[Hold]):
    """Holds that are open: one's own; all for those who see accounts."""

    queryset = Hold.objects.none()
    serializer_class = HoldSerializer
    permission_classes = (ByRole,)
    filterset_class = None
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN, "create": SIGNED_IN, "cancel": SIGNED_IN}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"list": (404,), "create": (404, 503), "cancel": (503,)}

    def get_queryset(self) -> QuerySet[Hold]:
        rows = Hold.objects.filter(open_slot=1).select_related("title", "copy", "person")
        me = caller(self.request)
        return rows if me.has_perm(SEE_ACCOUNTS) else rows.filter(person=me)

    @extend_schema(summary="The queue of holds", parameters=[OpenApiParameter("patron", str)])
    def list(self, request: Request) -> Response:
        read_strictly(request, ("patron", *PAGING))
        rows = self.get_queryset()
        if number := request.query_params.get("patron", ""):
            rows = rows.filter(person=whose(request, number))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(HoldSerializer(page, many=True).data)

    @extend_schema(
        summary="Place a hold on a title",
        description="For yourself. Staff also for `patron`.",
        request=PlaceHoldSerializer,
        parameters=[PARAMETER],
        responses={201: HoldSerializer},
    )
    @once
    def create(self, request: Request) -> Response:
        wanted = PlaceHoldSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        person = whose(request, wanted.validated_data["patron"])
        hold = holds.place(title_or_404(wanted.validated_data["title"]), person)
        return Response(HoldSerializer(hold).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Cancel a hold", request=None, parameters=[PARAMETER], responses=HoldSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def cancel(self, request: Request, pk: str) -> Response:
        return Response(HoldSerializer(holds.cancel(self.get_object())).data)


class UsePass(Deed):
    serializer_class: Any = serializers.Serializer
    needs: ClassVar[dict[str, str]] = {"post": "library.check_pass"}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"post": (404,)}

    @extend_schema(
        summary="Check an exit pass",
        description="For a gate that asks the server. A valid pass is used up by this call.",
        request=None,
        parameters=[PARAMETER],
        responses=PassSerializer,
    )
    @once
    def post(self, request: Request, number: str) -> Response:
        return Response(PassSerializer(exit_passes.check(number)).data)


class GateAlarm(Deed):
    serializer_class: Any = AlarmSerializer
    needs: ClassVar[dict[str, str]] = {"post": "library.check_pass"}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"post": (404,)}

    @extend_schema(
        summary="Report that the gate's tag alarm rings, or has stopped",
        description="No one can leave here while it rings. The alarm ends by itself after `LIBRARY_ALARM_SECONDS`.",
        parameters=[PARAMETER],
        responses=AlarmSerializer,
    )
    @once
    def post(self, request: Request) -> Response:
        asked = self.asked()
        if asked["ringing"]:
            exit_alarms.ring(asked["station"])
        else:
            exit_alarms.end(asked["station"], by=caller(request))
        return Response({"station": asked["station"], "ringing": alarms.rings(asked["station"])})
