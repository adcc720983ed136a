"""The first steps of the site, for administrators: what is done, and what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ADMINISTRATOR, ByRole
from config.api.query import read_strictly
from home.first_steps import checklist
from home.first_steps.checklist import ListedStep

NAMES = "[a-z_-]{1,64}"
NAME = OpenApiParameter(
    "name",
    {"type": "string", "pattern": f"^{NAMES}$"},
    OpenApiParameter.PATH,
    description="The step's name; for `hide` and `show` also `all`.",
)


class FirstStepSerializer(serializers.Serializer[ListedStep]):
    name = serializers.CharField()
    title = serializers.CharField(source="step.title")
    sentence = serializers.CharField(source="step.sentence")
    url = serializers.CharField(source="step.url", help_text=_("The page where it is done."))
    done = serializers.BooleanField()
    hidden = serializers.BooleanField()
    optional = serializers.BooleanField(source="step.optional", help_text=_("It may be hidden."))


@extend_schema_serializer(many=False)
class FirstStepsSerializer(serializers.Serializer[Any]):
    dismissed = serializers.BooleanField(help_text=_("The home page does not show the list."))
    finished = serializers.BooleanField(help_text=_("Every step is done or hidden."))
    steps = FirstStepSerializer(many=True)


class FirstStepViewSet(viewsets.ViewSet):
    """A new site's first steps. `all` is the name of the whole list."""

    permission_classes = (ByRole,)
    lookup_field, lookup_value_regex = "name", NAMES
    needs: ClassVar[dict[str, str]] = dict.fromkeys(("list", "done", "hide", "show"), ADMINISTRATOR)

    @extend_schema(summary="The first steps of this site", responses=FirstStepsSerializer)
    def list(self, request: Request) -> Response:
        read_strictly(request, ())
        return self._answer()

    @extend_schema(summary="Tick a step by hand", request=None, responses=FirstStepsSerializer, parameters=[NAME])
    @action(detail=True, methods=["post"])
    def done(self, request: Request, name: str) -> Response:
        return self._answer(checklist.say_done, name)

    @extend_schema(summary="Hide a step, or the list", request=None, responses=FirstStepsSerializer, parameters=[NAME])
    @action(detail=True, methods=["post"])
    def hide(self, request: Request, name: str) -> Response:
        return self._answer(checklist.hide, name)

    @extend_schema(summary="Show it again", request=None, responses=FirstStepsSerializer, parameters=[NAME])
    @action(detail=True, methods=["post"])
    def show(self, request: Request, name: str) -> Response:
        return self._answer(checklist.show, name)

    def _answer(self, act: Callable[[str], None] | None = None, name: str = "") -> Response:
        if act:
            act(name)
        return Response(FirstStepsSerializer(checklist.checklist()).data)
