"""The page on which an administrator pairs a screen with a station: a link, its QR code, and the code to type."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.web.files.pictures.qr_code import picture_of
from config.web.guards import only
from recognition.models import Station
from recognition.stations import stations


def _may_pair(user: Any) -> bool:
    return bool(user.is_administrator)


@only(_may_pair)
@require_http_methods(["GET", "POST"])
def pair_station(request: HttpRequest, slug: str) -> HttpResponse:
    """One press makes a link, which is shown this once; another one ends what no screen has used yet."""
    station = get_object_or_404(Station, slug=slug, active=True)
    if "end" in request.POST:
        return _ended(request, station)
    made = new_pairing(request, station) if request.method == "POST" else {}
    return render(request, "recognition/live/pair_station.html", {"station": station} | made)


def _ended(request: HttpRequest, station: Station) -> HttpResponse:
    stations.end_pairing_codes(station)
    messages.success(request, _("The link and its code pair nothing any more."))
    return redirect("recognition:pair_station", station.slug)


def new_pairing(request: HttpRequest, station: Station) -> dict[str, Any]:
    """What a page shows of a new code, this once: to type, as a link, and as a picture of the link.

    The code stands behind the # of the link, which browsers send to no one: it is in no log, and a program that opens
    the link beforehand, such as that of a mailbox, has used nothing up.
    """
    code = stations.new_pairing_code(station, by=request.user)  # type: ignore[arg-type]  # the guards let no one else in
    address = request.build_absolute_uri(reverse("recognition:pair"))
    link = f"{address}#{code}"
    shown = f"{code[:4]}-{code[4:]}"
    ends = timezone.localtime(timezone.now() + stations.CODE_LIVES)
    return {"code": shown, "pair_url": address, "link": link, "picture": picture_of(link), "ends": ends}
