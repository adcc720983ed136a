"""The institution's page for administrators; its logo, icons and colours for everyone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from config.web.branding import brand, colours
from config.web.branding import logo as logos
from config.web.branding.forms import BrandingForm
from config.web.guards import only

A_DAY = 86_400
SIDES = (192, 512)  # px, of icons


def _is_administrator(person: Any) -> bool:
    return bool(person.is_administrator)


@require_http_methods(["GET", "POST"])
@only(_is_administrator)
def institution(request: HttpRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = BrandingForm(*sent, instance=brand.row())
    if form.is_valid():
        form.apply()
        messages.success(request, _("Saved. Kiosks show it within a minute."))
        return redirect("branding:institution")
    status = 400 if form.errors else 200
    return render(request, "branding/institution.html", {"form": form}, status=status)


@require_safe
@cache_control(public=True, max_age=A_DAY)
def logo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_logo(), content_type="image/png")


@require_safe
@cache_control(public=True, max_age=A_DAY)
def icon(request: HttpRequest, side: int) -> HttpResponse:
    if side not in SIDES:
        raise Http404
    return HttpResponse(logos.icon(_logo(), side), content_type="image/png")


@require_safe
@cache_control(public=True, max_age=A_DAY)
def style(request: HttpRequest) -> HttpResponse:
    """The design's values that follow the institution's colour; nothing where there is none."""
    now = brand.fresh()
    lines = [f"--site: {now.colour}; --on-site: {now.on_colour};"]
    if now.own_colour:
        lines += [f"--{name}: light-dark({day}, {dark});" for name, (day, dark) in colours.tokens(now.colour).items()]
    return HttpResponse(f":root {{ {' '.join(lines)} }}\n", content_type="text/css; charset=utf-8")


def _logo() -> bytes:
    kept = brand.row()
    if kept is None or not kept.logo:
        raise Http404
    return bytes(kept.logo)
