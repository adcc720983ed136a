"""Who looked at the caller's face."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from accounts.api.permissions import SIGNED_IN, ByRole, caller
from recognition.faces import own_looks
from recognition.models import BiometricAccess


class OwnLookSerializer(serializers.ModelSerializer[BiometricAccess]):
    by = serializers.SerializerMethodField(help_text="The name of the person who did it, or words for a program.")
    detail = serializers.SerializerMethodField(help_text="Purposes, counts and the station, where there are any.")

    class Meta:
        model = BiometricAccess
        fields = ("id", "at", "by", "action", "detail")
        read_only_fields = fields

    def get_by(self, row: BiometricAccess) -> str:
        return own_looks.who(row, caller(self.context["request"]))

    def get_detail(self, row: BiometricAccess) -> dict[str, Any]:
        return own_looks.shown(row)


@extend_schema_view(list=extend_schema(summary="Who looked at your face"))
class OwnLookViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[BiometricAccess]):
    """Each time the caller's photos or face data were viewed, used or erased; never another person's."""

    queryset = BiometricAccess.objects.none()  # names the model; get_queryset has the rows
    serializer_class = OwnLookSerializer
    permission_classes = (ByRole,)
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN}

    def get_queryset(self) -> QuerySet[BiometricAccess]:
        return own_looks.looks_at(caller(self.request))
