"""Reports for other systems: the same numbers as on the page, in the same files, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

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
from attendance.models import SETTABLE
from attendance.reports.choosing import ReportForm
from attendance.reports.service import report
from attendance.reports.wanted import ReportKind
from config.downloads import download
from config.tables import Table
from config.tables.files import FORMATS, table_response

FIELDS = ("kind", "course", "from", "to", "status", "department", "group", "person")


class FileRenderer(BaseRenderer):
    """Lets a program choose a file by `format` or `Accept`; the file itself is streamed."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        return data


def _renderer(name: str) -> type[FileRenderer]:
    media = FORMATS[name].content_type.partition(";")[0]
    return type(f"{name.title()}Renderer", (FileRenderer,), {"format": name, "media_type": media})


def _said(name: str, words: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, more.pop("type", str), OpenApiParameter.QUERY, description=words, **more)


PARAMETERS = [
    _said("kind", "Records when it is not given", enum=ReportKind.values),
    _said("course", "Code of the course"),
    _said("from", "First day; 30 days when no day is given", type=OpenApiTypes.DATE),
    _said("to", "Last day; today when it is not given", type=OpenApiTypes.DATE),
    _said("status", "Only lines that are of this status, or have one", enum=[status for status, _label in SETTABLE]),
    _said("department", "Code of the person's department"),
    _said("group", "Group in the course"),
    _said("person", "Id number"),
    _said("format", "Or by the header Accept; JSON when neither is given", enum=["json", *FORMATS]),
]


class ReportView(APIView):
    """Sessions that are over, as far as the caller may see them. However long, it is sent in pieces."""

    permission_classes = (IsAuthenticated,)
    renderer_classes = (JSONRenderer, *map(_renderer, FORMATS))
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "reports"

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
    if not form.is_valid():
        raise ValidationError(
            {
                field: [ErrorDetail(str(sentence), error.code or "invalid") for error in errors for sentence in error]
                for field, errors in form.errors.as_data().items()
            }
        )
    return form.wanted()


# --- JSON ---------------------------------------------------------------------------------------


def json_chunks(table: Table) -> Iterator[bytes]:
    """An array of objects, one for each line, named like the columns of the CSV file."""
    names = [column.name for column in table.columns]
    before = b"["
    for row in table.rows:
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
