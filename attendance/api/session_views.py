"""Sessions: looking, opening, closing, and whatever another system knows of who is there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle

from accounts.api.idempotency import key_of
from accounts.api.permissions import ByRole, caller
from attendance.api.fields import on_roster
from attendance.api.filters import RollFilter, SessionFilter
from attendance.api.permissions import CORRECT, NOTE_ARRIVALS, RUN_SESSIONS, SEE_SESSIONS, each
from attendance.api.session_serializers import (
    AddSessionSerializer,
    ArrivalSerializer,
    CancelSerializer,
    CorrectionBySessionSerializer,
    PhoneCodeSerializer,
    PhoneSwitchSerializer,
    RecordSerializer,
    SessionDetailSerializer,
    SessionSerializer,
    StartSerializer,
)
from attendance.models import ClassSession, RollEntry
from attendance.records import corrections
from attendance.roll import csv_file, own_statuses, roll
from attendance.rules.visibility import sessions_for
from attendance.sessions import sessions, timetable
from attendance.sessions.phone import board_code, codes
from config.web.files.downloads import CsvText, download

KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,64}$"},
    OpenApiParameter.HEADER,
    description="The same as `nonce` in the body.",
)
SEES = ("list", "retrieve", "records", "csv")
RUNS = ("create", "start", "open", "close", "cancel", "recompute", "phone", "phone_code")


def deed(summary: str, description: str = "", request: Any = None, code: int = 200) -> Any:
    """The schema of something that is done to a session and answers with it."""
    return extend_schema(
        summary=summary, description=description, request=request, responses={code: SessionDetailSerializer}
    )


@extend_schema_view(
    list=extend_schema(summary="Sessions of your courses"),
    retrieve=extend_schema(summary="One session, with its counts", responses=SessionDetailSerializer),
)
class SessionViewSet(viewsets.ReadOnlyModelViewSet[ClassSession]):
    queryset = ClassSession.objects.none()
    serializer_class = SessionSerializer
    filterset_class = SessionFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    throttle_scope = "arrivals"
    needs: ClassVar[dict[str, str]] = {
        **each(SEE_SESSIONS, SEES),
        **each(RUN_SESSIONS, RUNS),
        "arrivals": NOTE_ARRIVALS,
        "correct": CORRECT,
    }

    def get_queryset(self) -> QuerySet[ClassSession]:
        return sessions_for(caller(self.request)).select_related("course").prefetch_related("stations")

    def get_serializer_class(self) -> Any:
        return SessionDetailSerializer if self.action == "retrieve" else super().get_serializer_class()

    def get_throttles(self) -> list[BaseThrottle]:
        return [ScopedRateThrottle()] if self.action == "arrivals" else []

    def _answer(self, session: ClassSession, code: int = status.HTTP_200_OK) -> Response:
        fresh = self.get_queryset().get(pk=session.pk)
        return Response(SessionDetailSerializer(fresh, context=self.get_serializer_context()).data, status=code)

    def _asked(self, kind: Any) -> dict[str, Any]:
        wanted = kind(data=self.request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        asked: dict[str, Any] = wanted.validated_data
        return asked

    # --- by hand ----------------------------------------------------------------------------------

    @deed(
        "Plan an extra session",
        "It does not belong to the timetable and is not changed by it.",
        AddSessionSerializer,
        201,
    )
    def create(self, request: Request) -> Response:
        asked = self._asked(AddSessionSerializer)
        made = timetable.add_session(asked["course"], asked["starts_at"], asked["ends_at"], group=asked["group"])
        return self._answer(made, status.HTTP_201_CREATED)

    @deed("Start now", "Starts the session planned within half an hour, or a new one.", StartSerializer, 201)
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def start(self, request: Request) -> Response:
        asked = self._asked(StartSerializer)
        begun = sessions.start_now(asked["course"], by=caller(request), minutes=asked["minutes"])
        return self._answer(begun, status.HTTP_201_CREATED)

    @deed("Open a planned session")
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def open(self, request: Request, **kwargs: Any) -> Response:
        return self._answer(sessions.open_session(self.get_object(), by=caller(request)))

    @deed("Close an open session", "The status of each person is calculated, and the notices are sent.")
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def close(self, request: Request, **kwargs: Any) -> Response:
        return self._answer(sessions.close_session(self.get_object(), by=caller(request)))

    @deed("Cancel a planned session", request=CancelSerializer)
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        session, asked = self.get_object(), self._asked(CancelSerializer)
        return self._answer(sessions.cancel(session, by=caller(request), reason=asked["reason"]))

    @deed("Recalculate the records", "Use it after the rules of a course have changed. Corrections are kept.")
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def recompute(self, request: Request, **kwargs: Any) -> Response:
        return self._answer(sessions.recompute(self.get_object()))

    # --- marking by phone -------------------------------------------------------------------------

    @deed("Switch marking by phone on or off", "Off: no code of before works.", PhoneSwitchSerializer)
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def phone(self, request: Request, **kwargs: Any) -> Response:
        session, asked = self.get_object(), self._asked(PhoneSwitchSerializer)
        return self._answer(codes.switch(session, on=asked["on"], by=caller(request)))

    @extend_schema(
        summary="The code of this moment",
        description="For a display of your own. It changes every few seconds. Show it only in the room.",
        responses=PhoneCodeSerializer,
    )
    @action(detail=True, url_path="phone-code", filterset_class=None, pagination_class=None)
    def phone_code(self, request: Request, **kwargs: Any) -> Response:
        return Response(board_code.now(self.get_object()))

    # --- the roll ---------------------------------------------------------------------------------

    @extend_schema(summary="The records of a session", responses=RecordSerializer(many=True))
    @action(detail=True, filterset_class=RollFilter, serializer_class=RecordSerializer)
    def records(self, request: Request, **kwargs: Any) -> Response:
        session = get_object_or_404(sessions_for(caller(request)), pk=self.kwargs["pk"])
        rows: Any = session.records.select_related("session__course", "person", "own_status")
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(RecordSerializer(page, many=True).data)

    @extend_schema(
        summary="Record an arrival",
        description="Counts like a card at a kiosk. Sending the same nonce again changes nothing.",
        request=ArrivalSerializer,
        responses=RecordSerializer,
        parameters=[KEY],
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def arrivals(self, request: Request, **kwargs: Any) -> Response:
        session, asked = self.get_object(), self._asked(ArrivalSerializer)
        record = roll.record_arrival(
            session.pk,
            on_roster(session, asked["id_number"]),
            at=asked.get("at") or timezone.now(),
            source=RollEntry.Source.API,
            nonce=asked.get("nonce") or key_of(request),
            by=caller(request),
        )
        return Response(RecordSerializer(record).data)

    @extend_schema(
        summary="Correct the status of a person",
        description="Before, during or after the session. The reason stays in the history.",
        request=CorrectionBySessionSerializer,
        responses=RecordSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def correct(self, request: Request, **kwargs: Any) -> Response:
        session, asked = self.get_object(), self._asked(CorrectionBySessionSerializer)
        person = on_roster(session, asked["id_number"])
        how = {"by": caller(request), "reason": asked["reason"], "source": RollEntry.Source.API}
        status = own_statuses.asked_for(session, asked["status"], asked.get("own_status", ""))
        return Response(RecordSerializer(corrections.correct(session, person, status, **how)).data)

    @extend_schema(
        summary="The roll line by line, as CSV",
        description="The same text as the file that is written beside the database.",
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    @action(detail=True, filterset_class=None, pagination_class=None, renderer_classes=[CsvText, JSONRenderer])
    def csv(self, request: Request, **kwargs: Any) -> StreamingHttpResponse:
        session = self.get_object()
        text = (line.encode() for line in csv_file.whole(session))
        return download(request._request, text, csv_file.path_of(session).name, "text/csv; charset=utf-8")
