"""Impostor examples over the API: what is known about them, accepting and forgetting. Never the look itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ByRole, caller
from recognition.api.serializers import DistanceField, NamedPersonSerializer
from recognition.models import ImpostorExample
from recognition.sightings import impostor_examples


class ImpostorExampleSerializer(serializers.ModelSerializer[ImpostorExample]):
    person = serializers.SerializerMethodField()
    sighting = serializers.IntegerField(source="sighting_number", read_only=True)
    distance = DistanceField(read_only=True, allow_null=True)
    reported_at = serializers.DateTimeField(source="created_at", read_only=True)

    class Meta:
        model = ImpostorExample
        fields = (
            "id",
            "person",
            "purpose",
            "state",
            "why",
            "source",
            "sighting",
            "station",
            "distance",
            "seen_at",
            "reported_at",
        )
        read_only_fields = fields

    @extend_schema_field(NamedPersonSerializer())
    def get_person(self, example: ImpostorExample) -> dict[str, str]:
        return {"id_number": example.person.id_number, "name": example.person.get_full_name()}


class DenialSerializer(serializers.Serializer[Any]):
    """What was learned from a sighting that was denied; null where its look is not kept."""

    example = ImpostorExampleSerializer(allow_null=True)


@extend_schema_view(
    list=extend_schema(summary="Face data that was matched to the wrong person"),
    retrieve=extend_schema(summary="One impostor example"),
    destroy=extend_schema(summary="Delete an impostor example"),
)
class ImpostorExampleViewSet(mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet[ImpostorExample]):
    queryset = ImpostorExample.objects.none()
    serializer_class = ImpostorExampleSerializer
    permission_classes = (ByRole,)
    filterset_fields = ("purpose", "state", "source")
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {
        "list": "recognition.view_impostorexample",
        "retrieve": "recognition.view_impostorexample",
        "destroy": "recognition.delete_impostorexample",
        "accept": "recognition.change_impostorexample",
    }
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"accept": (409,)}

    def get_queryset(self) -> QuerySet[ImpostorExample]:
        return impostor_examples.examples_for(caller(self.request)).defer("vector")

    def perform_destroy(self, instance: ImpostorExample) -> None:
        impostor_examples.remove(instance, by=caller(self.request))

    @extend_schema(
        summary="Accept an example that is waiting for review", request=None, responses=ImpostorExampleSerializer
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        example = self.get_object()
        impostor_examples.accept(example, by=caller(request))
        return Response(self.get_serializer(example).data)
