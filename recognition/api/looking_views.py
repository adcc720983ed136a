"""A picture comes in, names go out: rate-limited, logged, and nothing of the picture is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
from config.api_parsers import BoundedUpload
from config.errors import Refused
from recognition import biometric_log, identifying, rosters
from recognition.api.looking import (
    IdentifyAnswerSerializer,
    IdentifySerializer,
    VerifyAnswerSerializer,
    VerifySerializer,
)
from recognition.face_access import purposes_for
from recognition.models import Station


@dataclass(frozen=True, slots=True)
class Search:
    """Whom to look for, and how careful to be."""

    purpose: str
    roster: frozenset[int] | None
    target_fmr: float
    place: str  # for the log: the station, or nothing


class LooksAfterAPurpose(BasePermission):
    """Roles that work with faces at all. Which purpose is asked once it has been read."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and bool(purposes_for(caller(request)))


class PictureView(APIView):
    permission_classes = (LooksAfterAPurpose,)
    parser_classes = (BoundedUpload,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "identify"


class IdentifyView(PictureView):
    @extend_schema(
        summary="Who is on this picture?",
        request=IdentifySerializer,
        responses=IdentifyAnswerSerializer,
        description="Searches the roster of a station, or the people named, and nobody else.",
    )
    def post(self, request: Request) -> Response:
        asked = _valid(IdentifySerializer, request)
        search = _at_station(asked["station"]) if "station" in asked else _among(asked["purpose"], asked["people"])
        _require_purpose(caller(request), search.purpose)
        faces = identifying.identify_image(
            _data(asked["image"]), purpose=search.purpose, roster=search.roster, target_fmr=search.target_fmr
        )
        biometric_log.record_search(
            (face.match.person for face in faces),
            actor=caller(request),
            faces=len(faces),
            purpose=search.purpose,
            station=search.place,
        )
        return Response(IdentifyAnswerSerializer({"faces": [face.as_dict() for face in faces]}).data)


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
        answer = identifying.verify_image(_data(asked["image"]), person=person, purpose=purpose)
        biometric_log.record("verified", actor=caller(request), person=person, purpose=purpose, match=answer.match)
        return Response(VerifyAnswerSerializer({"match": answer.match, "decision": answer.as_record()}).data)


def _valid(serializer: type[IdentifySerializer | VerifySerializer], request: Request) -> dict[str, Any]:
    asked = serializer(data=request.data, context={"request": request})
    asked.is_valid(raise_exception=True)
    return asked.validated_data


def _require_purpose(user: User, purpose: str) -> None:
    if purpose not in purposes_for(user):
        raise Refused("not_allowed", _("Your role does not recognise faces for this purpose."), status=403)


def _at_station(station: Station) -> Search:
    fmr = station.target_fmr or settings.TARGET_FMR
    return Search(station.purpose, rosters.person_ids(station), fmr, station.slug)


def _among(purpose: str, people: frozenset[int]) -> Search:
    valid = User.objects.get_queryset().valid_on(timezone.localdate()).filter(pk__in=people)
    return Search(purpose, frozenset(valid.values_list("pk", flat=True)), settings.TARGET_FMR, "")


def _data(upload: UploadedFile) -> bytes:
    """One byte more than is allowed is enough to be refused as too large."""
    return upload.read(settings.MAX_PHOTO_BYTES + 1)
