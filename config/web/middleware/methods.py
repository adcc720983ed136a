"""Pages and the methods they are asked with, for every app at once, so that no new page can forget it.

HEAD answers as GET does, without a body. An address that only takes what is sent to it (POST) stays in the browser
after an upload: anyone who opens it again, or comes back to it by signing in, is shown the page above it. That page
asks
for its own rights, and this one did nothing. What remains is a page that says so, with status 405.

The API answers for itself: it has problem documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from config.web.error_pages import not_there

API = "/api/"
NOT_ALLOWED = 405
LOOKING = ("GET", "HEAD")


class PageMethodsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API):
            return self.get_response(request)
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        answer = self._answer(request)
        request.method = asked  # the server below leaves the body of a HEAD out by it
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if answer.status_code != NOT_ALLOWED or getattr(request, "htmx", False):
            return answer
        allowed = answer.get("Allow", "")
        if request.method in LOOKING:
            return redirect(page_above(request.path_info))
        return _not_allowed(request, allowed)


def page_above(path: str) -> str:
    """The nearest address of ours above this one: "/" at last. Above `/enrol/7/photos/undo/` it is `/enrol/7/photos/`,
    which takes POST alone as well, and sends on to `/enrol/7/`."""
    return next((above for above in _above(path) if _is_ours(above)), "/")


def _above(path: str) -> Iterator[str]:
    parts = path.strip("/").split("/")[:-1]
    while parts:
        yield f"/{'/'.join(parts)}/"
        parts.pop()


def _is_ours(path: str) -> bool:
    try:
        return resolve(path).func is not not_there
    except Resolver404:
        return False


def _not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    answer = render(request, "405.html", status=NOT_ALLOWED)
    answer["Allow"] = allowed
    return answer
