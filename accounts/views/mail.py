"""Which e-mails someone wants: on their own page, and through the link below each e-mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.identity.signed_in import asker
from accounts.mail import preferences


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    preferences.choose(asker(request), request.POST.getlist("kind"))
    messages.success(request, _("Saved. You will get the e-mails you chose."))
    return redirect("accounts:me")


@csrf_exempt  # the signed address is the permission; mail programs post here without a page (RFC 8058)
@never_cache
def wish(request: HttpRequest, token: str) -> HttpResponse:
    """No signing in. Opening it changes nothing (programs open links too); the button does (POST)."""
    person, kind = preferences.read_link(token)
    if request.method == "POST":
        preferences.want(person, kind, request.POST.get("wanted") == "yes")
    context = {"kind": kind, "wanted": preferences.is_wanted(person, kind), "decided": request.method == "POST"}
    return render(request, "accounts/mail_wish.html", context)
