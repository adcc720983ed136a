"""After a change of profile nobody is recognised until `reembed` has run: every door says so."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from accounts.roles import Purpose
from recognition.engine import Profile
from recognition.faces import gallery
from recognition.faces.profiles import outdated, profiles, runtime
from recognition.management import system_checks
from recognition.models import FaceSample, FaceTemplate
from tests.support.faces import enrolled
from tests.support.fake_engine import FakeEngine, picture
from tests.support.live import at_station, camera, enrol, in_database, show

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]

WORDS = "3 photos belong to another profile. Run manage.py reembed."


def newer_engine(*args, **kwargs):
    engine = FakeEngine()
    engine.profile = Profile(name="newer", detector="colour", model="hue", dim=32)
    return engine


@pytest.fixture
def switch(settings):
    """RECOGNITION_PROFILE=newer, and a restart."""

    def act():
        settings.RECOGNITION_ENGINE, settings.RECOGNITION_PROFILE = (
            "tests.recognition.engine.test_outdated_templates.newer_engine",
            "newer",
        )
        runtime.forget_engine()
        gallery.forget()

    return act


@pytest.fixture
def switched(ada, switch):
    enrolled(ada, "ada", Purpose.RECEPTION)
    switch()


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "ada.jpg"
    path.write_bytes(picture("ada"))
    return str(path)


def image(*names):
    return SimpleUploadedFile("photo.jpg", picture(*names), "image/jpeg")


def photos_part(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["parts"]["photos"]


def said(*command):
    out, err = io.StringIO(), io.StringIO()
    call_command(*command, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_site_is_not_ready_until_the_photos_are_embedded_again(client, switched):
    assert photos_part(client) == (503, {"ok": False, "why": WORDS})
    said("reembed")
    assert photos_part(client) == (200, {"ok": True})


@pytest.mark.django_db(transaction=True)
def test_a_few_photos_that_remain_are_noted_and_the_site_is_ready(client, switched):
    said("reembed")
    FaceSample.objects.filter(pk=FaceSample.objects.first().pk).update(profile="fake")
    status, part = photos_part(client)
    assert (status, part["ok"]) == (200, True)
    assert part["note"] == "1 photo belongs to another profile. Run manage.py reembed."


def test_the_check_warns_until_then(switched):
    (warning,) = system_checks.photos_are_of_this_profile(None)
    assert (warning.id, warning.msg) == ("recognition.W003", WORDS)
    said("reembed")
    assert system_checks.photos_are_of_this_profile(None) == []


def test_the_check_is_silent_where_there_is_no_table_yet(switched, monkeypatch):
    def no_table(profile):
        raise DatabaseError("no such table")

    monkeypatch.setattr(outdated, "photos", no_table)
    assert system_checks.photos_are_of_this_profile(None) == []


def test_the_check_does_not_make_a_database_file(db, monkeypatch, tmp_path):
    monkeypatch.setattr(outdated.connection, "vendor", "sqlite", raising=False)
    monkeypatch.setitem(outdated.connection.settings_dict, "NAME", str(tmp_path / "none.sqlite3"))
    assert system_checks.photos_are_of_this_profile(None) == []
    assert list(tmp_path.iterdir()) == []


def test_identify_refuses_with_the_remedy_instead_of_knowing_nobody(switched, photo):
    with pytest.raises(CommandError, match=WORDS) as caught:
        said("identify", photo)
    assert caught.value.returncode == 2
    said("reembed")
    out, err = said("identify", photo)
    assert "Ada Lovelace" in out and err == ""


def test_identify_mentions_the_photos_that_remain(switched, grace, photo):
    enrolled(grace, "grace", Purpose.RECEPTION)
    out, err = said("identify", photo)
    assert "not recognised" in out and err.strip() == WORDS


def test_the_api_says_that_it_cannot_know(client, switched, administrator, front_door, photo):
    client.force_login(administrator)
    answer = client.post("/api/v1/identify/", {"image": image("ada"), "station": "front-door"})
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (503, "photos_outdated", WORDS)
    asked = {"image": image("ada"), "id_number": "s-ada", "purpose": "reception"}
    answer = client.post("/api/v1/verify/", asked)
    assert (answer.status_code, answer.json()["code"]) == (503, "photos_outdated")


def test_setup_models_ends_with_it(switched, settings, monkeypatch):
    monkeypatch.setattr("recognition.management.commands.setup_models.files_of", lambda *_: [])
    settings.RECOGNITION_PROFILE = "bundled"
    assert said("setup_models", "--profile", "bundled")[1].splitlines()[-1] == WORDS
    settings.RECOGNITION_PROFILE = "accurate"
    last = said("setup_models", "--profile", "bundled")[1].splitlines()[-1]
    assert last == f"To use it, set RECOGNITION_PROFILE=bundled. {WORDS}"


@pytest.mark.django_db(transaction=True)
async def test_the_kiosk_does_not_say_that_nobody_is_enrolled(front_door, ada, switch, caplog):
    await in_database(enrol)(ada, "ada")
    switch()
    token = await in_database(camera)(front_door)
    async with at_station(token) as socket:
        assert (await show(socket, "ada", times=7))[-1]["state"] == "photos_outdated"
    assert sum("Station front-door cannot search anyone" in record.message for record in caplog.records) == 1


@pytest.mark.django_db(transaction=True)
async def test_a_station_that_searches_others_is_not_concerned(front_door, ada, switch):
    await in_database(enrol)(ada, "ada", Purpose.LIBRARY)
    switch()
    token = await in_database(camera)(front_door)
    async with at_station(token) as socket:
        assert (await show(socket, "ada", times=7))[-1]["state"] == "nobody_enrolled"


def test_photos_that_an_earlier_release_embedded_belong_to_another_profile(ada, settings):
    """It kept them under the profile's bare name; this one cuts faces otherwise."""
    settings.RECOGNITION_PROFILE = "bundled"
    enrolled(ada, "ada", Purpose.LIBRARY)
    FaceSample.objects.update(profile="bundled")
    FaceTemplate.objects.update(profile="bundled")
    assert outdated.advice("bundled") == WORDS == outdated.advice("bundled/2")
    assert outdated.hide_somebody(Purpose.LIBRARY, None, "bundled")
    FaceSample.objects.update(profile="bundled/2")
    FaceTemplate.objects.update(profile="bundled/2")
    assert outdated.advice("bundled") == "" and not outdated.hide_somebody(Purpose.LIBRARY, None, "bundled")
    assert outdated.advice("accurate") == WORDS


def test_the_most_used_profile_is_known_by_its_name(ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    FaceSample.objects.update(profile="accurate/1")
    assert profiles.of_the_enrolled() == "accurate"
