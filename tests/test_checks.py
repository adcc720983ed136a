"""`manage.py check` tells what is missing on this machine, quickly and without loading any model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from config import checks, env
from recognition import checks as recognition_checks
from recognition.engine import curves

HEAVY = ("deepface", "onnxruntime", "onnx", "tensorflow", "dlib", "matplotlib", "pandas")
CHECK = f"""
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.core.management import call_command
call_command("check")
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def ids(messages):
    return [message.id for message in messages]


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """What `manage.py check` imported, in a process of its own. How long it takes is measured in `make bench`."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(tmp_path_factory.mktemp("var"))},
        cwd=env.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_checking_loads_no_model_and_no_inference_library(checked):
    assert checked == []


def test_missing_models_are_a_warning_with_the_command_that_helps(settings, tmp_path):
    settings.MODELS_DIR = tmp_path
    (warning,) = recognition_checks.models_are_built(None)
    assert warning.id == "recognition.W002"
    assert "setup_models --profile bundled" in warning.hint


def test_an_unknown_profile_is_an_error(settings, tmp_path):
    settings.MODELS_DIR, settings.RECOGNITION_PROFILE = tmp_path, "guesswork"
    assert ids(recognition_checks.models_are_built(None)) == ["recognition.E002"]


def test_a_detectors_own_files_are_asked_for(settings, tmp_path):
    settings.MODELS_DIR, settings.RECOGNITION_DETECTOR = tmp_path, "yunet"
    (warning,) = recognition_checks.models_are_built(None)
    assert "face_detection_yunet_2023mar.onnx is missing" in warning.msg


def test_thresholds_that_were_measured_with_another_detector_are_a_warning(settings, tmp_path):
    settings.MODELS_DIR = tmp_path
    for chosen in ("", "mmod"):
        settings.RECOGNITION_DETECTOR = chosen
        assert recognition_checks.thresholds_are_of_this_detector(None) == []
    settings.RECOGNITION_DETECTOR = "yunet"
    (warning,) = recognition_checks.thresholds_are_of_this_detector(None)
    assert warning.id == "recognition.W004" and "measured with the detector mmod" in warning.msg

    measured = replace(curves.load("bundled", tmp_path), detector="yunet")
    measured.save(curves.site_file("bundled", tmp_path))
    assert recognition_checks.thresholds_are_of_this_detector(None) == []


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        (("4.13.0.92", "4.13.0.92"), []),
        (("4.13.0.92", None), []),
        ((None, None), []),
        (("5.0.0.1", "4.13.0.92"), ["recognition.E001"]),
    ],
)
def test_two_versions_of_opencv_are_an_error(monkeypatch, versions, found):
    installed = dict(zip(recognition_checks.OPENCV, versions, strict=True))
    monkeypatch.setattr(recognition_checks, "_version", installed.get)
    assert ids(recognition_checks.one_opencv(None)) == found


def test_the_installed_wheels_of_opencv_agree():
    assert all(recognition_checks._version(name) for name in recognition_checks.OPENCV)
    assert recognition_checks.one_opencv(None) == []


def test_deployment_wants_redis_mail_and_no_demo(settings):
    settings.REDIS_URL, settings.DEMO = "", True
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    found = [
        *checks.one_process_without_redis(None),
        *checks.mail_reaches_people(None),
        *checks.no_demo_in_production(None),
    ]
    assert ids(found) == ["config.W001", "config.W002", "config.W003"]


def test_a_proper_deployment_is_clean(settings):
    settings.REDIS_URL, settings.DEMO = "redis://127.0.0.1:6379/0", False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert checks.one_process_without_redis(None) == []
    assert checks.mail_reaches_people(None) == []
    assert checks.no_demo_in_production(None) == []
