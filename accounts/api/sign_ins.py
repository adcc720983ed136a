"""Where the caller is signed in with a browser."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import SIGNED_IN, ByRole, caller
from accounts.identity import sign_ins
from accounts.models import SignIn


class SignInSerializer(serializers.ModelSerializer[SignIn]):
    class Meta:
        model = SignIn
        fields = ("id", "browser", "system", "address", "at")
        read_only_fields = fields


class EndedSerializer(serializers.Serializer[Any]):
    ended = serializers.IntegerField(help_text="How many browsers and programs were signed out.")


@extend_schema_view(
    list=extend_schema(summary="Where you are signed in"),
    destroy=extend_schema(summary="Sign one browser out"),
)
class SignInViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[SignIn]):
    """Browsers of the caller; never another person's."""

    queryset = SignIn.objects.none()  # names the model; get_queryset has the rows
    serializer_class = SignInSerializer
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("list", "destroy", "end_all"), SIGNED_IN)

    def get_queryset(self) -> QuerySet[SignIn]:
        mine = [row.pk for row in sign_ins.current(caller(self.request))]
        return SignIn.objects.filter(pk__in=mine)

    def perform_destroy(self, instance: SignIn) -> None:
        sign_ins.end([instance])

    @extend_schema(
        summary="Sign out everywhere",
        description="Every browser and every program of yours, but the browser that asks. A token ends with it.",
        request=None,
        responses=EndedSerializer,
    )
    @action(detail=False, methods=["post"], url_path="end", pagination_class=None)
    def end_all(self, request: Request) -> Response:
        here = request._request.session.session_key
        return Response({"ended": sign_ins.end_others(caller(request), but=here)})
