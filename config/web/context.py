"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.web.branding import brand
from config.web.menu import Entry, menu_of, nearest

THEME_COOKIE, THEMES = "theme", ("light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    now = brand.current()
    return {
        "SITE_NAME": now.name,
        "brand": now,
        "DEMO": settings.DEMO,
        "header": lambda: _header(request),
        "menu": lambda: menu_of(request),
        "theme": theme if (theme := request.COOKIES.get(THEME_COOKIE)) in THEMES else "",
    }


def _header(request: HttpRequest) -> list[tuple[Entry, str]]:
    """The header's entries, each with its `aria-current`: the page itself, or the part of the site it lies in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    entries = [entry for entry in menu_of(request) if entry.in_header]
    here = nearest(entries, request.path)
    return [(entry, _current(entry, request) if entry is here else "") for entry in entries]


def _current(entry: Entry, request: HttpRequest) -> str:
    return "page" if entry.url == request.path else "true"
