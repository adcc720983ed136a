"""Reports of the library: choose, read the first lines, take the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from config.errors import Refused
from config.tables.cell_text import preview
from config.tables.files import FORMATS, table_response
from library.desk.branches import AsksForBranch
from library.desk.reports import LibraryReportKind, WantedLibraryReport, report
from library.rules.guards import for_librarians

SHOWN = 50  # lines
USUAL = timedelta(days=29)


class LibraryReportForm(AsksForBranch):
    kind = forms.ChoiceField(label=gettext_lazy("Report"), choices=LibraryReportKind.choices)
    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    field_order = ("kind", "since", "until", "branch")

    @property
    def without(self) -> str:
        return _("All branches")


def _form(request: HttpRequest) -> LibraryReportForm:
    """The last thirty days as long as nothing was chosen."""
    today = timezone.localdate()
    usual = {"kind": LibraryReportKind.LOANS.value, "since": f"{today - USUAL}", "until": f"{today}"}
    return LibraryReportForm(usual | request.GET.dict())


@require_GET
@for_librarians
def reports(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    context: dict[str, Any] = {"form": form, "tab": "reports", "query": request.GET.urlencode(), "formats": FORMATS}
    if form.is_valid():
        try:
            table = report(WantedLibraryReport(**form.cleaned_data))
            context |= {
                "table": preview(table, SHOWN),
                "title": table.title,
                "subtitle": " · ".join(map(str, table.subtitles)),
            }
        except Refused as refusal:
            form.add_error("until", refusal.message)
    return render(request, "library/reports.html", context)


@require_GET
@for_librarians
def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """Refused `bad_choice`, and as the format refuses."""
    chosen = _form(request)
    if not chosen.is_valid():
        raise Refused("bad_choice", str(next(iter(chosen.errors.values()))[0]))
    return table_response(request, report(WantedLibraryReport(**chosen.cleaned_data)), form)
