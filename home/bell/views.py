"""The bell's page: what happened for me, newest first."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from config.web.guards import signed_in
from home.bell import notifications
from home.models import Notification

A_PAGE = 30


@require_GET
@signed_in
def bell(request: HttpRequest) -> HttpResponse:
    mine = Notification.objects.shown_to(request.user)
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "home/bell.html", {"page": page, "unread": notifications.count(request.user)})


@require_POST
@signed_in
def open_one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read, and on to its page. Another person's is not there for me."""
    row = get_object_or_404(Notification.objects.shown_to(request.user), pk=pk)
    notifications.read(Notification.objects.filter(pk=row.pk))
    return redirect(row.url or "bell:bell")


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponseBase:
    notifications.read(Notification.objects.shown_to(request.user))
    return redirect("bell:bell")
