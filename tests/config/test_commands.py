"""Commands that others script against: one document on standard output, or one clear line and exit code 2."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts.models import Department
from accounts.roles import Purpose
from config.management.refusing import exits_2_when_refused
from config.ops import env
from recognition.faces import gallery
from recognition.models import BiometricAccess
from tests.support.faces import enrolled
from tests.support.fake_engine import picture

pytestmark = pytest.mark.usefixtures("notices")


@pytest.fixture
def photo(tmp_path):
    """Write a picture of these people, and return its path."""

    def draw(*names):
        path = tmp_path / f"{'-'.join(names) or 'nobody'}.jpg"
        path.write_bytes(picture(*names))
        return str(path)

    return draw


def identified(*arguments):
    out = io.StringIO()
    call_command("identify", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())["images"]


def refused(*arguments):
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=out, stderr=io.StringIO())
    assert (caught.value.returncode, out.getvalue()) == (2, "")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_identify_names_whom_it_knows_and_says_why(ada, photo):
    enrolled(ada, "ada", Purpose.RECEPTION)
    both, nobody = identified(photo("ada", "stranger"), photo())
    names = {face["person"] and face["person"]["id_number"]: face for face in both["faces"]}
    assert set(names) == {"s-ada", None}
    assert names["s-ada"]["person"] == {"id_number": "s-ada", "name": "Ada Lovelace"}
    assert set(names[None]) == {"box", "person", "distance", "threshold", "margin", "quality", "reason"}
    assert (names["s-ada"]["reason"], names[None]["reason"]) == ("match", "too_far")
    assert names["s-ada"]["distance"] < names["s-ada"]["threshold"] < names[None]["distance"]
    assert nobody["faces"] == [] and nobody["path"].endswith("nobody.jpg")


def test_identify_leaves_a_row_for_each_picture_and_for_each_person_it_named(ada, grace, photo):
    enrolled(ada, "ada", Purpose.RECEPTION)
    enrolled(grace, "grace", Purpose.RECEPTION)
    identified(photo("ada", "stranger"), photo("ada", "grace"))
    rows = BiometricAccess.objects.filter(action__in=["picture_searched", "identified"]).order_by("pk")
    assert [(row.action, row.person_id_number) for row in rows] == [
        ("picture_searched", ""),
        ("identified", "s-ada"),
        ("picture_searched", ""),
        ("identified", "s-ada"),
        ("identified", "s-grace"),
    ]
    assert {row.actor_name for row in rows} == {"system"}
    assert rows[0].detail == {"faces": 2, "purpose": "reception", "source": "command"}


def test_the_log_says_purposes_in_words(ada, caplog):
    caplog.set_level("INFO", logger="ostiary.biometrics")
    enrolled(ada, "ada", Purpose.RECEPTION)
    assert "'purposes': ['reception']" in caplog.text and "Purpose." not in caplog.text


def test_identify_searches_the_roster_that_is_named_and_nobody_else(ada, grace, photo):
    enrolled(ada, "ada", Purpose.RECEPTION)
    enrolled(grace, "grace", Purpose.RECEPTION)
    maths = Department.objects.create(code="maths", name="Mathematics")
    maths.people.add(grace)
    [answer] = identified(photo("ada", "grace"), "--roster", "maths")
    assert [face["person"]["id_number"] for face in answer["faces"] if face["person"]] == ["s-grace"]
    assert "'nowhere' is neither a station nor a department" in refused("identify", photo("ada"), "--roster", "nowhere")
    assert "'' is neither a station nor a department" in refused("identify", photo("ada"), "--roster", ""), (
        "an empty one is not everybody"
    )


def test_identify_says_at_which_file_it_stopped(ada, photo, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_text("not a picture")
    assert refused("identify", photo("ada"), str(broken), "--json").startswith(f"{broken}: This is not a readable")
    assert "nowhere.jpg cannot be read" in refused("identify", str(tmp_path / "nowhere.jpg"))


def test_identify_blames_no_file_for_a_lost_key(ada, photo, settings):
    enrolled(ada, "ada", Purpose.RECEPTION)
    gallery.forget()
    settings.FACE_KEYS = {"k2": bytes(32)}
    assert refused("identify", photo("ada")).startswith("This face data was sealed with the key")


@pytest.mark.parametrize("wrong", [("--enrol", "0"), ("--probe", "-1")])
def test_evaluate_gallery_needs_at_least_one_photo_of_each_kind(tmp_path, wrong):
    assert f"{wrong[0]} must be 1 or more" in refused("evaluate_gallery", str(tmp_path), *wrong)


def test_a_detector_that_does_not_exist_cannot_be_made_ready():
    assert "'nose' is not a known face detector" in refused("setup_models", "--detector", "nose", "--json")


def test_a_database_without_tables_is_one_clear_line():
    @exits_2_when_refused
    def handle():
        raise OperationalError("no such table: recognition_station")

    with pytest.raises(CommandError, match=r"no such table: recognition_station.*migrate") as caught:
        handle()
    assert caught.value.returncode == 2


def test_a_wrong_setting_ends_every_command_with_its_name_and_2():
    answer = subprocess.run(
        [sys.executable, "manage.py", "rotate_keys", "--json"],
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "FACE_KEYS": "nonsense"},
        cwd=env.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("FACE_KEYS needs entries") and answer.stderr.count("\n") == 1
