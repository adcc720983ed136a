"""The reception desk: today's register, arrivals, badges, and who has left."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from config.ops.registries.search_providers import SearchQuery
from config.web.files.qr import qr_path
from config.web.guards import done_or_said, own_address, words_of
from visitors.models import GuestVisit
from visitors.register import badge_codes, day, notices, register
from visitors.register.find import find
from visitors.register.forms import WalkInForm
from visitors.register.rights import guests_for
from visitors.views.guards import for_hosts, for_reception

DESK = GuestVisit.Way.DESK


@require_GET
@for_reception
def desk(request: HttpRequest) -> HttpResponse:
    now, typed = timezone.now(), words_of(request)
    context = {
        "tab": "desk",
        "q": typed,
        "found": find(request.user, SearchQuery(typed)) if typed else None,
        "expected": day.expected(now),
        "inside": day.inside(),
        "left": day.left(now),
        "today": day.begin_of(now),
    }
    return render(request, "visitors/desk.html", context)


@require_http_methods(["GET", "POST"])
@for_reception
def walk_in(request: HttpRequest) -> HttpResponse:
    form = WalkInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (guest := _arrived(request, form)):
        return redirect("visitors:badge", guest.pk)
    return render(
        request, "visitors/walk_in.html", {"form": form, **notices.kept_for()}, status=400 if form.errors else 200
    )


def _arrived(request: HttpRequest, form: WalkInForm) -> GuestVisit | None:
    try:
        host = form.cleaned_data["host"]
        guest = register.walk_in(
            form.details(), host=host, way=DESK, by=asker(request), notice_accepted=form.cleaned_data["notice"]
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, _signed_in(guest))
    return guest


@require_POST
@for_reception
def scan(request: HttpRequest) -> HttpResponse:
    """What a scanner reads from a badge or a phone: in, or out."""

    def act() -> str:
        guest = register.scan(badge_codes.guest_of(request.POST.get("code", "")), way=DESK)
        return _signed_in(guest) if guest.is_inside else _signed_out(guest)

    done_or_said(request, act)
    return redirect("visitors:desk")


@require_POST
@for_reception
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    """To the badge, which is printed next; back to the desk where it is refused."""
    guest = get_object_or_404(GuestVisit, pk=pk)
    if done_or_said(request, lambda: _signed_in(register.arrive(guest, way=DESK))):
        return redirect("visitors:badge", pk)
    return redirect("visitors:desk")


@require_POST
@for_hosts
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """For the reception, and for the host of this guest."""
    guest = get_object_or_404(guests_for(request.user), pk=pk)
    done_or_said(request, lambda: _signed_out(register.leave(guest, way=DESK)))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    return own_address(request.POST.get("next", "")) or reverse("visitors:mine")


def _signed_in(guest: GuestVisit) -> str:
    return _("%(name)s is signed in with badge %(badge)d.") % {"name": guest.name, "badge": guest.badge}


def _signed_out(guest: GuestVisit) -> str:
    return _("%(name)s is signed out. Ask for badge %(badge)d.") % {"name": guest.name, "badge": guest.badge}


@require_GET
@for_reception
def badge(request: HttpRequest, pk: int) -> HttpResponse:
    guest = get_object_or_404(GuestVisit.objects.select_related("host"), pk=pk, arrived_at__isnull=False)
    return render(request, "visitors/badge.html", {"guest": guest, "qr": qr_path(badge_codes.code_of(guest))})
