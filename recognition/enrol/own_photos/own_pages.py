"""A member's own photos: those in use, those that wait, and new ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.consent.consent import standing_purposes
from accounts.identity.signed_in import asker
from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from config.web.language.plurals import counted
from config.web.permissions_policy import with_camera
from recognition.enrol import capture_guide
from recognition.enrol.capture_messages import capture_words
from recognition.enrol.enrolment import judge
from recognition.enrol.own_photos import own_samples, proposing
from recognition.enrol.own_photos.forms import OwnPhotosForm
from recognition.enrol.pages.camera import advice_on, number_of, photos_needed
from recognition.faces.profiles.runtime import executor, get_engine
from recognition.models import FaceSample, PhotoChange

SHOWN = 5  # changes that were decided


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The page; POST sends photos, from its form or (answered with JSON) from the page of the camera."""
    me = asker(request)
    wants_json = request.accepts("application/json") and not request.accepts("text/html")
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OwnPhotosForm(*posted, purposes=_agreed(me))
    if not posted:
        return render(request, "recognition/own_photos/mine.html", _context(me, form))
    try:
        change = _sent(me, form)
    except Refused as refusal:
        if wants_json:
            return JsonResponse(refusal.as_dict(), status=refusal.status)
        if not form.errors:
            form.add_error(None, refusal.message)
        return render(request, "recognition/own_photos/mine.html", _context(me, form), status=refusal.status)
    if wants_json:
        return JsonResponse(_as_json(change, len(form.sent.photos)))
    messages.success(request, _outcome(change))
    return redirect("recognition:own_photos")


@with_camera
@require_safe
@login_required
@never_cache
def camera(request: HttpRequest) -> HttpResponse:
    """The guided capture, as staff use it."""
    me = asker(request)
    purposes = _agreed(me)
    if not purposes:
        messages.warning(request, _("Agree to at least one purpose first. Then you can take photos."))
        return redirect("accounts:me")
    executor().submit(get_engine)  # the models are loaded while the person looks for the light
    done = reverse("recognition:own_photos")
    context: dict[str, Any] = {"person": me, "purposes": purposes, "steps": capture_guide.STEPS, "done": done}
    context["words"] = capture_words() | _words_of_sending()
    context["config"] = {
        "steps": [{"name": step.name, "ask": str(step.ask)} for step in capture_guide.STEPS],
        "judge_url": reverse("recognition:own_photos_judge"),
        "save_url": done,
        "photos": photos_needed(me, purposes),
    }
    return render(request, "recognition/own_photos/camera.html", context)


@require_POST
@login_required
def judge_frame(request: HttpRequest) -> JsonResponse:
    """What is to be done about one frame. It is kept nowhere."""
    me = asker(request)
    if not _agreed(me):
        raise Refused("no_consent", _("Agree to at least one purpose first. Then you can take photos."), status=403)
    proposing.count_frame(me)
    face, code, sentence = executor().submit(judge, request.body).result()
    return JsonResponse(advice_on(request.GET.get("step", "front"), face, code, sentence, number_of(request, "drop")))


@require_safe
@login_required
@never_cache
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    sample = get_object_or_404(FaceSample.objects.select_related("person"), pk=pk, person=asker(request))
    headers = {"Cross-Origin-Resource-Policy": "same-origin"}
    return HttpResponse(own_samples.view(sample), content_type="image/jpeg", headers=headers)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    me = asker(request)
    try:
        own_samples.remove(me, get_object_or_404(FaceSample, pk=pk, person=me))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The photo was removed."))
    return redirect("recognition:own_photos")


@require_POST
@login_required
def withdraw(request: HttpRequest) -> HttpResponse:
    proposing.withdraw(asker(request))
    messages.success(request, _("The new photos have been deleted. Your present photos stay in use."))
    return redirect("recognition:own_photos")


def _agreed(me: User) -> list[Purpose]:
    standing = standing_purposes(me)
    return [purpose for purpose in Purpose if purpose.value in standing]


def _sent(me: User, form: OwnPhotosForm) -> PhotoChange:
    if not form.is_valid():
        raise Refused("invalid", str(next(iter(form.errors.values()))[0]))
    return proposing.propose(me, form.sent)


def _context(me: User, form: OwnPhotosForm) -> dict[str, Any]:
    changes = PhotoChange.objects.filter(person=me).order_by("-made_at", "-pk")
    return {
        "form": form,
        "agreed": _agreed(me),
        "samples": [
            (sample, ", ".join(str(use.get_purpose_display()) for use in sample.uses.all()))
            for sample in own_samples.photos_of(me)
        ],
        "waiting": changes.filter(state=PhotoChange.State.WAITING).first(),
        "decided": changes.exclude(state=PhotoChange.State.WAITING)[:SHOWN],
    }


def _outcome(change: PhotoChange) -> str:
    if change.state == PhotoChange.State.ACCEPTED:
        return _("Your new photos are in use.")
    return _("Your new photos were sent. Until staff accept them, your present photos stay in use.")


def _as_json(change: PhotoChange, photos: int) -> dict[str, Any]:
    """As the page of the guided capture reads it."""
    warnings = [{"code": change.state, "message": _outcome(change)}]
    return {"accepted": photos, "photos": photos, "added": [], "verdicts": [], "warnings": warnings}


def _words_of_sending() -> dict[str, Any]:
    return {
        "all_taken": _("All photos are taken. Check them, then send."),
        "save": _("Send"),
        "save_many": counted(lambda n: ngettext("Send %(number)s photo", "Send %(number)s photos", n)),
        "saving": _("Sending"),
        "kept": counted(lambda n: ngettext("%(number)s photo was sent.", "%(number)s photos were sent.", n)),
        "leave": _("The photos you have taken are not sent yet."),
    }
