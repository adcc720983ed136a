"""Lockers whose time ends soon, or has ended: what an officer must release, or give more time."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lockers import endings
from lockers.views.guards import for_officers

A_PAGE = 50


@require_GET
@for_officers
def running_out(request: HttpRequest) -> HttpResponse:
    """Those that have ended first, then by their last day."""
    day = timezone.localdate()
    page = Paginator(endings.over(day) | endings.soon(day), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "today": day, "ended": endings.over(day).count(), "tab": "endings"}
    return render(request, "lockers/endings.html", context)
