"""The pages of a visit: agree, photos, greeting and challenge, delete. The server decides each step."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.consent.notices import current_notice
from config.errors import Refused
from config.web.client_address import place_of
from config.web.permissions_policy import with_camera
from recognition.demo.try_it import stages, visitors, words
from recognition.demo.try_it.access import drop, found, has_camera, keep, on_a_demo, says_json, visitor
from recognition.enrol import capture_guide
from recognition.enrol.capture_messages import capture_words
from recognition.enrol.enrolment import Enrolment, judge
from recognition.enrol.pages.camera import advice_on, number_of
from recognition.enrol.pages.forms import PhotosForm
from recognition.enrol.photo_warnings import ENOUGH_PHOTOS
from recognition.faces.profiles.runtime import executor, live_executor
from recognition.live import liveness_service
from recognition.live.messages import camera_states

STEPS = tuple(step for step in capture_guide.STEPS if step.name in ("front", "left", "right"))
ENOUGH = min(ENOUGH_PHOTOS, len(STEPS))


@on_a_demo
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """What will happen, and whether the visitor agrees."""
    if found(request) is not None:
        return redirect("try_it:photos")
    refusal = None
    if request.method == "POST":
        try:
            return _begun(request)
        except Refused as said:
            refusal = said
    context = {
        "refusal": refusal,
        "name": request.POST.get("name", "")[:40],
        "secure": has_camera(request),
        "minutes": int(visitors.LIVES.total_seconds() // 60),
        "notice": current_notice(visitors.PURPOSE),
        "camera": {code: camera_states()[code] for code in ("camera_insecure", "camera_missing")},
    }
    return render(request, "recognition/try_it/start.html", context, status=refusal.status if refusal else 200)


def _begun(request: HttpRequest) -> HttpResponse:
    if not has_camera(request):
        words_ = _("Browsers only allow cameras on https pages, or on the server itself. Open this page there.")
        raise Refused("camera_insecure", words_, status=403)
    who = visitors.begin(
        request.POST.get("name", ""), agrees=request.POST.get("agrees") == "on", address=place_of(request)
    )
    response = redirect("try_it:photos")
    keep(response, who)
    return response


# --- photos ---------------------------------------------------------------------------------------


@on_a_demo
@with_camera
@require_safe
def photos(request: HttpRequest) -> HttpResponse:
    """The guided capture, as staff use it to enrol people, in three steps."""
    who = found(request)
    if who is None:
        return redirect("try_it:start")
    liveness_service.warm_up()
    done = reverse("try_it:station")
    context: dict[str, Any] = {"person": who, "purposes": [visitors.PURPOSE], "steps": STEPS, "done": done}
    context["words"] = capture_words()
    context["stage"] = "photos"
    context["config"] = {
        "steps": [{"name": step.name, "ask": str(step.ask)} for step in STEPS],
        "judge_url": reverse("try_it:judge"),
        "save_url": reverse("try_it:save"),
        "photos": {
            visitors.PURPOSE.value: {
                "label": str(visitors.PURPOSE.label),
                "kept": visitors.photos_of(who),
                "enough": ENOUGH,
            }
        },
    }
    return render(request, "recognition/try_it/photos.html", context)


@on_a_demo
@require_POST
@says_json
def judge_frame(request: HttpRequest) -> JsonResponse:
    """What is to be done about one frame. It is kept nowhere."""
    stage = stages.of(visitor(request).pk)
    stage.guard.check_rate()
    face, code, sentence = executor().submit(judge, request.body).result()
    return JsonResponse(advice_on(request.GET.get("step", "front"), face, code, sentence, number_of(request, "drop")))


@on_a_demo
@require_POST
@says_json
def save(request: HttpRequest) -> JsonResponse:
    """Enrol the visitor from these photos. Whom else they look like, no visitor is told."""
    who = visitor(request)
    form = PhotosForm(request.POST, request.FILES, purposes=[visitors.PURPOSE])
    if not form.is_valid():
        raise Refused("invalid", str(next(iter(form.errors.values()))[0]))
    return JsonResponse(_enrolled(visitors.photographed(who, form.cleaned_data["photos"])))


def _enrolled(enrolment: Enrolment) -> dict[str, Any]:
    """As the page of the guided capture reads it."""
    return {
        "accepted": enrolment.accepted,
        "photos": enrolment.photos,
        "added": enrolment.added,
        "verdicts": [
            {
                "name": one.name,
                "accepted": one.accepted,
                "code": one.code,
                "reason": words.of_photo(one.code, one.reason),
            }
            for one in enrolment.verdicts
        ],
        "warnings": [],
        "undecided": False,
    }


# --- greeting and challenge -----------------------------------------------------------------------


@on_a_demo
@with_camera
@require_safe
def station(request: HttpRequest) -> HttpResponse:
    """A walk-up station with passive liveness, then the challenge of the lockers."""
    who = found(request)
    if who is None:
        return redirect("try_it:start")
    if not visitors.photos_of(who):
        return redirect("try_it:photos")
    liveness_service.warm_up()
    names = ("look", "challenge", "answer")
    context = {
        "words": words.page_words(),
        "config": {name: reverse(f"try_it:{name}") for name in names},
        "stage": "station",
    }
    return render(request, "recognition/try_it/station.html", context)


@on_a_demo
@require_POST
@says_json
def look(request: HttpRequest) -> JsonResponse:
    """One picture at the walk-up station."""
    who = visitor(request)
    stage = stages.of(who.pk)
    result = live_executor().submit(stages.process, stage, request.body, _number(request)).result()
    stages.act(stage, result)
    said = words.of_station(result, who.first_name)
    greeted = stage.greeted
    return JsonResponse(
        {**said, "greeted": greeted is not None, "lines": words.of_greeting(greeted) if greeted else []}
    )


@on_a_demo
@require_POST
@says_json
def challenge(request: HttpRequest) -> JsonResponse:
    """Begin a challenge, drawn at random."""
    stage = stages.of(visitor(request).pk)
    return JsonResponse(_progress(stage, stages.challenge(stage)))


@on_a_demo
@require_POST
@says_json
def answer(request: HttpRequest) -> JsonResponse:
    """One picture of the challenge."""
    stage = stages.of(visitor(request).pk)
    return JsonResponse(
        _progress(stage, live_executor().submit(stages.answer, stage, request.body, _number(request)).result())
    )


def _number(request: HttpRequest) -> int:
    """Of a picture, growing; 0 without one."""
    typed = request.GET.get("n", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else 0


def _progress(stage: stages.Stage, progress: stages.Progress) -> dict[str, Any]:
    ended = stage.ended
    return {
        **words.of_challenge(progress),
        "step": min(progress.step_index + 1, progress.steps),
        "done": progress.step_index,
        "steps": progress.steps,
        "over": ended is not None,
        "passed": ended is not None and ended.passed_as(stage.person),
        "lines": words.of_ending(ended, stage.person) if ended else [],
    }


# --- the end --------------------------------------------------------------------------------------


@on_a_demo
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Everything, at once. Twice is harmless."""
    who = found(request)
    if who is not None:
        visitors.delete(who)
    response = redirect("try_it:deleted")
    drop(response)
    return response


@on_a_demo
@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    return render(request, "recognition/try_it/deleted.html")
