"""The page of sessions and marks: a table, what each line would do, and the button that does it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from attendance.imports import uploads
from attendance.imports.mark_files import files
from attendance.imports.mark_files.forms import MarkFileForm
from attendance.imports.mark_files.reading import MOST_LINES, FileKind, Sheet, read, template
from attendance.imports.report import ImportReport
from attendance.imports.views import lines_context
from attendance.models import Course
from attendance.rules.guards import course_of, for_roll_keepers, sent
from config.errors import Refused
from config.tables.files import table_response

UPLOAD = "marks"


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def into_any(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def into_course(request: HttpRequest, code: str) -> HttpResponse:
    """For one course: the table needs no column for it."""
    return _page(request, course_of(request, code))


def _page(request: HttpRequest, course: Course | None) -> HttpResponse:
    form = MarkFileForm(sent(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _review(request, course, form.cleaned_data)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "course": course, "most": MOST_LINES}
    return render(request, "attendance/mark_files/choose.html", context, status=400 if form.errors else 200)


def _review(request: HttpRequest, course: Course | None, given: dict[str, Any]) -> HttpResponse:
    data = given["file"].read()
    chosen = {
        "name": given["file"].name,
        "course": course.code if course else "",
        "overwrite": given["overwrite"],
    }
    report = files.dry_run(_sheet(request, data, chosen), overwrite=chosen["overwrite"])
    context = _context(report, chosen, course)
    if report.changes:
        context["token"] = uploads.keep(UPLOAD, data, chosen, by=asker(request))
    return render(request, "attendance/mark_files/review.html", context)


@require_POST
@for_roll_keepers
def apply(request: HttpRequest) -> HttpResponse:
    """Do what the dry run showed. What has changed since then is recalculated."""
    data, chosen = uploads.take(UPLOAD, request.POST.get("token", ""), by=asker(request))
    course = course_of(request, chosen["course"]) if chosen["course"] else None
    report = files.apply(_sheet(request, data, chosen), overwrite=chosen["overwrite"])
    uploads.drop(chosen)
    return render(request, "attendance/mark_files/done.html", _context(report, chosen, course))


@require_GET
@for_roll_keepers
def example(request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """A table to begin with."""
    if kind not in set(FileKind):
        raise Http404
    return table_response(request, template(FileKind(kind)), form)


def _sheet(request: HttpRequest, data: bytes, chosen: dict[str, Any]) -> Sheet:
    return read(chosen["name"], data, by=asker(request), course=chosen["course"])


def _context(report: ImportReport, chosen: dict[str, Any], course: Course | None) -> dict[str, Any]:
    return lines_context(report) | {"name": chosen["name"], "course": course}
