"""Passkeys over HTTP: which there are, and taking one away. Adding one takes a browser (WebAuthn) and is not here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers

from accounts.api.permissions import SIGNED_IN, caller
from accounts.api.serializers import NamedPersonField
from lockers.access.passkeys import registration
from lockers.api.views import LOOK, Looking
from lockers.models import Passkey
from lockers.rules.visibility import passkeys_for


class PasskeySerializer(serializers.ModelSerializer[Passkey]):
    """Whose it is and when it was used; what it consists of is no one's to look at."""

    person = NamedPersonField()

    class Meta:
        model = Passkey
        fields = ("id", "person", "name", "made_at", "used_at", "invited", "synced", "stopped_at")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="Passkeys: your own, and for officers those of their customers"),
    retrieve=extend_schema(summary="One passkey"),
    destroy=extend_schema(
        summary="Remove a passkey",
        description="It opens nothing any more, and its person is told. Officers remove those of their customers, "
        "administrators those of staff too.",
    ),
)
class PasskeyViewSet(mixins.DestroyModelMixin, Looking):
    queryset = Passkey.objects.none()
    serializer_class = PasskeySerializer
    needs: ClassVar[dict[str, str]] = {**LOOK, "destroy": SIGNED_IN}

    def get_queryset(self) -> QuerySet[Passkey]:
        return passkeys_for(self.request.user).select_related("person").order_by("-pk")

    def perform_destroy(self, row: Any) -> None:
        registration.remove(row, by=caller(self.request))
