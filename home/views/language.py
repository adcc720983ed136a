"""The language of the pages: kept by this browser, and by the account of who is signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from config.web.guards import own_address
from config.web.language import choice

A_YEAR = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Back to the page where the button was. A language that this site does not speak changes nothing."""
    answer = redirect(own_address(request.POST.get("next", "")) or "/")
    if code := choice.known(request.POST.get("language", "")):
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax"
        )
        _keep(request, code)
    return answer


def _keep(request: HttpRequest, code: str) -> None:
    if request.user.is_authenticated and request.user.language != code:
        request.user.language = code
        request.user.save(update_fields=["language"])
