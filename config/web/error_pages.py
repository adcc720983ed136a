"""A `Refused` that reaches a page becomes a page with its sentence, never a traceback.

A part of a page that was asked for by htmx gets the sentence alone: static/page.js puts it where the person looks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import page_not_found

from config.errors import Refused

# For htmx one status says "here is a sentence for this place"; the others are left to breakdowns.
UNPROCESSABLE = 422

log = logging.getLogger("ostiary.pages")


class RefusedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404) and settings.DEMO:  # anyone who tries the demo sees what a real site shows
            return page_not_found(request, error)
        if not isinstance(error, Refused):
            return None
        log.info("Refused: %s", error.code)
        if getattr(request, "htmx", False):
            part = render(request, "_refusal.html", {"refusal": error}, status=UNPROCESSABLE)
            part["X-Refused"] = error.code
            return part
        return render(request, "refused.html", {"refusal": error}, status=error.status)


def not_there(request: HttpRequest) -> HttpResponse:
    raise Http404
