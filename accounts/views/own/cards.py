"""A lost card: reported by its person, or by an administrator who is told; and unblocked when it was found."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.credentials import lost_cards
from accounts.identity.signed_in import asker
from accounts.models import LostCard, User
from accounts.people.my_data import other_way


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def lost(request: HttpRequest) -> HttpResponse:
    """Asks first (GET), blocks on POST."""
    me = asker(request)
    if request.method != "POST":
        return render(request, "accounts/own/card_lost.html", {"has_card": bool(me.card_barcode), "pin": bool(me.pin)})
    lost_cards.report(me, by=me)
    messages.success(request, _("Your card is blocked. The staff have been told.") + " " + other_way(me))
    return redirect("accounts:me")


@require_POST
@login_required
def lost_of(request: HttpRequest, pk: int) -> HttpResponse:
    """For a person who rings up."""
    _require_administrator(request)
    person = get_object_or_404(User, pk=pk)
    lost_cards.report(person, by=asker(request))
    messages.success(request, _("The card is blocked."))
    return redirect("accounts:person", pk)


@require_POST
@login_required
def found(request: HttpRequest, pk: int, card: int) -> HttpResponse:
    _require_administrator(request)
    row = get_object_or_404(LostCard, pk=card, person_id=pk)
    works = lost_cards.unblock(row, by=asker(request))
    messages.success(request, _("The card works again.") if works else _("The card may be given out again."))
    return redirect("accounts:person", pk)


def _require_administrator(request: HttpRequest) -> None:
    if not asker(request).is_administrator:
        raise PermissionDenied
