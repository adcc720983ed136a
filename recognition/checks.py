"""System checks with ids. They look at files, package data and one count of rows: no model and no OpenCV is loaded."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

from config.errors import Refused
from recognition import outdated
from recognition.engine import curves
from recognition.engine.manifest import files_of, spec_of
from recognition.engine.store import ModelStore

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
            f"Nobody can be recognised yet: {missing[0]} is missing.",
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
    except Refused:  # not measured at all: nobody is named, and the engine says so
        return []
    if measured == chosen:
        return []
    words = f"The thresholds of '{profile}' were measured with the detector {measured}, and not with {chosen}."
    hint = "The false match rate is not known. Run: manage.py evaluate_gallery DIR --write"
    return [checks.Warning(words, hint=hint, id="recognition.W004")]


@register
def photos_are_of_this_profile(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    advice = outdated.advice_if_known(settings.RECOGNITION_PROFILE)
    hint = f"Until then '{settings.RECOGNITION_PROFILE}' does not know these people. What fails is named in the log."
    return [checks.Warning(advice, hint=hint, id="recognition.W003")] if advice else []


def _missing_files(profile: str) -> list[str]:
    store = ModelStore(settings.MODELS_DIR)
    files = files_of(spec_of(profile, settings.MODELS_DIR), settings.RECOGNITION_DETECTOR or None)
    return [file.name for file in files if not file.optional and not store.has(file.name)]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
