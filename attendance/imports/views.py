"""The import page: a file, what each line would do, and the button that does it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity.signed_in import asker
from attendance.imports import uploads
from attendance.imports.forms import ImportForm
from attendance.imports.report import ImportReport, LineOutcome
from attendance.imports.rosters import file_kinds, imports
from attendance.imports.rosters.plan import Options
from attendance.models import Course
from attendance.rules.guards import course_of, for_roll_keepers, sent
from config.errors import Refused

MOST_LINES = 20_000  # some seconds; larger files belong to the command
SHOWN = 300
TONES = {"new": "success", "changed": "info", "ended": "warning", "same": "", "refused": "error"}
UPLOAD = "rosters"


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def into_any(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def into_course(request: HttpRequest, code: str) -> HttpResponse:
    """For one course: the file needs no column for it."""
    return _page(request, course_of(request, code))


def _page(request: HttpRequest, course: Course | None) -> HttpResponse:
    files = request.FILES if request.method == "POST" else None
    form = ImportForm(sent(request), files, administers=asker(request).is_administrator, course=course)
    if form.is_valid():
        try:
            return _review(request, course, form.cleaned_data)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "course": course, "most": MOST_LINES}
    return render(request, "attendance/imports/choose.html", context, status=400 if form.errors else 200)


def _review(request: HttpRequest, course: Course | None, given: dict[str, Any]) -> HttpResponse:
    data, name = given["file"].read(), given["file"].name
    chosen = {
        "name": name,
        "course": course.code if course else "",
        "create": given.get("create", False),
        "end_missing": given["end_missing"],
    }
    report = imports.dry_run(*_asked(request, data, chosen))
    context = _context(report, chosen, course)
    if report.changes:
        context["token"] = uploads.keep(UPLOAD, data, chosen, by=asker(request))
    return render(request, "attendance/imports/review.html", context)


@require_POST
@for_roll_keepers
def apply(request: HttpRequest) -> HttpResponse:
    """Do what the dry run showed. What has changed since then is recalculated."""
    data, chosen = uploads.take(UPLOAD, request.POST.get("token", ""), by=asker(request))
    course = course_of(request, chosen["course"]) if chosen["course"] else None
    report = imports.apply(*_asked(request, data, chosen))
    uploads.drop(chosen)
    return render(request, "attendance/imports/done.html", _context(report, chosen, course))


def _asked(request: HttpRequest, data: bytes, chosen: dict[str, Any]) -> tuple[Any, Options]:
    wishes = file_kinds.from_bytes(chosen["name"], data, course=chosen["course"], most=MOST_LINES)
    options = Options(by=asker(request), create=chosen["create"], end_missing=chosen["end_missing"])
    return wishes, options


def _context(report: ImportReport, chosen: dict[str, Any], course: Course | None) -> dict[str, Any]:
    return lines_context(report) | {"name": chosen["name"], "course": course}


def lines_context(report: ImportReport) -> dict[str, Any]:
    """What `attendance/imports/_counts.html` and `_lines.html` show, for every kind of file."""
    counts = [(TONES[o.value], o.label, report.counts[o.value]) for o in LineOutcome if report.counts[o.value]]
    lines = report.worst_first()
    return {
        "report": report,
        "counts": counts,
        "lines": [(TONES[verdict.outcome.value], verdict) for verdict in lines[:SHOWN]],
        "hidden": max(0, len(lines) - SHOWN),
    }
