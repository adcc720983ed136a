"""Visitors sign themselves in and out at a paired kiosk of the reception.

Two steps: who are you and whom do you visit; is it this person, and have you read the notice. The kiosk never lists
who works here: at least three letters find a few names, and how often it may be asked is limited.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from config.errors import Refused
from config.web import throttle
from config.web.files.pictures.qr_reading import codes_on
from config.web.files.qr import qr_path
from config.web.permissions_policy import with_camera
from visitors.kiosk import station_app
from visitors.models import GuestVisit
from visitors.register import badge_codes, notices, register
from visitors.register.forms import KioskForm
from visitors.register.host_search import hosts_like
from visitors.register.register import GuestDetails

KIOSK = GuestVisit.Way.KIOSK
WINDOW = 60  # s
LOOKS = 150  # pictures in it, of one kiosk
MOST_BYTES = 2_000_000  # of a picture
TRIES = 20  # in it, of one kiosk: typing goes slower


def at_reception(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a paired browser of a reception station; others pair first. A refusal is its sentence, on a page."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, station_app.device_of(request), *args, **named)
        except Refused as refusal:
            if refusal.status == 401 and request.method == "GET":
                return redirect("recognition:pair")
            return render(request, "visitors/kiosk/refused.html", {"refusal": refusal}, status=refusal.status)

    return guarded


@with_camera
@require_GET
@at_reception
def start(request: HttpRequest, device: Any) -> HttpResponse:
    return render(request, "visitors/kiosk/start.html", {"station": device.station})


@require_http_methods(["GET", "POST"])
@at_reception
def sign_in(request: HttpRequest, device: Any) -> HttpResponse:
    """First step: a form. Second: the few who fit, and the notice."""
    form = KioskForm(request.POST if request.method == "POST" else None)
    hosts: list[User] = []
    if request.method == "POST" and form.is_valid():
        _count(device)
        hosts = hosts_like(form.cleaned_data["host"])
        if not hosts:
            form.add_error("host", _("No one fits, or too many do. Type the first and the last name."))
    context = {"form": form, "hosts": hosts, **notices.kept_for()}
    template = "visitors/kiosk/choose.html" if hosts else "visitors/kiosk/sign_in.html"
    return render(request, template, context, status=400 if form.errors else 200)


@require_POST
@at_reception
def arrive(request: HttpRequest, device: Any) -> HttpResponse:
    """The name that was typed is asked again: no number alone ever finds a host."""
    form = KioskForm(request.POST)
    _count(device)
    hosts = hosts_like(form.cleaned_data["host"]) if form.is_valid() else []
    host = next((one for one in hosts if str(one.pk) == request.POST.get("chosen")), None)
    if host is None:
        raise Refused("no_host", _("Choose whom you visit."))
    if request.POST.get("notice") != "yes":
        raise Refused("no_notice", _("Please read the notice, and say that you have read it. Or go to the reception."))
    details = GuestDetails(
        form.cleaned_data["name"],
        company=form.cleaned_data["company"],
        place=(device.station.place or device.station.name)[:80],
    )
    guest = register.walk_in(details, host=host, way=KIOSK, by=None, notice_accepted=True)
    return _done(request, guest)


@require_POST
@at_reception
def scan(request: HttpRequest, device: Any) -> HttpResponse:
    """A badge or an invitation, read by a scanner: in or out."""
    _count(device)
    return _done(request, register.scan(badge_codes.guest_of(request.POST.get("code", "")), way=KIOSK))


@require_POST
@never_cache
def look(request: HttpRequest) -> JsonResponse:
    """One picture of the kiosk's camera: the code of a badge or an invitation on it, or null. It is kept nowhere."""
    device = station_app.device_of(request)
    if throttle.count(f"visitors-look:{device.pk}", window=WINDOW) > LOOKS:
        raise _too_many()
    codes = (_known(code) for code in codes_on(request.body, max_bytes=MOST_BYTES))
    return JsonResponse({"code": next((code for code in codes if code), None)})


def _known(code: str) -> str | None:
    """Of a guest of this house; any other QR code is looked past."""
    try:
        return badge_codes.code_of(badge_codes.guest_of(code))
    except Refused:
        return None


def _done(request: HttpRequest, guest: GuestVisit) -> HttpResponse:
    qr = qr_path(badge_codes.code_of(guest)) if guest.is_inside else None
    return render(request, "visitors/kiosk/done.html", {"guest": guest, "qr": qr})


def _count(device: Any) -> None:
    if throttle.count(f"visitors:{device.pk}", window=WINDOW) > TRIES:
        raise _too_many()


def _too_many() -> Refused:
    words = _("Too many attempts. Please wait a minute, or go to the reception.")
    return Refused("too_many_tries", words, status=429)
