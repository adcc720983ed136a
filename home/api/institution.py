"""The institution as other programs show it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.query import read_strictly
from config.web.branding import brand


class InstitutionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    colour = serializers.CharField(help_text="Like #176a70.")
    on_colour = serializers.CharField(help_text="Black or white: which of them can be read on the colour.")
    logo = serializers.CharField(help_text="The address of a PNG; empty where there is none.")


class InstitutionView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="institution", summary="The institution's name, logo and colour", responses=InstitutionSerializer
    )
    def get(self, request: Request) -> Response:
        read_strictly(request, ())
        now = brand.current()
        logo = request.build_absolute_uri(reverse("branding:logo")) if now.has_logo else ""
        shown = {"name": now.name, "colour": now.colour, "on_colour": now.on_colour, "logo": logo}
        return Response(InstitutionSerializer(shown).data)
