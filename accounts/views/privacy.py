"""The privacy notices, for everyone to read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.consent.notices import current_notices


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/privacy.html", {"notices": current_notices().values()})
