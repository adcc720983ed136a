"""Lockers whose time ends soon, or has ended: what an officer must release, or give more time."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.identity.signed_in import asker
from lockers.assignments import expiry, sharing
from lockers.rules.guards import for_officers

A_PAGE = 50


@require_GET
@for_officers
def running_out(request: HttpRequest) -> HttpResponse:
    """Those that have ended first, then by their last day."""
    day, me = timezone.localdate(), asker(request)
    page = Paginator(expiry.over(day, me) | expiry.soon(day, me), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "today": day, "ended": expiry.over(day, me).count(), "tab": "endings"}
    context["shares"] = sharing.soon(day, me)[:A_PAGE]
    return render(request, "lockers/endings.html", context)
