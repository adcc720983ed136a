"""A wrong environment is refused with the variable's name, before anything starts."""

from __future__ import annotations

import base64
import os
import string
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config.ops import env
from config.ops.databases import timeouts
from recognition.engine.model_files.manifest import DETECTOR_FILES

KEY_A, KEY_B = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
GOOD = {
    "debug": False,
    "secret_key": "r4nd0m" * 10,
    "face_keys": {"k1": b"\x01" * 32},
    "hosts": ["ostiary.example.org"],
}


@pytest.fixture
def setting(monkeypatch):
    """Set variables for one story: `setting("HTTPS", "maybe")`."""
    return monkeypatch.setenv


def refused(read, *args, **kwargs) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        read(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize("word", ["true", "True", "1", "yes", "on", " ON "])
def test_a_flag_is_on(setting, word):
    setting("HTTPS", word)
    assert env.flag("HTTPS") is True


@pytest.mark.parametrize("word", ["false", "0", "No", "off", ""])
def test_a_flag_is_off(setting, word):
    setting("HTTPS", word)
    assert env.flag("HTTPS", True) is False


FLAG_WORDS = {"1", "true", "yes", "on", "0", "false", "no", "off", ""}


@given(st.text(string.ascii_letters + string.digits + "-", min_size=1).filter(lambda w: w.lower() not in FLAG_WORDS))
def test_any_other_word_for_a_flag_is_refused_by_name(word):
    os.environ["OSTIARY_TEST_FLAG"] = word
    try:
        assert "OSTIARY_TEST_FLAG" in refused(env.flag, "OSTIARY_TEST_FLAG")
    finally:
        del os.environ["OSTIARY_TEST_FLAG"]


@pytest.mark.parametrize(
    ("read", "args", "value"),
    [
        (env.number, (5,), "five"),
        (env.number, (5,), "-1"),
        (env.fraction, (0.1,), "1.5"),
        (env.fraction, (0.1,), "nan"),
        (env.fraction, (0.1,), "often"),
        (env.choice, ("plain", ("plain", "json")), "xml"),
        (env.zone, ("UTC",), "Mars/Olympus"),
        (env.zone, ("UTC",), "../etc/passwd"),
        (env.database, ("sqlite:///x",), "oracle://somewhere/else"),
        (env.database, ("sqlite:///x",), "not an address"),
        (env.email, ("consolemail://",), "pigeon://loft"),
        (env.email, ("consolemail://",), "smtp"),
        (env.rate, ("60/min",), "often"),
        (env.rate, ("60/min",), "0/min"),
        (env.keyring, (f"k:{KEY_A}",), "k1:not-base64!"),
        (env.keyring, (f"k:{KEY_A}",), "k1:c2hvcnQ="),
        (env.keyring, (f"k:{KEY_A}",), KEY_A),
        (env.keyring, (f"k:{KEY_A}",), ""),
    ],
)
def test_a_wrong_value_is_refused_by_name(setting, read, args, value):
    setting("SOME_VARIABLE", value)
    assert "SOME_VARIABLE" in refused(read, "SOME_VARIABLE", *args)


def test_words_are_trimmed_and_empty_ones_dropped(setting):
    setting("ALLOWED_HOSTS", " one.example.org, ,two.example.org,")
    assert env.words("ALLOWED_HOSTS") == ["one.example.org", "two.example.org"]


def test_a_relative_folder_lies_in_the_project(setting):
    setting("VAR_DIR", "elsewhere")
    assert env.folder("VAR_DIR", env.BASE_DIR) == env.BASE_DIR / "elsewhere"


key_ids = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=16)


@given(st.dictionaries(key_ids, st.binary(min_size=32, max_size=32), min_size=1, max_size=4))
def test_a_keyring_is_read_back_in_order(keys):
    ring = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys.items())
    os.environ["OSTIARY_TEST_KEYS"] = ring
    try:
        assert list(env.keyring("OSTIARY_TEST_KEYS", "").items()) == list(keys.items())
    finally:
        del os.environ["OSTIARY_TEST_KEYS"]


