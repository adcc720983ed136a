"""The page of reports: choose, look at the first lines, take the file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.identity.signed_in import asker
from attendance.reports.choices import HOURS, PeriodForm, ReportForm
from attendance.reports.periods import Period, usual_periods
from attendance.reports.reports import report
from attendance.rules.guards import signed_in
from attendance.rules.visibility import keeps_rolls
from config.errors import Refused
from config.tables.cell_text import preview
from config.tables.files import FORMATS, table_response

SHOWN = 50  # lines
MORE = ("department", "group", "person", *HOURS)  # behind "More filters"


@require_GET
@never_cache
@signed_in
def reports(request: HttpRequest) -> HttpResponse:
    form = ReportForm(said(request), by=asker(request))
    context = choices(request, form) | (_shown(request, form) if form.is_valid() else {})
    part, page = "attendance/reports/_report.html", "attendance/reports/page.html"
    return render(request, part_or_page(request, part, page), context)


@require_GET
@signed_in
def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """Refused `bad_choice`, and as the format refuses."""
    chosen = ReportForm(said(request), by=asker(request))
    if not chosen.is_valid():
        raise Refused("bad_choice", complaints(chosen)[0])
    return table_response(request, report(chosen.wanted(), by=asker(request)), form)


def said(request: HttpRequest) -> dict[str, Any]:
    """What was chosen; the last days as long as nothing was."""
    return {} | usual_periods()[0].as_data() | request.GET.dict()


def choices(request: HttpRequest, form: PeriodForm) -> dict[str, Any]:
    """What every page with such a form shows."""
    valid = form.is_valid()
    return {
        "form": form,
        "complaints": complaints(form),
        "keeps_rolls": keeps_rolls(request.user),
        "periods": [_link(request, form, period) for period in usual_periods()],
        "more": [name for name in MORE if name in form.fields],
        "more_open": any(request.GET.get(name) for name in MORE),
        "query": request.GET.urlencode(),
        "suggestions": form.people() if valid else [],
    }


def _link(request: HttpRequest, form: PeriodForm, period: Period) -> dict[str, Any]:
    """To this period with everything else as it was chosen."""
    query, days = request.GET.copy(), period.as_data()
    for name, day in days.items():
        query[name] = day
    chosen = {name: form.data.get(name) for name in days} == days
    return {"label": period.label, "url": f"?{query.urlencode()}", "chosen": chosen}


def complaints(form: PeriodForm) -> list[str]:
    return [
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]


def part_or_page(request: HttpRequest, part: str, page: str) -> str:
    """To htmx only the part, except when it asks for what the back button shows."""
    htmx: Any = getattr(request, "htmx", None)
    return part if htmx and not htmx.history_restore_request else page


def _shown(request: HttpRequest, form: ReportForm) -> dict[str, Any]:
    wanted = form.wanted()
    table = report(wanted, by=asker(request))
    return {
        "table": preview(table, SHOWN),
        "size": table.size(),
        "wanted": wanted,
        "subtitle": " · ".join(map(str, table.subtitles)),
        "formats": FORMATS,
    }
