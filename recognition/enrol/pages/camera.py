"""The guided capture: five photos with a webcam, with advice while the person moves."""

from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from config.web.guards import own_address
from config.web.permissions_policy import with_camera
from recognition.engine import Face
from recognition.enrol import capture_guide
from recognition.enrol.capture_messages import capture_words
from recognition.enrol.enrolment import judge
from recognition.enrol.pages.access import agreed_purposes, for_enrolling_staff
from recognition.enrol.photo_warnings import enough_for, photos_by_purpose
from recognition.faces.profiles.runtime import executor, get_engine


@with_camera
@require_safe
@for_enrolling_staff
def camera(request: HttpRequest, pk: int) -> HttpResponse:
    """The page. Without a consent there is nothing to photograph for."""
    who = get_object_or_404(User, pk=pk)
    purposes = agreed_purposes(request, who)
    if not purposes:
        messages.warning(
            request, _("This person has not agreed yet, so no photo may be taken. Record the consent first.")
        )
        return redirect("recognition:enrol", pk)
    executor().submit(get_engine)  # the models are loaded while the person takes a seat
    done = own_address(request.GET.get("next", "")) or reverse("recognition:enrol", args=[pk])
    context: dict[str, Any] = {"person": who, "purposes": purposes, "steps": capture_guide.STEPS, "done": done}
    context["words"] = capture_words()
    context["config"] = {
        "steps": [{"name": step.name, "ask": str(step.ask)} for step in capture_guide.STEPS],
        "judge_url": reverse("recognition:enrol_judge", args=[pk]),
        "save_url": reverse("recognition:enrol_photos", args=[pk]),
        "photos": photos_needed(who, purposes),
    }
    return render(request, "recognition/enrol/camera.html", context)


def photos_needed(who: User, purposes: list[Purpose]) -> dict[str, dict[str, Any]]:
    """By purpose: how many there are, and how many it takes."""
    kept = photos_by_purpose(who, [purpose.value for purpose in purposes])
    return {
        purpose.value: {"label": str(purpose.label), "kept": kept[purpose.value], "enough": enough_for(purpose.value)}
        for purpose in purposes
    }


@require_POST
@for_enrolling_staff
def judge_frame(request: HttpRequest, pk: int) -> JsonResponse:
    """What is to be done about one frame. It is looked at on the engine's threads and kept nowhere."""
    who = get_object_or_404(User, pk=pk)
    if not agreed_purposes(request, who):
        raise Refused(
            "no_consent",
            _("This person has not agreed yet, so no photo may be taken. Record the consent first."),
            status=403,
        )
    face, code, sentence = executor().submit(judge, request.body).result()
    return JsonResponse(advice_on(request.GET.get("step", "front"), face, code, sentence, number_of(request, "drop")))


def advice_on(
    step: str, face: Face | None, code: str | None, sentence: str | None, straight_drop: float | None
) -> dict[str, Any]:
    """What the page is told of one frame, as JSON. `straight_drop`: see `capture_guide.Head`."""
    if face is None:
        return {"ready": False, "code": code, "sentence": _sentence(code, sentence), "usable": False}
    pose = {"yaw": round(face.quality.yaw, 1), "pitch": round(face.quality.pitch, 1)}
    head = capture_guide.head_of(face.landmarks)
    told = code or capture_guide.advice(step, face.landmarks, straight_drop=straight_drop)
    return {
        "ready": told == "ready",
        "usable": code is None,  # good enough to be taken by hand
        "code": told,
        "sentence": _sentence(told, sentence),
        "pose": pose,
        "drop": head.drop if head else None,
        "box": list(face.box),
    }


def _sentence(code: str | None, of_a_photo: str | None) -> str:
    """In the words for someone before the camera, where there are some."""
    return str(capture_guide.SENTENCES.get(code or "", of_a_photo or ""))


def number_of(request: HttpRequest, name: str) -> float | None:
    """A finite number of the address; None for everything else."""
    try:
        value = float(request.GET[name])
    except (KeyError, ValueError):
        return None
    return value if math.isfinite(value) else None