@given(st.binary(max_size=64).filter(lambda key: len(key) != 32))
def test_a_key_of_another_length_is_refused(key):
    os.environ["OSTIARY_TEST_KEYS"] = "k1:" + base64.b64encode(key).decode()
    try:
        assert "OSTIARY_TEST_KEYS" in refused(env.keyring, "OSTIARY_TEST_KEYS", "")
    finally:
        del os.environ["OSTIARY_TEST_KEYS"]


def test_a_key_id_counts_once(setting):
    setting("FACE_KEYS", f"k1:{KEY_A},k1:{KEY_B}")
    assert "Each id must be unique" in refused(env.keyring, "FACE_KEYS", "")


def test_each_database_gets_what_it_needs_under_load(setting, tmp_path):
    setting("DATABASE_URL", f"sqlite:///{tmp_path}/new/site.sqlite3")
    sqlite = env.database("DATABASE_URL", "")
    setting("DATABASE_URL", "mysql://root@127.0.0.1:3306/ostiary")
    mysql = env.database("DATABASE_URL", "")
    setting("DATABASE_URL", "postgres://root@127.0.0.1:5432/ostiary")
    postgres = env.database("DATABASE_URL", "")

    assert sqlite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert (tmp_path / "new").is_dir()
    assert mysql["OPTIONS"]["charset"] == "utf8mb4"
    assert "lock_wait_timeout = 60" in mysql["OPTIONS"]["init_command"]
    assert timeouts.bounded(postgres, 8)["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize("address", ["foo", "", "oracle://scott:tiger@host/x", "sqlite://var/x.sqlite3", "://"])
def test_what_is_no_database_address_is_refused_by_name_and_nothing_else_is_said(setting, recwarn, address):
    setting("DATABASE_URL", address)
    with pytest.raises(ImproperlyConfigured) as caught:
        env.database("DATABASE_URL", "")
    assert str(caught.value).startswith("DATABASE_URL") and "tiger" not in str(caught.value)
    assert [str(warning.message) for warning in recwarn] == []


def test_a_detector_is_known_or_refused_by_the_variables_name(setting):
    assert tuple(DETECTOR_FILES) == env.DETECTORS
    for name in ("", "mmod", "yunet", "short_range", "full_range", "haar", "hog", "deepface:retinaface"):
        setting("RECOGNITION_DETECTOR", name)
        assert env.detector("RECOGNITION_DETECTOR") == name
    for name in ("nose", "deepface:", "YUNET"):
        setting("RECOGNITION_DETECTOR", name)
        assert f"not '{name}'" in refused(env.detector, "RECOGNITION_DETECTOR")


def test_production_starts_with_secrets_of_its_own():
    assert env.production_problems(**GOOD) == []


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"secret_key": env.DEVELOPMENT_SECRET_KEY}, "SECRET_KEY"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"secret_key": "change-me" * 9}, "SECRET_KEY"),
        ({"face_keys": {"dev": b"\x01" * 32}}, "FACE_KEYS"),
        ({"face_keys": {"k1": b"\x01" * 32, "k0": b"ostiary-development-face-key-32b"}}, "FACE_KEYS"),
        ({"hosts": []}, "ALLOWED_HOSTS"),
        ({"hosts": ["*"]}, "ALLOWED_HOSTS"),
        ({"debug": True}, "DEBUG"),
    ],
)
def test_production_refuses_what_is_fit_for_one_machine_only(change, variable):
    problems = env.production_problems(**{**GOOD, **change})
    assert len(problems) == 1
    assert problems[0].startswith(variable)


def test_a_developers_machine_needs_no_settings_at_all():
    local = {"debug": True, "secret_key": env.DEVELOPMENT_SECRET_KEY, "hosts": list(env.LOCAL_HOSTS)}
    assert env.production_problems(**{**GOOD, **local}) == []


def test_the_process_itself_does_not_start_with_default_secrets():
    answer = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DEBUG": "false", "ALLOWED_HOSTS": "example.org"},
        cwd=env.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode != 0
    assert "Ostiary does not start: SECRET_KEY" in answer.stderr
    assert "FACE_KEYS must be set" in answer.stderr
