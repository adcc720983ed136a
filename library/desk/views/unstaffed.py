"""The unstaffed hours: when they are, and what happened in them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from config.errors import Refused
from config.web.guards import day_of
from library.desk.unstaffed import reports
from library.desk.unstaffed.forms import StaffingForm
from library.kiosk.help import staffing
from library.kiosk.help.news import station_names, what_failed
from library.models import UnstaffedReport, Visit
from library.rules.guards import for_librarians
from library.rules.messages import sentence

MOST = 200
SHOWN = 60  # reports to choose from


@require_http_methods(["GET", "POST"])
@for_librarians
def staffing_page(request: HttpRequest) -> HttpResponse:
    form = StaffingForm(request.POST if request.method == "POST" else None, instance=staffing.row())
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved. Stations show it within a minute."))
        return redirect("library:staffing")
    status = 400 if form.errors else 200
    return render(request, "library/staffing.html", {"form": form, "tab": "unstaffed"}, status=status)


@require_GET
@for_librarians
def report_page(request: HttpRequest) -> HttpResponse:
    """The newest report, or that of one day: its numbers, and what the desk has to follow up, with names."""
    try:
        day = day_of(request, "day")
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("library:unstaffed")
    rows = UnstaffedReport.objects.all()
    report = rows.filter(day=day).first() if day else rows.first()
    context = {"report": report, "days": rows[:SHOWN], "tab": "unstaffed", "set_up": bool(staffing.row().hours)}
    return render(request, "library/unstaffed.html", context | (_details(report) if report else {}))


def _details(report: UnstaffedReport) -> dict[str, object]:
    names = station_names()
    return {
        "lines": reports.lines(report),
        "spans": reports.spans_of(report),
        "calls": [
            (row, names.get(row.station, row.station), what_failed(row)) for row in reports.help_wanted(report)[:MOST]
        ],
        "refusals": [
            (row, names.get(row.station, row.station), sentence(str(row.detail.get("code", ""))))
            for row in reports.refusals(report)[:MOST]
        ],
        "inside": Visit.objects.filter(open_slot=1, entered_at__lt=report.until).select_related("person")[:MOST],
    }
