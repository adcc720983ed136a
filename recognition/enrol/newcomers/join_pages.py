"""The pages of someone who has an invitation and no account."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.consent.notices import current_notices
from accounts.roles import Purpose
from config.errors import Refused
from config.web.client_address import place_of
from recognition.enrol.newcomers import sign_up
from recognition.enrol.newcomers.forms import CodeForm, JoinForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """For who was given a code to type. A wrong one counts as a try."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data["code"]
        try:
            sign_up.invited(typed, place_of(request))
        except Refused as refusal:
            if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
                raise
            form.add_error("code", refusal.message)
        else:
            return redirect("recognition:join", "".join(typed.split()))
    return render(request, "recognition/newcomers/code.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Refused `invitation_over` and `too_many_tries`, each a page."""
    invitation = sign_up.invited(token, place_of(request))
    if request.method == "POST":
        sign_up.count_form(place_of(request))
    notices = current_notices()
    purposes = [purpose for purpose in Purpose if purpose.value in notices]
    form = JoinForm(request.POST or None, request.FILES or None, purposes=purposes)
    if form.is_valid():
        try:
            sign_up.sign_up(invitation, form.said)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("recognition:joined")
    shown = [(purpose, notices[purpose]) for purpose in purposes]
    answer = render(request, "recognition/newcomers/join.html", {"form": form, "notices": shown})
    answer["Referrer-Policy"] = "same-origin"  # the address is the invitation
    return answer


@require_safe
@never_cache
def joined(request: HttpRequest) -> HttpResponse:
    return render(request, "recognition/newcomers/joined.html")
