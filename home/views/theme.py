"""Light, dark, or as the device has it: kept in this browser, and written into each page, so that nothing flashes."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from config.web.context import THEME_COOKIE, THEMES
from config.web.guards import own_address

A_YEAR = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Back to the page where the button was. Any other word than THEMES is the device's own."""
    answer = redirect(own_address(request.POST.get("next", "")) or "/")
    if (theme := request.POST.get("theme")) in THEMES:
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(THEME_COOKIE, theme, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(THEME_COOKIE)
    return answer
