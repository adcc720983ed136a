"""Who may open these pages: anyone at a demo, where the browser gives a camera; and which visitor asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from config.errors import Refused
from recognition.demo.try_it import visitors

COOKIE = "ostiary_try_it"
PATH = "/try-it/"
HERE = {"localhost", "127.0.0.1", "[::1]"}

View = Callable[..., HttpResponseBase]


def on_a_demo(view: View) -> View:
    """On any other site there is no such page. Nothing of these pages stays in a cache."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def says_json(view: View) -> View:
    """What is refused comes as JSON: a script reads it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return JsonResponse(refusal.as_dict(), status=refusal.status)

    return answered


def has_camera(request: HttpRequest) -> bool:
    """Whether browsers give a camera to pages of this address: https, or this machine itself."""
    return request.is_secure() or split_domain_port(request.get_host())[0] in HERE


def found(request: HttpRequest) -> User | None:
    return visitors.of(request.COOKIES.get(COOKIE, ""))


def visitor(request: HttpRequest) -> User:
    """Whose browser this is. Refused `visit_over`."""
    who = found(request)
    if who is None:
        words = _("This visit is over and all its data has been deleted. You can start again.")
        raise Refused("visit_over", words, status=403)
    return who


def keep(response: HttpResponseBase, who: User) -> None:
    """No script can read it, no other page is sent it, and it is worth nothing after half an hour."""
    response.set_cookie(
        COOKIE,
        visitors.token_of(who),
        max_age=int(visitors.LIVES.total_seconds()),
        path=PATH,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )


def drop(response: HttpResponseBase) -> None:
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
