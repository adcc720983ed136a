"""The caller's own photos, and new ones that wait until staff accept them. Details, never a photo itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle

from accounts.api.permissions import SIGNED_IN, ByRole, caller
from accounts.models import User
from accounts.roles import Purpose
from config.api.parsers import BoundedJSON, BoundedUpload
from config.api.strict import Strict
from recognition.api.newcomers import DecliningSerializer
from recognition.api.serializers import QualitySerializer
from recognition.api.uploads import photos_in
from recognition.enrol.own_photos import deciding, own_samples, proposing
from recognition.models import FaceSample, PhotoChange


class OwnPhotoSerializer(serializers.ModelSerializer[FaceSample]):
    purposes = serializers.SerializerMethodField()
    quality = QualitySerializer(read_only=True)

    class Meta:
        model = FaceSample
        fields = ("id", "purposes", "source", "quality", "created_at")
        read_only_fields = fields

    def get_purposes(self, sample: FaceSample) -> list[str]:
        return sorted(use.purpose for use in sample.uses.all())


class PhotoChangeSerializer(serializers.ModelSerializer[PhotoChange]):
    person: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(slug_field="id_number", read_only=True)
    purposes = serializers.ListField(child=serializers.ChoiceField(choices=Purpose.choices), read_only=True)

    class Meta:
        model = PhotoChange
        fields = ("id", "person", "purposes", "replaces", "matches", "state", "made_at", "decided_at", "reason")
        read_only_fields = fields


class NewPhotosSerializer(serializers.Serializer[Any]):
    purposes = serializers.ListField(child=serializers.ChoiceField(choices=Purpose.choices), allow_empty=False)
    photos = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), allow_empty=False, max_length=proposing.MOST_PHOTOS
    )
    replaces = serializers.BooleanField(default=False, help_text="Instead of the photos in use, and not beside them.")


class AcceptingSerializer(Strict, serializers.Serializer[Any]):
    compared = serializers.BooleanField(help_text="A person has compared the photos, and it is the same person.")
    despite_lookalike = serializers.BooleanField(
        default=False, help_text="A person has seen that a photo looks like someone else: 409 said so before."
    )


@extend_schema_view(
    list=extend_schema(summary="Your own photos in use"),
    destroy=extend_schema(summary="Delete one of your own photos"),
)
class OwnPhotoViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[FaceSample]):
    """Never another person's. As many remain as recognition needs: 409 `too_few_left`."""

    queryset = FaceSample.objects.none()  # names the model; get_queryset has the rows
    serializer_class = OwnPhotoSerializer
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN, "destroy": SIGNED_IN}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"destroy": (409,)}

    def get_queryset(self) -> QuerySet[FaceSample]:
        return own_samples.photos_of(caller(self.request))

    def perform_destroy(self, instance: FaceSample) -> None:
        own_samples.remove(caller(self.request), instance)


@extend_schema_view(
    list=extend_schema(summary="New photos: your own, and those that you decide about"),
    retrieve=extend_schema(summary="One change of photos"),
)
class PhotoChangeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[PhotoChange]):
    """Members see their own; staff also those that wait, if their role enrols for all of the purposes."""

    queryset = PhotoChange.objects.none()  # names the model; get_queryset has the rows
    serializer_class = PhotoChangeSerializer
    permission_classes = (ByRole,)
    parser_classes = (BoundedJSON, BoundedUpload)
    lookup_value_regex = "[0-9]{1,18}"
    throttle_scope = "identify"  # photos are compared with everyone's, so it is limited like a search
    needs: ClassVar[dict[str, str]] = {
        "list": SIGNED_IN,
        "retrieve": SIGNED_IN,
        "create": SIGNED_IN,
        "withdraw": SIGNED_IN,
        "accept": "recognition.add_facesample",
        "decline": "recognition.add_facesample",
    }
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "create": (409, 429, 503),
        "accept": (409, 503),
        "decline": (409,),
    }

    def get_throttles(self) -> list[BaseThrottle]:
        return [ScopedRateThrottle()] if self.action == "create" else []

    def get_queryset(self) -> QuerySet[PhotoChange]:
        me = caller(self.request)
        mine = [change.pk for change in deciding.waiting_for(me)]
        return PhotoChange.objects.filter(Q(person=me) | Q(pk__in=mine)).select_related("person")

    @extend_schema(
        summary="Send new photos of yourself",
        request={"multipart/form-data": NewPhotosSerializer},
        responses={201: PhotoChangeSerializer},
        description="They wait until staff accept them, or are accepted at once where the site says so and they "
        "safely match. What waited before is withdrawn.",
    )
    def create(self, request: Request) -> Response:
        wanted = NewPhotosSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data
        photos = list(photos_in(asked["photos"]))
        sent = proposing.NewPhotos(photos, asked["purposes"], asked["replaces"], FaceSample.Source.API)
        change = proposing.propose(caller(request), sent)
        return Response(PhotoChangeSerializer(change).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Withdraw your new photos that wait", request=None, responses={204: None})
    @action(detail=False, methods=["post"], pagination_class=None)
    def withdraw(self, request: Request) -> Response:
        proposing.withdraw(caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Accept new photos", request=AcceptingSerializer, responses=PhotoChangeSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    def accept(self, request: Request, pk: str) -> Response:
        change = self.get_object()
        wanted = AcceptingSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        deciding.accept(change, **wanted.validated_data, by=caller(request))
        return self._said(change)

    @extend_schema(summary="Decline new photos", request=DecliningSerializer, responses=PhotoChangeSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    def decline(self, request: Request, pk: str) -> Response:
        change = self.get_object()
        wanted = DecliningSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        deciding.decline(change, wanted.validated_data["reason"], by=caller(request))
        return self._said(change)

    def _said(self, change: PhotoChange) -> Response:
        change.refresh_from_db()
        return Response(PhotoChangeSerializer(change).data)
