"""A picture comes in, names go out: rate-limited, logged, and nothing of the picture is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts.api.permissions import caller
from accounts.models import User
from config.api.parsers import BoundedUpload
from config.errors import Refused
from recognition.api.looking import (
    NOT_CHECKED,
    IdentifyAnswerSerializer,
    IdentifySerializer,
    VerifyAnswerSerializer,
    VerifySerializer,
)
from recognition.faces import access_log, identify
from recognition.faces.permissions import purposes_for
from recognition.models import Station
from recognition.stations import rosters


@dataclass(frozen=True, slots=True)
class Search:
    """Whom to look for, and how careful to be."""

    purpose: str
    roster: frozenset[int] | None
    target_fmr: float
    place: str  # for the log: the station, or nothing


class LooksAfterAPurpose(BasePermission):
    """Roles that work with faces. Which purpose is asked once it has been read."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and bool(purposes_for(caller(request)))


class PictureView(APIView):
    permission_classes = (LooksAfterAPurpose,)
    parser_classes = (BoundedUpload,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "identify"
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"post": (422, 503)}


class IdentifyView(PictureView):
    @extend_schema(
        summary="Who is in this picture?",
        request=IdentifySerializer,
        responses=IdentifyAnswerSerializer,
        description="Searches only the roster of a station, or only the people named.",
    )
    def post(self, request: Request) -> Response:
        asked = _valid(IdentifySerializer, request)
        search = _at_station(asked["station"]) if "station" in asked else _among(asked["purpose"], asked["people"])
        _require_purpose(caller(request), search.purpose)
        faces = identify.identify_image(
            _data(asked["image"]), purpose=search.purpose, roster=search.roster, target_fmr=search.target_fmr
        )
        access_log.record_search(
            (face.match.person for face in faces),
            actor=caller(request),
            faces=len(faces),
            purpose=search.purpose,
            station=search.place,
        )
        answer = {"liveness": NOT_CHECKED, "faces": [face.as_dict() for face in faces]}
        return Response(IdentifyAnswerSerializer(answer).data)


class VerifyView(PictureView):
    @extend_schema(
        summary="Is this the person named?",
        request=VerifySerializer,
        responses=VerifyAnswerSerializer,
        description="Compares the one face on the picture with one person, at the site's target false match rate.",
    )
    def post(self, request: Request) -> Response:
        asked = _valid(VerifySerializer, request)
        person, purpose = asked["person"], asked["purpose"]
        _require_purpose(caller(request), purpose)
        answer = identify.verify_image(_data(asked["image"]), person=person, purpose=purpose)
        access_log.record("verified", actor=caller(request), person=person, purpose=purpose, match=answer.match)
        said = {"match": answer.match, "liveness": NOT_CHECKED, "decision": answer.as_record()}
        return Response(VerifyAnswerSerializer(said).data)


def _valid(serializer: type[IdentifySerializer | VerifySerializer], request: Request) -> dict[str, Any]:
    asked = serializer(data=request.data, context={"request": request})
    asked.is_valid(raise_exception=True)
    return asked.validated_data


def _require_purpose(user: User, purpose: str) -> None:
    if purpose not in purposes_for(user):
        raise Refused("not_allowed", _("Your role cannot recognise faces for this purpose."), status=403)


def _at_station(station: Station) -> Search:
    fmr = station.target_fmr or settings.TARGET_FMR
    return Search(station.purpose, rosters.person_ids(station), fmr, station.slug)


def _among(purpose: str, people: frozenset[int]) -> Search:
    valid = User.objects.get_queryset().valid_on(timezone.localdate()).filter(pk__in=people)
    return Search(purpose, frozenset(valid.values_list("pk", flat=True)), settings.TARGET_FMR, "")


def _data(upload: UploadedFile) -> bytes:
    """One byte more than is allowed is enough to be refused as too large."""
    return upload.read(settings.MAX_PHOTO_BYTES + 1)
