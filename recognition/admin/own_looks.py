"""A member's own page: who looked at their face, when and for what."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.identity.signed_in import asker
from recognition.admin import access_labels
from recognition.faces import own_looks

PAGE = 50


@require_safe
@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    me = asker(request)
    rows = Paginator(own_looks.looks_at(me), PAGE).get_page(request.GET.get("page"))
    lines = [
        (row.at, own_looks.who(row, me), access_labels.action(row.action), access_labels.detail(own_looks.shown(row)))
        for row in rows
    ]
    return render(request, "recognition/own_looks.html", {"page": rows, "lines": lines})
