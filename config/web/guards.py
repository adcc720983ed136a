"""Who comes in to a page, and how every act on it ends: said on the page that comes next. For every app's pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from config.errors import Refused

View = Callable[..., HttpResponseBase]


def only(may: Callable[[Any], bool]) -> Callable[[View], View]:
    """For whom `may` says yes; others are sent to sign in, or told no. Nothing of these pages stays in a cache."""

    def guard(view: View) -> View:
        @login_required
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def signed_in(view: View) -> View:
    """Everyone who is signed in."""
    return login_required(never_cache(view))


def done_or_said(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Do it and say so, or say why not: on the page that is shown next."""
    try:
        messages.success(request, act())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return False
    return True


def own_address(address: str) -> str:
    """A path of this site, to go back to; "" for everything else, such as another site's address."""
    known = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if known else ""


def words_of(request: HttpRequest, name: str = "q") -> str:
    """What was typed into a search field, without what no database can hold."""
    return request.GET.get(name, "").strip()[:100].replace("\x00", "")


def day_of(request: HttpRequest, name: str) -> date | None:
    """A date of the address, None when there is none. Refused `bad_day`: what is not a day never means every day."""
    text = request.GET.get(name, "").strip()
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if text and day is None:
        words = _("'%(day)s' is not a date. Write it like 2026-03-02.")
        raise Refused("bad_day", words % {"day": text[:20]})
    return day
