"""People, departments and consents. What may be seen is scoped by the queryset, what may be done by the role."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import ConsentFilter, PersonFilter
from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import ADMINISTRATOR, SIGNED_IN, ByRole, caller, purposes_of
from accounts.api.serializers import (
    ChoicesSerializer,
    ConsentSerializer,
    DepartmentSerializer,
    GiveConsentSerializer,
    PersonSerializer,
    RecordedSerializer,
)
from accounts.consent.consent import give_consent, withdraw_consent
from accounts.consent.one_form import record_choices
from accounts.credentials import lost_cards
from accounts.models import Consent, Department, User
from config.api.query import read_strictly


@extend_schema_view(
    list=extend_schema(summary="People you may see"),
    retrieve=extend_schema(summary="One person"),
    create=extend_schema(summary="Add a person (administrators)"),
    update=extend_schema(summary="Replace a person's details (administrators)"),
    partial_update=extend_schema(summary="Change some of a person's details (administrators)"),
)
class PersonViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[User],
):
    """Staff who enrol see everyone, everyone sees themselves."""

    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    permission_classes = (ByRole,)
    lookup_field = "id_number"
    lookup_value_regex = "[A-Za-z0-9][A-Za-z0-9._-]*"
    needs: ClassVar[dict[str, str]] = {
        "list": SIGNED_IN,
        "retrieve": SIGNED_IN,
        "me": SIGNED_IN,
        "consents": SIGNED_IN,
        "card_lost": SIGNED_IN,
        "create": ADMINISTRATOR,
        "update": ADMINISTRATOR,
        "partial_update": ADMINISTRATOR,
    }

    def get_queryset(self) -> QuerySet[User]:
        people = User.objects.select_related("department")
        user = caller(self.request)
        return people if user.has_perm("accounts.view_user") else people.filter(pk=user.pk)

    @extend_schema(summary="Yourself")
    @action(detail=False, filterset_class=None, pagination_class=None)
    def me(self, request: Request) -> Response:
        read_strictly(request, ())
        return Response(self.get_serializer(self.get_queryset().get(pk=caller(request).pk)).data)

    @extend_schema(
        summary="Record all consents of a person at once",
        request=ChoicesSerializer,
        responses=RecordedSerializer,
        parameters=[PARAMETER],
        description="One signature for several purposes: your own, or those that your role manages. Only what changes "
        "is written, all or nothing. Withdrawing erases the face data for that purpose at once. `how` says how the "
        "person decided, and `on` on which day (today if it is not given).",
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    @once
    def consents(self, request: Request, **kwargs: Any) -> Response:
        person = self.get_object()
        wanted = ChoicesSerializer(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        said = wanted.validated_data
        recorded = record_choices(
            person, wanted.choices, by=caller(request), how=said["how"], on=said["on"], may_erase=True
        )
        return Response(RecordedSerializer(recorded).data)

    @extend_schema(
        summary="Report a card as lost",
        description="Your own, or as an administrator anyone's. It is blocked at once, and administrators are told.",
        request=None,
        responses=PersonSerializer,
    )
    @action(detail=True, methods=["post"], url_path="card-lost", filterset_class=None, pagination_class=None)
    def card_lost(self, request: Request, **kwargs: Any) -> Response:
        person = self.get_object()
        lost_cards.report(person, by=caller(request))
        return Response(self.get_serializer(person).data)


@extend_schema_view(
    list=extend_schema(summary="Departments"),
    retrieve=extend_schema(summary="One department"),
)
class DepartmentViewSet(viewsets.ReadOnlyModelViewSet[Department]):
    queryset = Department.objects.all()
    serializer_class = DepartmentSerializer
    permission_classes = (ByRole,)
    lookup_field = "code"
    needs: ClassVar[dict[str, str]] = {
        "list": "accounts.view_department",
        "retrieve": "accounts.view_department",
    }


@extend_schema_view(
    list=extend_schema(summary="Consents you may see"),
    retrieve=extend_schema(summary="One consent"),
)
class ConsentViewSet(viewsets.ReadOnlyModelViewSet[Consent]):
    """Staff see consents for the purposes that their role looks after, everyone sees their own."""

    queryset = Consent.objects.none()  # names the model; get_queryset has the rows
    serializer_class = ConsentSerializer
    filterset_class = ConsentFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {
        "list": SIGNED_IN,
        "retrieve": SIGNED_IN,
        "create": SIGNED_IN,
        "withdraw": SIGNED_IN,
    }

    def get_queryset(self) -> QuerySet[Consent]:
        user = caller(self.request)
        mine = Q(person=user)
        if user.has_perm("accounts.view_consent"):
            mine |= Q(purpose__in=purposes_of(user))
        return Consent.objects.filter(mine).select_related("person", "notice")

    @extend_schema(
        summary="Record that a person agreed",
        request=GiveConsentSerializer,
        responses={201: ConsentSerializer},
        description="Your own consent, or one for a purpose that your role manages. "
        "It refers to the newest notice for the purpose. Agreeing twice returns the existing consent.",
    )
    def create(self, request: Request) -> Response:
        wanted = GiveConsentSerializer(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        person, purpose = wanted.validated_data["person"], wanted.validated_data["purpose"]
        consent = give_consent(person, purpose, by=caller(request))
        return Response(self.get_serializer(consent).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Withdraw a consent",
        request=None,
        responses=ConsentSerializer,
        description="Erases the face data for that purpose at once. Withdrawing twice has no further effect.",
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        consent = self.get_object()
        if consent.standing:  # an old, withdrawn row must not take a newer agreement with it
            withdraw_consent(consent.person, consent.purpose, by=caller(request))
            consent.refresh_from_db()
        return Response(self.get_serializer(consent).data)
