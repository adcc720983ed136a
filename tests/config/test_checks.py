"""`manage.py check` tells what is missing on this machine, quickly and without loading any model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from config.ops import env
from config.ops.health import checks
from recognition.engine.evaluation import curves
from recognition.management import system_checks

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
    (warning,) = system_checks.models_are_built(None)
    assert warning.id == "recognition.W002"
    assert "setup_models --profile bundled" in warning.hint


def test_an_unknown_profile_is_an_error(settings, tmp_path):
    settings.MODELS_DIR, settings.RECOGNITION_PROFILE = tmp_path, "guesswork"
    assert ids(system_checks.models_are_built(None)) == ["recognition.E002"]


def test_a_detectors_own_files_are_asked_for(settings, tmp_path):
    settings.MODELS_DIR, settings.RECOGNITION_DETECTOR = tmp_path, "yunet"
    (warning,) = system_checks.models_are_built(None)
    assert "face_detection_yunet_2023mar.onnx is missing" in warning.msg


def test_thresholds_that_were_measured_with_another_detector_are_a_warning(settings, tmp_path):
    settings.MODELS_DIR = tmp_path
    for chosen in ("", "mmod"):
        settings.RECOGNITION_DETECTOR = chosen
        assert system_checks.thresholds_are_of_this_detector(None) == []
    settings.RECOGNITION_DETECTOR = "yunet"
    (warning,) = system_checks.thresholds_are_of_this_detector(None)
    assert warning.id == "recognition.W004" and "measured with the detector mmod" in warning.msg

    measured = replace(curves.load("bundled", tmp_path), detector="yunet")
    measured.save(curves.site_file("bundled", tmp_path))
    assert system_checks.thresholds_are_of_this_detector(None) == []


def test_thresholds_of_the_site_s_own_that_an_upgrade_left_behind_are_a_warning(settings, tmp_path):
    settings.MODELS_DIR = tmp_path
    own = curves.site_file(settings.RECOGNITION_PROFILE, tmp_path)
    assert system_checks.own_thresholds_are_used(None) == []
    replace(curves.load(settings.RECOGNITION_PROFILE, tmp_path), revision=1).save(own)
    (warning,) = system_checks.own_thresholds_are_used(None)
    assert warning.id == "recognition.W007" and "evaluate_gallery" in warning.hint


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
    installed = dict(zip(system_checks.OPENCV, versions, strict=True))
    monkeypatch.setattr(system_checks, "_version", installed.get)
    assert ids(system_checks.one_opencv(None)) == found


def test_the_installed_wheels_of_opencv_agree():
    assert all(system_checks._version(name) for name in system_checks.OPENCV)
    assert system_checks.one_opencv(None) == []


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


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", []),
        ("redis://127.0.0.1:6379/0", []),
        ("redis://[::1]:6379/0", []),
        ("unix:///run/redis.sock", []),
        ("rediss://ostiary:pass@redis.example.org:6379/0", []),
        ("redis://:pass@redis.example.org:6379/0", []),
        ("redis://redis.example.org:6379/0", ["config.W004"]),
        ("rediss://ostiary@10.0.0.7:6379/0", ["config.W004"]),
    ],
)
def test_a_redis_elsewhere_wants_a_password(settings, address, expected):
    settings.REDIS_URL = address
    assert ids(checks.redis_asks_who_comes(None)) == expected
