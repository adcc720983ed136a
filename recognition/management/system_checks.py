"""System checks with ids. They look at files, package data and a few rows: no model and no OpenCV is loaded."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register
from django.db import DatabaseError

from config.errors import Refused
from recognition.engine.evaluation import curves
from recognition.engine.model_files.manifest import files_of, spec_of
from recognition.engine.model_files.store import ModelStore
from recognition.faces.profiles import outdated, profiles
from recognition.models import Station
from recognition.stations import liveness_policy
from recognition.stations.liveness_policy import LivenessLevel

MOST_NAMED = 5
OPENCV = ("opencv-python-headless", "opencv-contrib-python-headless")


@register
def one_opencv(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Both wheels write into the same `cv2` folder, so two versions make a broken mixture."""
    versions = {name: found for name in OPENCV if (found := _version(name))}
    if len(set(versions.values())) <= 1:
        return []
    return [
        checks.Error(
            "Two versions of OpenCV are installed over each other: "
            + ", ".join(f"{name} {found}" for name, found in versions.items()),
            hint="Reinstall the locked versions: pip install --require-hashes --force-reinstall -r requirements.txt",
            id="recognition.E001",
        )
    ]


@register
def models_are_built(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Only whether the files are there; checksums are verified when the engine loads them."""
    name = settings.RECOGNITION_PROFILE
    try:
        missing = _missing_files(name)
    except Refused as refusal:
        hint = "Correct RECOGNITION_PROFILE, or install the locked requirements again."
        return [checks.Error(refusal.message, hint=hint, id="recognition.E002")]
    if not missing:
        return []
    return [
        checks.Warning(
            f"No one can be recognised yet: {missing[0]} is missing.",
            hint=f"Run: manage.py setup_models --profile {name}",
            id="recognition.W002",
        )
    ]


@register
def thresholds_are_of_this_detector(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Another detector cuts faces out a little differently, and so moves the distances that thresholds stand for."""
    chosen, profile = settings.RECOGNITION_DETECTOR, settings.RECOGNITION_PROFILE
    try:
        measured = curves.load(profile, settings.MODELS_DIR).detector if chosen else chosen
    except Refused:  # not measured: no one is named, and the engine says so
        return []
    if measured == chosen:
        return []
    words = f"The thresholds of '{profile}' were measured with the detector {measured}, not with {chosen}."
    hint = "The false match rate is not known. Run: manage.py evaluate_gallery DIR --write"
    return [checks.Warning(words, hint=hint, id="recognition.W004")]


@register(deploy=True)
def which_profile(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Said to anyone who looks the site over before it goes into service."""
    if name := profiles.waits_for_restart():
        words = f"The profile '{name}' was chosen, but this process still uses '{settings.RECOGNITION_PROFILE}'."
        return [checks.Warning(words, hint="Restart the server and the worker.", id="recognition.W005")]
    return [checks.Info(profiles.sentence(), id="recognition.I001")]


@register
def own_thresholds_are_used(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An upgrade that cuts faces otherwise leaves a site's own measurement behind."""
    profile = settings.RECOGNITION_PROFILE
    try:
        if not curves.is_superseded(profile, settings.MODELS_DIR):
            return []
    except Refused:  # it cannot be read: the engine says so
        return []
    words = f"The site's own thresholds for '{profile}' were measured before the way faces are cropped changed."
    hint = "Until they are measured again, the shipped thresholds are used. Run: manage.py evaluate_gallery DIR --write"
    return [checks.Warning(words, hint=hint, id="recognition.W007")]


@register
def photos_are_of_this_profile(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    advice = outdated.advice_if_known(settings.RECOGNITION_PROFILE)
    hint = f"Until then '{settings.RECOGNITION_PROFILE}' does not know these people. The log names what fails."
    return [checks.Warning(advice, hint=hint, id="recognition.W003")] if advice else []


@register
def no_photograph_opens_a_station(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A walk-up station without liveness takes a photograph for the person. Demonstrations say so on their tile."""
    names = [station.name for station in _stations(active=True) if liveness_policy.opens_for_a_photograph(station)]
    if not names:
        return []
    words = f"At these stations a photograph is recognised as the person: {', '.join(names[:MOST_NAMED])}"
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    hint = "Set their liveness to passive or challenge (docs/stations.md)."
    return [checks.Warning(f"{words}{more}.", hint=hint, id="recognition.W005")]


@register
def challenges_can_be_asked(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Where the models of a challenge are missing no one passes: people are asked for their card instead."""
    names = [
        station.name
        for station in _stations(active=True, liveness=LivenessLevel.CHALLENGE)
        if station.purpose not in settings.PURPOSES_WITHOUT_SEARCH
    ]
    if not names:
        return []
    from recognition.live import liveness_service  # brings OpenCV, and is asked for at such sites only

    try:
        liveness_service.require_liveness()
    except Refused as refusal:
        words = f"No one can be recognised at {', '.join(names[:MOST_NAMED])}: the liveness challenge is not available."
        return [checks.Warning(words, hint=refusal.message, id="recognition.W006")]
    return []


def _stations(**which: Any) -> list[Station]:
    """Empty before `migrate`, or when the database is down: checks must work without it too."""
    try:
        return list(Station.objects.filter(**which)) if outdated.has_database() else []
    except DatabaseError:
        return []


def _missing_files(profile: str) -> list[str]:
    store = ModelStore(settings.MODELS_DIR)
    files = files_of(spec_of(profile, settings.MODELS_DIR), settings.RECOGNITION_DETECTOR or None)
    return [file.name for file in files if not file.optional and not store.has(file.name)]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
