"""A paired browser beside a bank asks. What goes on meanwhile is told to its page over the websocket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from config.errors import Refused
from lockers.kiosk import actions, passkeys, station_app
from lockers.kiosk.actions import At
from lockers.kiosk.passkey_pages import answer_of
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
                return JsonResponse(act(station_app.at_of(request), request, **named))
            except Refused as refusal:
                return JsonResponse(refusal.as_dict(), status=refusal.status)

        return view

    return of


@at_kiosk("POST")
def say_who(at: At, request: HttpRequest) -> dict[str, Any]:
    return actions.say_who(at, request.POST.get("said", ""))


@at_kiosk("POST")
def begin(at: At, request: HttpRequest) -> dict[str, Any]:
    return station_app.begin(at, _locker(request))


def _locker(request: HttpRequest) -> int:
    number = request.POST.get("locker", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


@at_kiosk("POST")
def passkey(at: At, request: HttpRequest) -> dict[str, Any]:
    return passkeys.begin(at, _locker(request))


@at_kiosk("POST")
def passkey_options(at: At, request: HttpRequest) -> dict[str, Any]:
    return dict(passkeys.kiosk_options(at))


@at_kiosk("POST")
def passkey_prove(at: At, request: HttpRequest) -> dict[str, Any]:
    return passkeys.kiosk_prove(at, answer_of(request))


@at_kiosk("POST")
def cancel(at: At, request: HttpRequest) -> dict[str, Any]:
    actions.forget(at)
    return {"done": True}


@at_kiosk("POST")
def key(at: At, request: HttpRequest) -> dict[str, Any]:
    return actions.show_key(at, later=request.POST.get("later") == "1")


@at_kiosk("POST")
def terms(at: At, request: HttpRequest) -> dict[str, Any]:
    """Only a plain yes is one."""
    said = request.POST.get("accepted", "")
    if said not in ("0", "1"):
        raise Refused("no_answer", _("Choose whether to accept or refuse the terms."))
    return actions.answer_terms(at, accepted=said == "1")


@at_kiosk("POST")
def redeem(at: At, request: HttpRequest) -> dict[str, Any]:
    fields = {name: request.POST.get(name, "") for name in ("number", "key", "nonce")}
    return actions.type_key(at, fields["number"], fields["key"], nonce=fields["nonce"])


@at_kiosk("POST")
def officer(at: At, request: HttpRequest) -> dict[str, Any]:
    """An officer's key, by their own card or number and PIN."""
    fields = {name: request.POST.get(name, "")[:64] for name in ("number", "said", "pin")}
    return actions.officer_turns(at, fields["number"], fields["said"], fields["pin"])


@at_kiosk("GET")
def opening(at: At, request: HttpRequest, *, pk: int) -> dict[str, Any]:
    """The state of an opening begun here a moment ago."""
    fresh = Opening.objects.filter(station=at.station, requested_at__gt=timezone.now() - SHOWN_FOR)
    found = fresh.filter(pk=pk).select_related("locker").first()
    if found is None:
        raise Http404
    return actions.opening_state(found)
