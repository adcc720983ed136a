"""The page of timetable files: a file, what would become of each lesson, and the button that does it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity.signed_in import asker
from attendance.imports import uploads
from attendance.imports.report import ImportReport
from attendance.imports.timetable_files import plan
from attendance.imports.timetable_files.forms import TimetableFileForm
from attendance.imports.timetable_files.options import TimetableOptions, read
from attendance.imports.views import lines_context
from attendance.rules.guards import for_roll_keepers, sent
from config.errors import Refused

CHOSEN = ("periods", "names", "first_day", "last_day", "join", "end_missing", "stations", "teachers")
UPLOAD = "timetables"


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def choose(request: HttpRequest) -> HttpResponse:
    files = request.FILES if request.method == "POST" else None
    form = TimetableFileForm(sent(request), files, administers=asker(request).is_administrator)
    if form.is_valid():
        try:
            return _review(request, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"form": form}
    return render(request, "attendance/timetable_files/choose.html", context, status=400 if form.errors else 200)


def _review(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    data, name = given["file"].read(), given["file"].name
    chosen = {key: given[key] for key in CHOSEN if key in given}
    options = TimetableOptions.of(asker(request), chosen)
    report = plan.dry_run(read(name, data, options), options)
    context = _context(report, name)
    if report.changes:
        days = {key: chosen[key] and chosen[key].isoformat() for key in ("first_day", "last_day")}
        context["token"] = uploads.keep(UPLOAD, data, {**chosen, **days, "name": name}, by=asker(request))
    return render(request, "attendance/timetable_files/review.html", context)


@require_POST
@for_roll_keepers
def apply(request: HttpRequest) -> HttpResponse:
    """Do what the dry run showed. What has changed since then is recalculated."""
    data, kept = uploads.take(UPLOAD, request.POST.get("token", ""), by=asker(request))
    chosen = {key: kept[key] for key in CHOSEN if key in kept}
    chosen |= {key: date.fromisoformat(chosen[key]) for key in ("first_day", "last_day") if chosen.get(key)}
    options = TimetableOptions.of(asker(request), chosen)
    report = plan.apply(read(kept["name"], data, options), options)
    uploads.drop(kept)
    return render(request, "attendance/timetable_files/done.html", _context(report, kept["name"]))


def _context(report: ImportReport, name: str) -> dict[str, Any]:
    return lines_context(report) | {"name": name}
