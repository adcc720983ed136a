"""The QR code on a door: a page of labels to print, and where a phone that reads one is led. It never opens a door."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.identity.signed_in import asker
from config.web.files.pictures.qr_code import picture_of
from lockers.assignments.my_lockers import lockers_of
from lockers.bank import layout
from lockers.models import Locker
from lockers.rules.guards import for_officers
from lockers.rules.visibility import banks_for, kept_lockers


@dataclass(frozen=True)
class DoorLabel:
    number: str
    address: str
    picture: str
    where: str  # on the map, or empty


@require_GET
@for_officers
def labels(request: HttpRequest, bank: int) -> HttpResponse:
    """All doors of a bank, or with `?locker=` one of them."""
    one = get_object_or_404(banks_for(asker(request)), pk=bank)
    only = request.GET.get("locker", "")
    shown = [_label(locker) for locker in layout.in_order(one) if not only or str(locker.pk) == only]
    return render(request, "lockers/labels.html", {"bank": one, "labels": shown, "tab": "map"})


def _label(locker: Locker) -> DoorLabel:
    address = settings.SITE_URL.rstrip("/") + reverse("lockers:at_door", args=[locker.label_code])
    return DoorLabel(locker.number, address, picture_of(address), layout.where_words(locker))


@never_cache
@require_GET
def at_door(request: HttpRequest, code: str) -> HttpResponse:
    """Officers of the bank meet the desk's page, holders their own, and everyone else three plain facts."""
    locker = get_object_or_404(Locker.objects.select_related("bank"), label_code=code)
    if request.user.is_authenticated:
        if kept_lockers(request.user).filter(pk=locker.pk).exists():
            return redirect("lockers:locker", locker.pk)
        if any(one.assignment.locker_id == locker.pk for one in lockers_of(asker(request))):
            return redirect(f"{reverse('lockers:mine')}#locker-{locker.pk}")
    sign_in = f"{reverse(settings.LOGIN_URL)}?next={request.path}"
    return render(request, "lockers/at_door.html", {"locker": locker, "sign_in": sign_in})
