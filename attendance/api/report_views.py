"""Reports for other systems: the same numbers as on the page, in the same files, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts.api.permissions import caller
from attendance.models import SETTABLE, Course
from attendance.reports.choices import HOURS, ReportForm
from attendance.reports.queries import ReportKind
from attendance.reports.reports import report
from attendance.rules.arrivals import bins
from config.api.query import read_strictly
from config.tables import Subtotal, Table
from config.tables.files import FORMATS, table_response
from config.web.files.downloads import download

FIELDS = ("kind", "course", "from", "to", "status", "department", "group", "person", *HOURS)

OF_ROWS = ("course", "department", "group", "person")


class FileRenderer(BaseRenderer):
    """Lets a program choose a file by `format` or `Accept`; the file itself is streamed."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        return data


def _renderer(name: str) -> type[FileRenderer]:
    media = FORMATS[name].content_type.partition(";")[0]
    return type(f"{name.title()}Renderer", (FileRenderer,), {"format": name, "media_type": media})


def _said(name: str, words: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, more.pop("type", str), OpenApiParameter.QUERY, description=words, **more)


ARRIVAL_HELP = (
    "Only people first seen in these five minutes: 0 is more than 15 minutes before the start, 1 from 15 to 10 minutes "
    "before it, 4 the first five minutes after it, and the last one 45 minutes after it or later"
)
PARAMETERS = [
    _said("kind", "Default: records", enum=ReportKind.values),
    _said("course", "Code of the course"),
    _said("from", "First day. Default: a period of 30 days", type=OpenApiTypes.DATE),
    _said("to", "Last day. Default: today", type=OpenApiTypes.DATE),
    _said("status", "Only lines with this status", enum=[status for status, _label in SETTABLE]),
    _said("department", "Code of the person's department"),
    _said("group", "Group in the course"),
    _said("person", "Id number"),
    _said("course_kind", "Only classes, or only premises", enum=Course.Kind.values),
    _said("weekday", "Only sessions that began on it: 0 is Monday, 6 Sunday", enum=[*map(str, range(7))]),
    _said("hour", "Only sessions that began in it, by the site's clock: 0 to 23", enum=[*map(str, range(24))]),
    _said("arrival", ARRIVAL_HELP, enum=[*map(str, range(len(bins()) + 1))]),
    _said("format", "Can also be set by the header Accept. Default: JSON", enum=["json", *FORMATS]),
]


class ReportView(APIView):
    """Sessions that are over, as far as the caller may see them. However long, it is sent in pieces."""

    permission_classes = (IsAuthenticated,)
    renderer_classes = (JSONRenderer, *map(_renderer, FORMATS))
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "reports"
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"get": (409,)}

    @extend_schema(
        summary="A report of attendance, as JSON, CSV, XLSX or PDF",
        parameters=PARAMETERS,
        responses={
            (200, "application/json"): {"type": "array", "items": {"type": "object", "additionalProperties": True}},
            (200, "text/csv"): OpenApiTypes.STR,
            (200, FORMATS["xlsx"].content_type): OpenApiTypes.BINARY,
            (200, "application/pdf"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        table = report(_wanted(request), by=caller(request))
        name = str(getattr(request.accepted_renderer, "format", "json"))
        if name in FORMATS:
            return table_response(request._request, table, name)
        return download(request._request, json_chunks(table), f"{table.name}.json", "application/json")


def _wanted(request: Request) -> Any:
    """The form of the page, so that the same is refused, by field."""
    asked = {name: request.query_params.get(name, "") for name in FIELDS}
    form = ReportForm(asked, by=caller(request))
    read_strictly(request, (*form.fields, "format"))  # a member's form has no department: it must not be read over
    if not form.is_valid():
        raise ValidationError(
            {
                field: [ErrorDetail(str(words), _code(field, error, asked)) for error in errors for words in error]
                for field, errors in form.errors.as_data().items()
            }
        )
    return form.wanted()


def _code(field: str, error: DjangoValidationError, asked: dict[str, str]) -> str:
    """`does_not_exist` where the value is well written, and only nothing is there for it."""
    if field in OF_ROWS or (field == "kind" and asked["kind"] in ReportKind.values):
        return "does_not_exist"
    if field == "to" and error.code is None:
        return "ends_before_it_begins"
    return error.code or "invalid"


# --- JSON ---------------------------------------------------------------------------------------


def json_chunks(table: Table) -> Iterator[bytes]:
    """An array of objects, one for each line, named like the columns of the CSV file. Sums are left out, as there."""
    names = [column.name for column in table.columns]
    before = b"["
    for row in table.rows:
        if isinstance(row, Subtotal):
            continue
        yield before + json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False).encode()
        before = b",\n"
    yield b"[]" if before == b"[" else b"]"


def _plain(cell: Any) -> Any:
    """Moments with their zone, days, and times in seconds."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell.total_seconds() if isinstance(cell, timedelta) else cell
