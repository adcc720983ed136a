"""Invitations, and the people who signed up with them, for administrators."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ADMINISTRATOR, ByRole, caller
from accounts.models import Department
from config.api.strict import Strict
from recognition.enrol.newcomers import deciding, invitations
from recognition.models import Invitation, Newcomer


class InvitationSerializer(Strict, serializers.ModelSerializer[Invitation]):
    department = serializers.SlugRelatedField(
        slug_field="code", queryset=Department.objects.all(), required=False, allow_null=True
    )
    uses = serializers.IntegerField(min_value=1, max_value=5000, default=1, help_text="For how many people.")
    is_open = serializers.BooleanField(read_only=True)

    class Meta:
        model = Invitation
        fields = ("id", "label", "role", "affiliation", "department", "expires_at", "uses", "used", "is_open")
        read_only_fields = ("used",)


class NewInvitationSerializer(InvitationSerializer):
    code = serializers.CharField(read_only=True, help_text="Told this once.")
    link = serializers.CharField(read_only=True)

    class Meta(InvitationSerializer.Meta):
        fields = (*InvitationSerializer.Meta.fields, "code", "link")  # type: ignore[assignment]


class NewcomerSerializer(serializers.ModelSerializer[Newcomer]):
    purposes = serializers.SerializerMethodField(help_text="What they agreed to be recognised for.")

    class Meta:
        model = Newcomer
        fields = ("id", "first_name", "last_name", "id_number", "email", "purposes", "state", "made_at", "reason")
        read_only_fields = fields

    def get_purposes(self, row: Newcomer) -> list[str]:
        return sorted(row.agreed)


class DecliningSerializer(Strict, serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, help_text="It is mailed to the person.")


@extend_schema_view(
    list=extend_schema(summary="Invitations"),
    retrieve=extend_schema(summary="One invitation"),
)
class InvitationViewSet(viewsets.ReadOnlyModelViewSet[Invitation]):
    queryset = Invitation.objects.select_related("department")
    serializer_class = InvitationSerializer
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("list", "retrieve", "create", "revoke"), ADMINISTRATOR)

    @extend_schema(
        summary="Make an invitation",
        description="Its code and link are told this once.",
        request=InvitationSerializer,
        responses={201: NewInvitationSerializer},
    )
    def create(self, request: Request) -> Response:
        wanted = InvitationSerializer(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        row = Invitation(**wanted.validated_data)
        code = invitations.make(row, by=caller(request))
        shown = InvitationSerializer(row).data | {"code": code, "link": invitations.link(code)}
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Revoke an invitation", request=None, responses=InvitationSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    def revoke(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        invitations.revoke(row, by=caller(request))
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)


@extend_schema_view(
    list=extend_schema(summary="People who signed up"),
    retrieve=extend_schema(summary="One person who signed up"),
)
class NewcomerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Newcomer]):
    """Without their photos, which are looked at one at a time on the page."""

    queryset = Newcomer.objects.all()
    serializer_class = NewcomerSerializer
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("list", "retrieve", "accept", "decline"), ADMINISTRATOR)

    @extend_schema(summary="Accept someone who signed up", request=None, responses=NewcomerSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    def accept(self, request: Request, pk: str) -> Response:
        deciding.accept(self.get_object(), by=caller(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(summary="Decline someone who signed up", request=DecliningSerializer, responses=NewcomerSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    def decline(self, request: Request, pk: str) -> Response:
        wanted = DecliningSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        deciding.decline(self.get_object(), wanted.validated_data["reason"], by=caller(request))
        return Response(self.get_serializer(self.get_object()).data)
