"""The pages of someone who has an invitation and no account."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.consent.notices import current_notices
from accounts.roles import Purpose
from config.errors import Refused
from config.web.client_address import place_of
from config.web.permissions_policy import with_camera
from recognition.enrol import capture_guide
from recognition.enrol.capture_messages import capture_words
from recognition.enrol.enrolment import judge
from recognition.enrol.newcomers import sign_up
from recognition.enrol.newcomers.forms import CodeForm, JoinForm
from recognition.enrol.pages.camera import advice_on, number_of
from recognition.faces.profiles.runtime import executor

STEPS = tuple(step for step in capture_guide.STEPS if step.name in ("front", "left", "right"))


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


@with_camera
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
    context = {"form": form, "notices": shown, **_camera(token)}
    answer = render(request, "recognition/newcomers/join.html", context)
    answer["Referrer-Policy"] = "same-origin"  # the address is the invitation
    return answer


@require_POST
@never_cache
def judge_frame(request: HttpRequest, token: str) -> JsonResponse:
    """What is to be done about one frame of the guided camera. It is kept nowhere."""
    sign_up.invited(token, place_of(request))
    sign_up.count_frame(place_of(request))
    face, code, sentence = executor().submit(judge, request.body).result()
    return JsonResponse(advice_on(request.GET.get("step", "front"), face, code, sentence, number_of(request, "drop")))


@require_safe
@never_cache
def joined(request: HttpRequest) -> HttpResponse:
    return render(request, "recognition/newcomers/joined.html")


def _camera(token: str) -> dict[str, Any]:
    """What the script of the guided camera reads."""
    steps = [{"name": step.name, "ask": str(step.ask)} for step in STEPS]
    words = capture_words() | {"all_taken": _("All photos are taken. Check them, then send the form.")}
    config = {"steps": steps, "judge_url": reverse("recognition:join_judge", args=[token])}
    return {"steps": STEPS, "words": words, "config": config}
