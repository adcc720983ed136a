"""A paired browser at a library station asks; what happens is told to its page over the websocket."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.errors import Refused
from library.catalogue import scanner
from library.kiosk import actions, station_app
from library.kiosk.help import incidents


def at_station(act: Callable[..., None]) -> Callable[..., JsonResponse]:
    """POST from a paired browser of a library station; a refusal is its code and sentence."""

    @never_cache
    @require_POST
    @wraps(act)
    def view(request: HttpRequest, **named: Any) -> JsonResponse:
        try:
            act(request, station_app.device_of(request), **named)
        except Refused as refusal:
            return JsonResponse(refusal.as_dict(), status=refusal.status)
        return JsonResponse({"done": True})

    return view


@at_station
def scan(request: HttpRequest, device: Any) -> None:
    """A book, or a person's card: one scanner serves for both. What it typed is read here, once; a copy goes on."""
    typed = request.POST.get("barcode", "")
    if not typed.strip():
        raise Refused("no_barcode", _("Scan a barcode, or type its number."))
    copy = scanner.known(typed)
    if copy is not None:
        actions.scan(device.station.slug, copy)
    elif not station_app.card_shown(device, typed):
        actions.refuse_unknown(device.station.slug, scanner.cleaned(typed))


@at_station
def renew(request: HttpRequest, device: Any) -> None:
    actions.renew(device.station.slug, request.POST.get("barcode", ""))


@at_station
def give_back(request: HttpRequest, device: Any) -> None:
    actions.give_back_own(device.station.slug, request.POST.get("barcode", ""))


@at_station
def undo(request: HttpRequest, device: Any, *, line: int) -> None:
    actions.undo(device.station.slug, line)


@at_station
def finish(request: HttpRequest, device: Any) -> None:
    actions.finish(device.station.slug)


@at_station
def leave_without(request: HttpRequest, device: Any) -> None:
    actions.finish(device.station.slug, with_books=False)


@at_station
def receipt(request: HttpRequest, device: Any) -> None:
    actions.choose_receipt(device.station.slug, request.POST.get("choice", ""))


@at_station
def help_wanted(request: HttpRequest, device: Any) -> None:
    incidents.ask_by_button(device.station.slug)
