"""Who comes in to the lockers' pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from config.web import guards
from config.web.guards import View, day_of, only, own_address, words_of
from config.web.guards import signed_in as for_holders
from lockers.models import Locker
from lockers.rules import messages as words
from lockers.rules.visibility import keeps_lockers, kept_lockers

__all__ = [
    "View",
    "button",
    "date_of",
    "day_of",
    "done_or_said",
    "for_holders",
    "for_officers",
    "kept_locker",
    "own_address",
    "typed",
    "words_of",
]

for_officers = only(keeps_lockers)


def kept_locker(request: HttpRequest, pk: int) -> Locker:
    """With its bank. A locker of a bank with officers of its own is not there (404) for others."""
    return get_object_or_404(kept_lockers(asker(request)).select_related("bank", "size"), pk=pk)


def date_of(request: HttpRequest, name: str) -> Any:
    """None for an empty field. Refused `bad_date`."""
    typed = request.POST.get(name, "").strip()
    try:
        found = parse_date(typed) if typed else None
    except ValueError:
        found = None
    if typed and found is None:
        raise Refused("bad_date", _("“%(typed)s” is not a date. Choose a date.") % {"typed": typed[:40]})
    return found


def typed(request: HttpRequest, name: str) -> str:
    """What was typed into a field of a form, without what no database can hold."""
    return request.POST.get(name, "").replace("\x00", "").strip()


def done_or_said(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Do it and say so, or say why not, to an officer: on the page that is shown next."""

    def spoken() -> str:
        try:
            return act()
        except Refused as refusal:
            raise words.for_officers(refusal) from refusal

    return guards.done_or_said(request, spoken)


Find = Callable[[HttpRequest, int], Any]


def button(
    find: Find, page: str, *, key: str = "pk", who: Callable[[View], View] = for_officers
) -> Callable[[Callable[..., str]], View]:
    """A view of a button: do it, say how it went, and show `page` of the same row.

    `find(request, number)` gives the row of the address, `act(request, row, asker, **more of it)` the sentence.
    """

    def of(act: Callable[..., str]) -> View:
        @require_POST
        @who
        @wraps(act)
        def view(request: HttpRequest, **named: Any) -> HttpResponseBase:
            number = named.pop(key)
            row = find(request, number)
            done_or_said(request, lambda: act(request, row, asker(request), **named))
            return redirect(page, number)

        return view

    return of
