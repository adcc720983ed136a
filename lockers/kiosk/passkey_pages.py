"""Passkeys: one's own page, the officer's code at the desk, and the two pages that a phone opens by a picture."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts.credentials import passwords
from accounts.identity.signed_in import asker
from accounts.models import User
from config.errors import Refused
from config.web.files.pictures.qr_code import picture_of
from lockers.access.passkeys import registration, relying_party
from lockers.kiosk import passkeys
from lockers.models import Passkey
from lockers.rules.guards import done_or_said, for_holders, for_officers

MOST = 32_000  # bytes that a browser may send
BROWSER = "passkeys"  # in the session: what binds a challenge to this browser


def browser_of(request: HttpRequest) -> str:
    """A name for this browser, of which no one else knows; no one needs to be signed in."""
    if not isinstance(request.session.get(BROWSER), str):
        request.session[BROWSER] = secrets.token_urlsafe(24)
    return str(request.session[BROWSER])


def answer_of(request: HttpRequest) -> dict[str, Any]:
    """What the browser's authenticator says. Refused `passkey_bad`."""
    text = request.POST.get("answer", "")
    try:
        found = json.loads(text) if len(text) <= MOST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused("passkey_bad", _("The answer was not from a passkey. Please try again."))
    return found


def asked(view: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """A question of our own page's script: JSON, and a refusal is its code and sentence."""

    @never_cache
    @sensitive_post_parameters()
    @require_POST
    @wraps(view)
    def answered(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            return JsonResponse(view(request, **named))
        except Refused as refusal:
            return JsonResponse(refusal.as_dict(), status=refusal.status)

    return answered


def words() -> dict[str, str]:
    return {
        "cancelled": _("The passkey was not used: it was cancelled or took too long. Please try again."),
        "unable": _("This browser cannot use passkeys. Please try another one."),
        "offline": _("The server is not responding. Please tell the staff."),
        "known": _("This device already has a passkey for you."),
        "terms_wait": _("You can also answer later, until %(last)s."),
        "terms_now": _("You get no key until you accept. A locker officer can open the locker with you."),
    }


# --- one's own ------------------------------------------------------------------------------------


@require_GET
@for_holders
def mine(request: HttpRequest) -> HttpResponse:
    context = {
        "passkeys": Passkey.objects.filter(person=asker(request)),
        "possible": relying_party.site() is not None,
        "most": registration.MOST,
        "words": words(),
    }
    return render(request, "lockers/passkeys.html", context)


@require_POST
@for_holders
@asked
def options(request: HttpRequest) -> dict[str, Any]:
    """The password is asked for, so that an open screen is not enough."""
    me = asker(request)
    if not passwords.confirm(me, request.POST.get("password", ""), request):
        raise Refused("wrong_password", _("This is not your password. Please try again."), status=403)
    return dict(registration.begin(me, browser=browser_of(request)))


@require_POST
@for_holders
@asked
def add(request: HttpRequest) -> dict[str, Any]:
    me = asker(request)
    row = registration.add(me, answer_of(request), request.POST.get("name", ""), browser=browser_of(request))
    messages.success(request, _("The passkey %(name)s is added.") % {"name": row.name})
    return {"next": reverse("lockers:passkeys")}


def _mine(request: HttpRequest, pk: int) -> Passkey:
    return get_object_or_404(Passkey, pk=pk, person=asker(request))


@require_POST
@for_holders
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)

    def act() -> str:
        registration.rename(row, request.POST.get("name", ""))
        return _("The passkey is now called %(name)s.") % {"name": row.name}

    done_or_said(request, act)
    return redirect("lockers:passkeys")


@require_POST
@for_holders
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)

    def act() -> str:
        registration.remove(row, by=asker(request))
        return _("The passkey is removed. Delete it on your device too.")

    done_or_said(request, act)
    return redirect("lockers:passkeys")


# --- at the desk ----------------------------------------------------------------------------------


@never_cache
@require_POST
@for_officers
def invite(request: HttpRequest, person: int) -> HttpResponse:
    """The picture for the customer's phone is on this one answer, and nowhere else."""
    one = get_object_or_404(User, pk=person)
    try:
        token = registration.invite(one, by=asker(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("lockers:customer", person)
    address = settings.SITE_URL.rstrip("/") + reverse("lockers:new_passkey", args=[token])
    context = {"person": one, "address": address, "picture": picture_of(address), "tab": "customers"}
    return render(request, "lockers/passkey_code.html", context)


@require_POST
@for_officers
def remove_theirs(request: HttpRequest, person: int, pk: int) -> HttpResponse:
    row = get_object_or_404(Passkey, pk=pk, person=person)

    def act() -> str:
        registration.remove(row, by=asker(request))
        return _("The passkey no longer opens anything.")

    done_or_said(request, act)
    return redirect("lockers:customer", person)


# --- a phone that has read the officer's code -------------------------------------------------------


@never_cache
@require_GET
def new_passkey(request: HttpRequest, token: str) -> HttpResponse:
    return _phone(request, "lockers/new_passkey.html", lambda: {"link": registration.invited(token), "token": token})


@asked
def new_options(request: HttpRequest, token: str) -> dict[str, Any]:
    return dict(registration.begin_invited(token, browser=browser_of(request)))


@asked
def new_add(request: HttpRequest, token: str) -> dict[str, Any]:
    name = request.POST.get("name", "")
    row = registration.add_invited(token, answer_of(request), name, browser=browser_of(request))
    return {"done": _("The passkey %(name)s is added. You can close this page.") % {"name": row.name}}


# --- a phone that has read the kiosk's picture ------------------------------------------------------


@never_cache
@require_GET
def with_passkey(request: HttpRequest, token: str) -> HttpResponse:
    return _phone(request, "lockers/with_passkey.html", lambda: {"shown": passkeys.shown(token), "token": token})


@asked
def prove_options(request: HttpRequest, token: str) -> dict[str, Any]:
    return dict(passkeys.phone_options(token, browser=browser_of(request)))


@asked
def prove(request: HttpRequest, token: str) -> dict[str, Any]:
    return passkeys.phone_prove(token, answer_of(request), browser=browser_of(request))


@asked
def prove_terms(request: HttpRequest, token: str) -> dict[str, Any]:
    return passkeys.phone_terms(token, request.POST.get("answer", ""), browser=browser_of(request))


def _phone(request: HttpRequest, template: str, found: Callable[[], dict[str, Any]]) -> HttpResponse:
    try:
        context, status = found() | {"words": words()}, 200
    except Refused as refusal:
        context, status = {"refusal": refusal.message}, refusal.status
    return render(request, template, context, status=status)
