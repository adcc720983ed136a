"""The live pages: welcome, kiosk, pairing, and all stations at a glance."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.consent.notices import current_notice
from accounts.models import User
from config.errors import Refused
from config.web.client_address import place_of
from config.web.permissions_policy import with_camera
from recognition.faces import access_log
from recognition.live import latest_pictures
from recognition.live.consumers import COOKIE
from recognition.live.messages import demo_words, how_to_begin, kiosk_words, stations_words
from recognition.models import Station
from recognition.stations import card_and_pin, denials, stations
from recognition.stations.app.station_app import app_of
from recognition.stations.events import station_info
from recognition.stations.liveness_policy import film_words
from recognition.stations.pairing_form import PairForm, device_name
from recognition.stations.visibility import DEMO_SLUG, is_public_demo, may_watch, purposes_seen_by, stations_seen_by

COOKIE_AGE = 400 * 24 * 3600  # s: the longest that browsers keep a cookie; when it ends is said by the server


@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """What this is, for everyone; on a demo machine with its one station live."""
    demo = is_public_demo(DEMO_SLUG)
    return render(request, "recognition/live/welcome.html", {"demo": demo, "words": demo_words() if demo else None})


@with_camera
@never_cache
@require_GET
def kiosk(request: HttpRequest) -> HttpResponse:
    """The full-screen page of a paired browser; any other browser is sent to pair first.

    It opens for a station that is switched off too: the socket says so, and the page waits for it to come back.
    """
    token = request.COOKIES.get(COOKIE, "")
    try:
        device = stations.device_of(token)
    except Refused:
        return redirect("recognition:pair")
    station = device.station
    page, words = app_of(station.purpose).page(station), kiosk_words(station)
    if page is not None:
        words["states"] |= page["states"]
    context = {
        "station": station,
        "page": page,
        "config": {
            **station_info(station, max_frame_bytes=settings.MAX_FRAME_BYTES),
            "pair_url": reverse("recognition:pair"),
            "without_face_url": reverse("recognition:without_face"),
            "not_me_url": reverse("recognition:not_me"),
            "idle": _idle(station),
            "app": {"ask": reverse("kiosk_app:version"), "worker": reverse("kiosk_app:service_worker")},
        },
        "begin": how_to_begin(station),
        "languages": settings.LANGUAGES,
        "words": words,
        "notice": current_notice(station.purpose),
        "film": film_words(station),
    }
    return _with_token(render(request, "recognition/live/kiosk.html", context), stations.renewed(device, token))


def _idle(station: Station) -> dict[str, Any]:
    """When the screen rests, and the site's clock for it."""
    opens, closes = (f"{at:%H:%M}" if at else "" for at in (station.opens_at, station.closes_at))
    now = round(timezone.now().timestamp() * 1000)
    return {"after": station.idle_after, "opens": opens, "closes": closes, "zone": settings.TIME_ZONE, "now": now}


@never_cache
@sensitive_post_parameters("pin", "card")
@require_POST
def without_face(request: HttpRequest) -> JsonResponse:
    """Card, or id number and PIN, at a paired kiosk. Who it was is told to the page as for a face."""
    try:
        device = stations.authenticate(request.COOKIES.get(COOKIE, ""))
        if card := request.POST.get("card", "").strip():
            person = card_and_pin.by_card(
                device, app_of(device.station.purpose).read_card(card), seconds=_took(request)
            )
        else:
            number, pin = request.POST.get("id_number", ""), request.POST.get("pin", "")
            person = card_and_pin.by_pin(device, number, pin, seconds=_took(request))
    except Refused as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse({"name": person.get_full_name()})


def _took(request: HttpRequest) -> float | None:
    """Seconds since the dialog was opened, as the page measured them; None for what is not a time."""
    sent = request.POST.get("took", "")
    return int(sent) / 1000 if sent.isdecimal() and len(sent) < 9 else None


@never_cache
@require_POST
def not_me(request: HttpRequest) -> JsonResponse:
    """Anyone who was greeted at a paired kiosk says that this was someone else's name: for review, and to learn
    from."""
    try:
        device = stations.authenticate(request.COOKIES.get(COOKIE, ""))
        typed = request.POST.get("person", "")
        denials.at_kiosk(device, int(typed) if typed.isdecimal() and len(typed) < 18 else 0)
    except Refused as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse({"message": _("Thank you. The staff will check this. Please use your card, or ask the staff.")})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest) -> HttpResponse:
    """Type the code that an administrator has made, and this browser becomes a kiosk."""
    form = PairForm(request.POST or None, initial={"device_name": device_name(request)})
    if form.is_valid():
        try:
            _device, token = stations.pair(**form.cleaned_data, address=place_of(request))
        except Refused as refusal:
            form.add_error("code", refusal.message)
        else:
            return _with_token(redirect("recognition:kiosk"), token)
    return render(request, "recognition/live/pair.html", {"form": form}, status=400 if form.errors else 200)


def _with_token(response: HttpResponse, token: str) -> HttpResponse:
    """No script can read the cookie, and no other site can make a browser send it in a form."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@require_GET
@login_required
def all_stations(request: HttpRequest) -> HttpResponse:
    """Every station that this person may see, live."""
    if not purposes_seen_by(request.user):
        raise PermissionDenied
    mine = stations_seen_by(request.user)
    purposes = sorted({(one.purpose, str(one.get_purpose_display())) for one in mine}, key=lambda one: one[1])
    context = {
        "words": stations_words(),
        "may_pair": request.user.has_perm("recognition.change_station"),
        "purposes": purposes,
        "places": sorted({one.place for one in mine if one.place}, key=str.casefold),
    }
    return render(request, "recognition/live/stations.html", context)


@never_cache
@require_GET
def frame(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest picture of a station. It shows faces, so looking is a right, and it leaves a note."""
    station = get_object_or_404(Station, slug=slug, active=True)
    if not may_watch(request.user, station):
        raise Http404
    found = latest_pictures.newest(slug)
    if not is_public_demo(slug):
        _note_look(cast(User, request.user), station)
    if found is None:
        return HttpResponse(status=204)
    seq, jpeg = found
    return HttpResponse(jpeg, content_type="image/jpeg", headers={"X-Frame-Seq": str(seq)})


def _note_look(user: User, station: Station) -> None:
    """Once a minute for each person and station, however often the page asks."""
    if latest_pictures.first_look_this_minute(user.pk, station.slug):
        access_log.record("watched_station", actor=user, station=station.slug)
