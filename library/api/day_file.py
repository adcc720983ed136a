"""The circulation of one day as CSV, in constant memory."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.api.permissions import ByRole
from config.api.query import read_strictly
from config.errors import Refused
from config.tables import neutral
from config.web.files.downloads import CsvText, download
from library.models import Branch, CirculationEvent, Loan

HEADER = ("id", "time", "what", "id_number", "barcode", "title", "due", "station")
AT_ONCE = 500  # rows


class DayFile(GenericAPIView[Any]):
    permission_classes = (ByRole,)
    renderer_classes = (CsvText, JSONRenderer)
    serializer_class = serializers.Serializer
    pagination_class = None
    action = "get"
    needs: ClassVar[dict[str, str]] = {"get": "library.view_circulationevent"}

    @extend_schema(
        summary="The circulation of one day, as CSV",
        parameters=[
            OpenApiParameter("day", OpenApiTypes.DATE, description="In the site's time zone. Without it: today."),
            OpenApiParameter("branch", str, description="Code of a branch: only what happened to its copies."),
        ],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        read_strictly(request, ("day", "branch", "format"))
        day = _day(request.query_params.get("day", ""))
        branch = Branch.named(request.query_params.get("branch", ""))
        text = (line.encode() for line in lines(day, branch))
        return download(request._request, text, f"circulation-{day}.csv", "text/csv; charset=utf-8")


def _day(text: str) -> datetime.date:
    """Refused `bad_day`."""
    try:
        return datetime.date.fromisoformat(text) if text else timezone.localdate()
    except ValueError as error:
        raise Refused("bad_day", _("Write the day like this: 2026-03-02.")) from error


def lines(day: datetime.date, branch: Branch | None = None) -> Iterator[str]:
    yield _line(HEADER)
    zone, last = ZoneInfo(settings.TIME_ZONE), 0
    try:
        begin = datetime.datetime.combine(day, datetime.time.min, zone)
        end = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min, zone)
    except OverflowError:
        return
    events = CirculationEvent.objects.filter(at__gte=begin, at__lt=end).order_by("pk")
    events = events.filter(copy__branch=branch) if branch else events
    wanted = events.select_related("person", "copy__title", "loan")
    while rows := list(wanted.filter(pk__gt=last)[:AT_ONCE]):  # by key: MySQL would send a whole result at once
        last = rows[-1].pk
        yield "".join(_line(_cells(event, zone)) for event in rows)


def _cells(event: CirculationEvent, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        str(event.pk),
        event.at.astimezone(zone).isoformat(timespec="seconds"),
        event.kind,
        event.person.id_number if event.person else "",
        event.copy.barcode if event.copy else "",
        event.copy.title.title if event.copy else "",
        _due(event.loan, zone) if event.loan else "",
        event.station,
    )


def _due(loan: Loan, zone: ZoneInfo) -> str:
    """The day; for a loan by hours the time too."""
    due = loan.due_at.astimezone(zone)
    return due.isoformat(timespec="minutes") if loan.by_hour else due.date().isoformat()


def _line(cells: tuple[str, ...]) -> str:
    """A cell that a spreadsheet would run as a formula is written as text."""
    out = io.StringIO()
    csv.writer(out).writerow([neutral(cell) for cell in cells])
    return out.getvalue()
