"""A host's visitors: announced, here, and gone; and the guest's own page with the QR code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from config.web.files.qr import qr_path
from config.web.guards import done_or_said
from visitors.models import GuestVisit
from visitors.register import badge_codes, notices, register
from visitors.register.forms import GuestInvitationForm
from visitors.register.rights import guests_for, is_host
from visitors.views.guards import for_hosts

MOST = 100
LATE = timedelta(days=1)  # who was expected since then may still come


@require_http_methods(["GET", "POST"])
@for_hosts
def mine(request: HttpRequest) -> HttpResponse:
    form = GuestInvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _expected(request, form):
        return redirect("visitors:mine")
    guests = GuestVisit.objects.filter(host=asker(request))
    context: dict[str, Any] = {
        "form": form,
        "is_host": is_host(request.user),
        "inside": guests.inside(),
        "expected": guests.expected().filter(expected_at__gte=timezone.now() - LATE).order_by("expected_at")[:MOST],
        "past": guests.filter(left_at__isnull=False).order_by("-left_at")[:20],
    }
    return render(request, "visitors/mine.html", context, status=400 if form.errors else 200)


def _expected(request: HttpRequest, form: GuestInvitationForm) -> bool:
    me = asker(request)
    try:
        guest = register.expect(form.details(), host=me, at=form.cleaned_data["expected_at"], by=me)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    words = _("%(name)s is announced, and gets an e-mail.") if guest.email else _("%(name)s is announced.")
    messages.success(request, words % {"name": guest.name})
    return True


@require_POST
@for_hosts
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    guest = get_object_or_404(guests_for(request.user), pk=pk)

    def act() -> str:
        register.cancel(guest)
        return _("The visit of %(name)s is cancelled.") % {"name": guest.name}

    done_or_said(request, act)
    return redirect("visitors:mine" if guest.host_id == asker(request).pk else "visitors:desk")


@require_GET
@never_cache
def guest_pass(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation links to. It says no more than the e-mail did, and nothing once the visit is over."""
    try:
        guest = badge_codes.guest_of(token)
    except Refused:
        guest = None
    if guest is None or not (guest.is_expected or guest.is_inside):
        return render(request, "visitors/pass_over.html", status=404)
    code = badge_codes.code_of(guest)
    context = {"guest": guest, "code": code, "qr": qr_path(code), **notices.kept_for()}
    response = render(request, "visitors/pass.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
