"""Stations, enrolled photos and sightings. What may be seen is scoped by the queryset, what may be done by the role."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle

from accounts.api.permissions import ADMINISTRATOR, SIGNED_IN, ByRole, caller
from config.api.parsers import BoundedUpload
from config.errors import Refused
from recognition.api.examples import DenialSerializer
from recognition.api.filters import FaceSampleFilter, SightingFilter, StationFilter
from recognition.api.serializers import (
    EnrolmentSerializer,
    EnrolSerializer,
    FaceSampleSerializer,
    PairingCodeSerializer,
    SightingSerializer,
    StationSerializer,
    UptimeSerializer,
)
from recognition.api.uploads import photos_in
from recognition.enrol import enrolment
from recognition.faces.permissions import purposes_for, samples_for
from recognition.models import FaceSample, ImpostorExample, SampleUse, Sighting, Station
from recognition.stations import denials, presence, stations
from recognition.stations.uptime import figures
from recognition.stations.visibility import stations_seen_by


@extend_schema_view(
    list=extend_schema(summary="Stations you may see"),
    retrieve=extend_schema(summary="One station"),
    create=extend_schema(summary="Add a station (administrators)"),
    update=extend_schema(summary="Replace a station's settings (administrators)"),
    partial_update=extend_schema(summary="Change some of a station's settings (administrators)"),
)
class StationViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[Station],
):
    """A station is never deleted here, for its sightings would go with it: set `active` to false."""

    queryset = Station.objects.none()  # names the model; get_queryset has the rows
    serializer_class = StationSerializer
    filterset_class = StationFilter
    permission_classes = (ByRole,)
    lookup_field = "slug"
    needs: ClassVar[dict[str, str]] = {
        "list": "recognition.view_station",
        "retrieve": "recognition.view_station",
        "create": ADMINISTRATOR,
        "update": ADMINISTRATOR,
        "partial_update": ADMINISTRATOR,
        "uptime": "recognition.view_station",
        "pairing_code": ADMINISTRATOR,
        "end_pairing_codes": ADMINISTRATOR,
    }

    def get_queryset(self) -> QuerySet[Station]:
        user = caller(self.request)
        return Station.objects.all() if user.is_administrator else stations_seen_by(user)

    @extend_schema(
        summary="Whether a station is online, and for how much of its opening hours it was", responses=UptimeSerializer
    )
    @action(detail=True, methods=["get"])
    def uptime(self, request: Request, slug: str) -> Response:
        station = self.get_object()
        online = presence.of([station.slug])[station.slug]["online"]
        return Response({"online": online, **figures.of([station])[station.slug]})

    @extend_schema(
        summary="Make a link, and a code, that pairs one screen",
        description="Works once, within ten minutes, and is told this once. Older ones that no screen used end.",
        request=None,
        responses={201: PairingCodeSerializer},
    )
    @action(detail=True, methods=["post"], url_path="pairing-code")
    def pairing_code(self, request: Request, slug: str) -> Response:
        station = self.get_object()
        if not station.active:
            raise Refused("station_off", _("This station is switched off."), status=409)
        code = stations.new_pairing_code(station, by=caller(request))
        link = request.build_absolute_uri(f"{reverse('recognition:pair')}#{code}")
        made = {"code": code, "link": link, "expires_at": timezone.now() + stations.CODE_LIVES}
        return Response(PairingCodeSerializer(made).data, status=201)

    @extend_schema(summary="End the links and codes that no screen has used yet", request=None, responses={204: None})
    @pairing_code.mapping.delete
    def end_pairing_codes(self, request: Request, slug: str) -> Response:
        stations.end_pairing_codes(self.get_object())
        return Response(status=204)


@extend_schema_view(
    list=extend_schema(summary="Details of enrolled photos, never the photos themselves"),
    retrieve=extend_schema(summary="One enrolled photo's details"),
    destroy=extend_schema(summary="Stop using a photo for the purposes that your role manages"),
)
class FaceSampleViewSet(mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet[FaceSample]):
    serializer_class = FaceSampleSerializer
    filterset_class = FaceSampleFilter
    permission_classes = (ByRole,)
    parser_classes = (BoundedUpload,)
    lookup_value_regex = "[0-9]{1,18}"
    throttle_scope = "identify"  # an enrolment is compared with everyone, so it is limited like a search
    needs: ClassVar[dict[str, str]] = {
        "list": "recognition.view_facesample",
        "retrieve": "recognition.view_facesample",
        "create": "recognition.add_facesample",
        "destroy": "recognition.delete_facesample",
    }
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (422, 503)}

    def get_throttles(self) -> list[BaseThrottle]:
        return [ScopedRateThrottle()] if self.action == "create" else []

    def get_queryset(self) -> QuerySet[FaceSample]:
        user = caller(self.request)
        mine = SampleUse.objects.filter(purpose__in=purposes_for(user))
        return (
            samples_for(user)
            .select_related("person")
            .prefetch_related(Prefetch("uses", queryset=mine))
            .defer("crop", "embedding")
        )

    @extend_schema(
        summary="Enrol a person from photos",
        request=EnrolSerializer,
        responses={201: EnrolmentSerializer, 200: EnrolmentSerializer},
        description="A result for each photo. 201 when at least one was kept, 200 for a dry run, "
        "422 `no_photo_accepted` with the results in `details` when none was.",
    )
    def create(self, request: Request) -> Response:
        wanted = EnrolSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data
        done = enrolment.enrol(
            asked["person"],
            photos_in(asked["photos"]),
            purposes=asked["purposes"],
            by=caller(request),
            source=FaceSample.Source.API,
            dry_run=asked["dry_run"],
        )
        answer: dict[str, Any] = dict(EnrolmentSerializer(done).data)
        if asked["dry_run"]:
            return Response(answer)
        if not done.accepted:
            raise Refused("no_photo_accepted", _("None of the photos was accepted."), status=422, details=answer)
        return Response(answer, status=status.HTTP_201_CREATED)

    def perform_destroy(self, instance: FaceSample) -> None:
        enrolment.remove_sample(instance, by=caller(self.request))


@extend_schema_view(
    list=extend_schema(summary="Sightings you may see, newest first"),
    retrieve=extend_schema(summary="One sighting"),
)
class SightingViewSet(viewsets.ReadOnlyModelViewSet[Sighting]):
    """Staff see sightings at stations of the purposes that their role looks after, everyone sees their own."""

    queryset = Sighting.objects.none()  # names the model; get_queryset has the rows
    serializer_class = SightingSerializer
    filterset_class = SightingFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN, "retrieve": SIGNED_IN, "deny": SIGNED_IN}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"deny": (409, 429)}

    @extend_schema(
        summary="This was not the person named",
        request=None,
        responses=DenialSerializer,
        description="Reported by staff: what followed from the sighting is corrected. Reported by the person: it "
        "goes to review. The face data is kept as an impostor example where this is allowed.",
    )
    @action(detail=True, methods=["post"])
    def deny(self, request: Request, pk: str) -> Response:
        sighting, user = self.get_object(), caller(request)
        serves = sighting.station.purpose in purposes_for(user)
        source = ImpostorExample.Source.STAFF if serves else ImpostorExample.Source.SELF
        example = denials.deny(sighting, source=source, by=user, sure=serves)
        return Response(DenialSerializer({"example": example}).data)

    def get_queryset(self) -> QuerySet[Sighting]:
        user = caller(self.request)
        mine = Q(person=user)
        if user.has_perm("recognition.view_sighting"):
            mine |= Q(station__purpose__in=purposes_for(user))
        return Sighting.objects.filter(mine).select_related("station", "person")
