"""Each language says all that English says, with the same values in its sentences."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from config.web.language.offered import NAMES, WRITTEN_IN, folder_of

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = [code for code in NAMES if code != WRITTEN_IN]
SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings"}  # not those of the tests, which lie elsewhere
SOURCES = ("accounts", "attendance", "config", "home", "library", "lockers", "recognition", "templates", "visitors")
VALUES = re.compile(r"%\(\w+\)[sdif]|\{\{ ?\w+ ?\}\}|\{\w*\}|</?[a-z][^>]*>")


@cache
def catalogue(code):
    with (ROOT / "locale" / folder_of(code) / "LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=folder_of(code))


def texts(message):
    """Pairs of a sentence and its translation; the last plural form stands for the plural."""
    if isinstance(message.id, tuple):
        return [(message.id[1], message.string[-1])]
    return [(message.id, message.string)]


def forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def messages(code):
    return [message for message in catalogue(code) if message.id]


def key(message):
    return (message.context, message.id)


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_sentence_is_translated_and_none_is_guessed(code):
    lacking = [
        m.id for m in messages(code) if m.fuzzy or not m.string or (isinstance(m.string, tuple) and not all(m.string))
    ]
    assert messages(code) and lacking == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_translation_has_the_values_of_its_sentence(code):
    different = [
        (sentence, said)
        for message in messages(code)
        for sentence, said in texts(message)
        if sorted(VALUES.findall(sentence)) != sorted(VALUES.findall(said))
    ]
    assert different == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_plural_has_all_forms_of_the_language(code):
    plural = [message for message in messages(code) if isinstance(message.id, tuple)]
    assert plural and all(len(message.string) == catalogue(code).num_plurals for message in plural)


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_all_languages_say_the_same(code):
    assert {key(m) for m in messages(code)} == {key(m) for m in messages(LANGUAGES[0])}


@pytest.mark.long
def test_no_text_of_the_product_is_missing_from_the_catalogues(tmp_path):
    """What `make words` would add."""
    if not shutil.which("xgettext"):
        if os.environ.get("CI") == "true":
            pytest.fail("xgettext is not installed (Debian's gettext)")
        pytest.skip("xgettext is not installed (Debian's gettext)")
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "locale").mkdir()
    command = [sys.executable, "manage.py", "makemessages", "-l", "de", "--no-location", "--no-wrap"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "VAR_DIR": str(tmp_path / "var"), **SETTINGS},
    )
    assert done.returncode == 0, done.stderr
    with (tmp_path / "locale/de/LC_MESSAGES/django.po").open("rb") as file:
        found = {key(message) for message in read_po(file, locale="de") if message.id}
    assert len(found) > 4000
    assert sorted(found - {key(m) for m in messages("de")}, key=str) == []
