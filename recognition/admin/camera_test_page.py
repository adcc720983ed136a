"""The page on which an administrator tests one camera's address: its picture, size, pace, light, and what to change."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.models import User
from config.errors import Refused
from config.web import throttle
from config.web.guards import only
from recognition.engine import Face, Image, images
from recognition.faces import access_log
from recognition.faces.profiles.runtime import executor, get_engine
from recognition.live.messages import stations_words
from recognition.stations.camera import probing
from recognition.stations.camera.advice import FaceLook, PictureLook, advice_on, is_slow, light_of
from recognition.stations.camera.probing import ProbeResult

log = logging.getLogger("ostiary.live")

TESTS, WINDOW = 10, 300  # of one person, in so many seconds
ENGINE_SECONDS = 15
LEAST_FACE = 80  # px: what a walk-up station wants (recognition.live.pipeline.MIN_FACE)
RUNNING = "camera-test"


@dataclass(frozen=True, slots=True)
class CameraTest:
    """What the page shows. `light`: mean grey level in percent; `face`: width in px of the largest face, or None."""

    source: str
    width: int
    height: int
    fps: float
    light: int
    face: int | None
    picture: str
    advice: Sequence[str]


class CameraTestForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Address of the camera"),
        max_length=probing.LONGEST,
        help_text=gettext_lazy(
            "For example rtsp://user:password@192.168.1.20/stream2, http://192.168.1.20/video.mjpg, or 0 for the first "
            "USB camera of the server. It is used once and not stored."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )


def _may_test(user: Any) -> bool:
    return bool(user.is_administrator)


@sensitive_post_parameters("address")
@only(_may_test)
@require_http_methods(["GET", "POST"])
@sensitive_variables("form", "address")
def test_camera(request: HttpRequest) -> HttpResponse:
    """What was typed comes back without the user name and password in it."""
    form = CameraTestForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            address = form.cleaned_data["address"]
            try:
                context["found"] = _tested(address, cast(User, request.user))
                status = 200
            except Refused as refusal:
                context["refusal"] = refusal.message
            context["form"] = CameraTestForm(initial={"address": probing.shown(address)})
        else:
            context |= {"form": CameraTestForm(), "refusal": _("Write an address of at most 500 characters.")}
    return render(request, "recognition/live/test_camera.html", context, status=status)


def _tested(address: str, user: User) -> CameraTest:
    """One at a time on this site, and a few for each person. A picture may show faces, so the look is logged."""
    if throttle.count(f"{RUNNING}:{user.pk}", window=WINDOW) > TESTS:
        raise Refused("too_many_attempts", _("Too many tests. Wait five minutes and try again."), status=429)
    if not cache.add(RUNNING, 1, int(probing.PATIENCE) + ENGINE_SECONDS):
        raise Refused("busy", _("Another camera is being tested. Try again in a moment."), status=409)
    try:
        access_log.record("camera_tested", actor=user, camera=probing.shown(address)[:100])
        return _report(probing.shown(address), probing.probe(address))
    finally:
        cache.delete(RUNNING)


def _report(source: str, found: ProbeResult) -> CameraTest:
    image = images.decode(found.jpeg, max_bytes=5_000_000, max_side=2000, bound_to=1280)
    faces = _faces(image)
    scale = found.width / image.shape[1]
    picture = "data:image/jpeg;base64," + base64.b64encode(found.jpeg).decode()
    largest = max((round(face.box.size * scale) for face in faces), default=None)
    light = round(100 * light_of(image) / 255)
    advice = _advice(image, faces, found, scale)
    return CameraTest(source, found.width, found.height, found.fps, light, largest, picture, advice)


def _advice(image: Image, faces: Sequence[Face], found: ProbeResult, scale: float) -> list[str]:
    words = stations_words()["advice"]
    looks = tuple(FaceLook(face.box.size * scale, face.quality.light, face.quality.sharpness) for face in faces)
    codes = [advice_on([PictureLook(time.monotonic(), light_of(image), looks)], min_face=LEAST_FACE, few=1)]
    codes.append("slow" if is_slow(found.fps, room=False, liveness=True) else "")
    said = [words[code] for code in codes if code]
    if found.width < 640:
        said.append(_("The picture is less than 640 pixels wide. Choose a stream with more."))
    elif found.width > 1920:
        said.append(_("The picture is larger than needed. A sub-stream of 1280 × 720 costs less and is as good."))
    return said


def _faces(image: Image) -> Sequence[Face]:
    """None where the engine does not answer: the rest of the test is worth something without it."""
    try:
        faces: Sequence[Face] = executor().submit(_detected, image).result(timeout=ENGINE_SECONDS)
    except Exception:
        log.exception("A camera's picture could not be searched for faces")
        return ()
    return faces


def _detected(image: Image) -> Sequence[Face]:
    return get_engine().detect(image, min_face=24)
