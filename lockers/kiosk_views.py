"""A paired browser beside a bank asks. What goes on meanwhile is told to its page over the websocket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from config.errors import Refused
from lockers import identity, kiosk
from lockers.kiosk import At
from lockers.models import Opening

SHOWN_FOR = timedelta(minutes=15)  # an opening that was begun here


def at_kiosk(method: str) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., JsonResponse]]:
    """From a paired browser of a locker station; a refusal is its code and sentence."""

    def of(act: Callable[..., dict[str, Any]]) -> Callable[..., JsonResponse]:
        @never_cache
        @sensitive_post_parameters()
        @require_http_methods([method])
        @wraps(act)
        def view(request: HttpRequest, **named: Any) -> JsonResponse:
            try:
                return JsonResponse(act(identity.at_of(request), request, **named))
            except Refused as refusal:
                return JsonResponse(refusal.as_dict(), status=refusal.status)

        return view

    return of


@at_kiosk("POST")
def say_who(at: At, request: HttpRequest) -> dict[str, Any]:
    return kiosk.say_who(at, request.POST.get("said", ""))


@at_kiosk("POST")
def begin(at: At, request: HttpRequest) -> dict[str, Any]:
    number = request.POST.get("locker", "")
    return identity.begin(at, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0)


@at_kiosk("POST")
def cancel(at: At, request: HttpRequest) -> dict[str, Any]:
    kiosk.forget(at)
    return {"done": True}


@at_kiosk("POST")
def key(at: At, request: HttpRequest) -> dict[str, Any]:
    return kiosk.show_key(at)


@at_kiosk("POST")
def redeem(at: At, request: HttpRequest) -> dict[str, Any]:
    fields = {name: request.POST.get(name, "") for name in ("number", "key", "nonce")}
    return kiosk.type_key(at, fields["number"], fields["key"], nonce=fields["nonce"])


@at_kiosk("GET")
def opening(at: At, request: HttpRequest, *, pk: int) -> dict[str, Any]:
    """How an opening stands that was begun here a moment ago."""
    fresh = Opening.objects.filter(station=at.station, requested_at__gt=timezone.now() - SHOWN_FOR)
    found = fresh.filter(pk=pk).select_related("locker").first()
    if found is None:
        raise Http404
    return kiosk.opening_state(found)
