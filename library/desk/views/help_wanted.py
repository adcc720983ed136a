"""Calls for help at the stations: those that wait, and what became of the others."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from library.desk import help_answers
from library.kiosk.help.news import station_names, what_failed
from library.models import HelpRequest
from library.rules.guards import done_or_said, for_librarians

A_PAGE = 50


@require_GET
@for_librarians
def help_page(request: HttpRequest) -> HttpResponse:
    """Those that wait are on every page of the desk (`_help.html`); here are the others, newest first."""
    past = HelpRequest.objects.filter(open_slot=None).select_related("person", "answered_by")
    page, names = Paginator(past, A_PAGE).get_page(request.GET.get("page")), station_names()
    rows = [(row, names.get(row.station, row.station), what_failed(row)) for row in page]
    return render(request, "library/help.html", {"page": page, "rows": rows, "tab": "help"})


@require_POST
@for_librarians
def act_on(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in help_answers.ACTS:
        raise Http404
    row = get_object_or_404(HelpRequest.objects.select_related("person"), pk=pk)
    done_or_said(request, lambda: help_answers.ACTS[act](row, by=asker(request)))
    return redirect("library:help")
