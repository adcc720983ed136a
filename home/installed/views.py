"""What makes a kiosk's page an app: its manifest, its service worker, and the page while there is no connection.

Nothing here knows a person or a station, so a browser may keep it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config.web.branding import brand
from home.installed.version import version

SIDES = (192, 512)  # px


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """https://www.w3.org/TR/appmanifest/"""
    now = brand.current()
    said = {
        "id": reverse("recognition:kiosk"),
        "name": now.name,
        "short_name": now.name[:30],
        "lang": get_language(),
        "start_url": reverse("recognition:kiosk"),
        "scope": reverse("recognition:kiosk"),
        "display": "fullscreen",
        "background_color": "#0b1012",
        "theme_color": now.colour,
        "icons": [_icon(now, side) for side in SIDES],
    }
    return JsonResponse(said, content_type="application/manifest+json")


def _icon(now: brand.Brand, side: int) -> dict[str, str]:
    own = f"{reverse('branding:icon', args=[side])}?v={now.version}"
    address = own if now.has_logo else static(f"icons/icon-{side}.png")
    return {"src": address, "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any maskable"}


@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Its address says what it serves: pages below /kiosk/ and nothing else."""
    context = {"version": version()}
    return render(request, "kiosk_app/service-worker.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The one page that the service worker keeps."""
    return render(request, "kiosk_app/offline.html")


@never_cache
@require_safe
def now(request: HttpRequest) -> JsonResponse:
    """Asked by open kiosks: is the page that they show still the server's?"""
    return JsonResponse({"version": version()})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of this kiosk's page, until it is left alone: any other word than LANGUAGES is the site's own."""
    answer = redirect("recognition:kiosk")
    if (code := request.POST.get("language")) in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, **_cookie())
    else:
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return answer


def _cookie() -> dict[str, Any]:
    return {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
