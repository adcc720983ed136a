"""The first steps of a new site at its stations (config.ops.registries.first_steps)."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config.ops.registries.first_steps import FIRST_STEPS, FirstStep
from recognition.faces.profiles import profiles
from recognition.models import Station, StationDevice


def register() -> None:
    FIRST_STEPS.register("models", MODELS)
    FIRST_STEPS.register("station", STATION, order=5)
    FIRST_STEPS.register("paired", PAIRED, order=6)


MODELS = FirstStep(
    _("Prepare the recognition models"),
    _("The page shows which models are ready, what they are allowed for and how to get better ones."),
    reverse_lazy("recognition:face_models"),
    lambda: profiles.is_ready(settings.RECOGNITION_PROFILE),
)
STATION = FirstStep(
    _("Add a station"),
    _("A station is a camera at a place: an entrance, a classroom, the library's exit, the lockers."),
    reverse_lazy("admin:recognition_station_add"),
    lambda: Station.objects.exists(),
)
PAIRED = FirstStep(
    _("Pair a screen or a camera"),
    _("Open the station, make a pairing code, and type it at the address /kiosk/ on the screen beside the camera."),
    reverse_lazy("admin:recognition_station_changelist"),
    lambda: StationDevice.objects.exists(),
)
