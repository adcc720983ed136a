"""The best models that can be had are the default, and nothing changes by itself under people who are enrolled."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from accounts.consent.notices import ensure_notices
from accounts.roles import Purpose
from config.errors import Refused
from config.ops import env, profile_choice
from config.ops.profile_choice import ProfileChoice
from recognition.admin import profile_alerts
from recognition.engine import Profile
from recognition.engine.model_files import attempt, download, manifest
from recognition.engine.model_files.manifest import FILES, ModelFile, ProfileSpec
from recognition.engine.model_files.store import ModelStore
from recognition.faces.profiles import outdated, profiles, runtime, tasks
from recognition.management import system_checks
from recognition.management.commands import setup_models
from recognition.models import BiometricAccess, FaceSample
from tests.support.dripping import dripping
from tests.support.faces import enrolled
from tests.support.fake_engine import FakeEngine

PLAIN, BETTER, EXTRA = b"what pip brings", b"what the internet brings", b"what may be missing"


@pytest.fixture
def small(monkeypatch, settings, tmp_path):
    """Two profiles of a file each, an optional one, and a site that has chosen nothing."""
    source = tmp_path / "source"
    source.mkdir()
    for name, data, optional in (
        ("plain.onnx", PLAIN, False),
        ("better.onnx", BETTER, False),
        ("extra.onnx", EXTRA, True),
    ):
        (source / name).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        file = ModelFile(
            name, (source / name).as_uri(), "MIT", "nothing", size=len(data), sha256=sha256, optional=optional
        )
        monkeypatch.setitem(FILES, name, file)
    for name, files in {"bundled": ("plain.onnx", "extra.onnx"), "accurate": ("better.onnx", "extra.onnx")}.items():
        spec = ProfileSpec(Profile(name, detector="haar", model="none", dim=32), "dlib", files)
        monkeypatch.setitem(manifest._SPECS, name, spec)
    for name in ("LANDMARKS", "MESH"):
        monkeypatch.setattr(manifest, name, ())
    monkeypatch.setattr(setup_models, "BUILT", "nothing is built")
    monkeypatch.setattr(download, "sleep", lambda seconds: None)
    settings.RECOGNITION_PROFILE, settings.RECOGNITION_PROFILE_NAMED = "bundled", False
    settings.MODELS_DIR, settings.VAR_DIR = tmp_path / "models", tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return source


@pytest.fixture
def offline(small):
    (small / "better.onnx").unlink()
    (small / "extra.onnx").unlink()
    return small


def run(*words, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("setup_models", *words, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def recorded():
    choice = profile_choice.read(site.VAR_DIR)
    return choice and (choice.profile, choice.why)


def has(*names):
    return all(ModelStore(site.MODELS_DIR).has(name) for name in names)


@pytest.mark.django_db
def test_the_better_profile_is_taken_where_its_files_can_be_had(small):
    out, _ = run()
    assert recorded() == ("accurate", "found") and has("better.onnx", "extra.onnx")
    assert out.splitlines()[-1].startswith("This site uses the recognition profile 'accurate'")
    assert site.RECOGNITION_PROFILE == "accurate", "people who are enrolled next by this process go by it"


@pytest.mark.django_db
def test_else_the_bundled_one_in_one_line(offline):
    out, err = run("-v0")
    assert recorded() == ("bundled", "not_found") and has("plain.onnx")
    assert [line for line in err.splitlines() if "is not available now" in line]
    assert out.splitlines() == [
        "This site uses the recognition profile 'bundled': the files of 'accurate' were not available at setup."
    ]


@pytest.mark.django_db
def test_a_mirror_that_holds_them_counts_and_no_network_is_asked(small, monkeypatch):
    monkeypatch.setattr(download, "download", lambda *a, **k: pytest.fail("it asked the network"))
    run("--mirror", str(small))
    assert recorded() == ("accurate", "found")


@pytest.mark.django_db
def test_a_mirror_without_them_means_bundled(small, tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "plain.onnx").write_bytes(PLAIN)
    run("--mirror", str(mirror))
    assert recorded() == ("bundled", "not_found")


@pytest.mark.django_db
def test_files_that_are_there_already_need_no_network(small, monkeypatch):
    run("--profile", "accurate")
    assert recorded() is None, "a profile that is only made ready is not chosen"
    monkeypatch.setattr(
        download, "download", lambda file, *a, **k: PLAIN if file.name == "plain.onnx" else pytest.fail()
    )
    run()
    assert recorded() == ("accurate", "found")


@pytest.mark.django_db
def test_an_optional_file_that_is_missing_does_not_stand_in_the_way(small):
    (small / "extra.onnx").unlink()
    out, _ = run()
    assert recorded() == ("accurate", "found") and "missing (optional)" in out


@pytest.mark.django_db
def test_a_wrong_file_is_no_better_model(small):
    (small / "better.onnx").write_bytes(b"x" * len(BETTER))
    _, err = run()
    assert (recorded() == ("bundled", "not_found") and "checksum" in err) or "not the expected file" in err
    assert not has("better.onnx")


@pytest.mark.django_db
def test_a_server_that_drips_is_given_up_when_the_time_for_all_is_over(small, monkeypatch):
    """Its header lines come byte by byte: no time-out of a single read ever ends that."""
    monkeypatch.setattr(attempt.FetchAttempt.__init__, "__kwdefaults__", {"within": 1.0})
    with dripping() as address:
        monkeypatch.setitem(FILES, "better.onnx", fetching_from(address))
        _, err = run()
    assert (recorded() == ("bundled", "not_found") and "too long" in err) or "longer than" in err
    assert left_in(site.MODELS_DIR) == ["plain.onnx"]


def left_in(folder):
    """What lies there once the thread that was given up has noticed that its server is gone."""
    until = time.monotonic() + 30
    while len(names := sorted(path.name for path in folder.iterdir())) > 1 and time.monotonic() < until:
        time.sleep(0.05)
    return names


def fetching_from(address):
    return replace(FILES["better.onnx"], source=f"{address}/better.onnx")


@pytest.mark.django_db
def test_after_the_first_file_that_cannot_be_had_no_other_one_is_asked_for(offline, monkeypatch):
    asked = []
    real = download.download
    monkeypatch.setattr(download, "download", lambda file, *a, **k: asked.append(file.name) or real(file, *a, **k))
    run()
    assert sorted(asked) == ["better.onnx", "plain.onnx"]


@pytest.mark.django_db
def test_a_name_in_the_settings_decides_and_nothing_is_recorded(small, settings):
    settings.RECOGNITION_PROFILE_NAMED = True
    run()
    assert recorded() is None and has("plain.onnx") and not has("better.onnx")
    assert profiles.sentence().endswith("it is set in RECOGNITION_PROFILE.")


@pytest.mark.django_db
def test_once_chosen_a_quick_start_asks_nobody(offline, monkeypatch):
    run()
    monkeypatch.setattr(download, "download", lambda *a, **k: pytest.fail("it asked the network"))
    run("--no-search", "-v0")
    assert recorded() == ("bundled", "not_found")


@pytest.mark.django_db
def test_what_could_not_be_had_is_taken_later_while_nobody_is_enrolled(offline):
    run()
    (offline / "better.onnx").write_bytes(BETTER)
    run()
    assert recorded() == ("accurate", "found")


@pytest.mark.django_db
def test_under_people_who_are_enrolled_nothing_changes_by_itself(small, ada):
    photos(ada, "bundled")
    _, err = run()
    assert recorded() == ("bundled", "enrolled") and has("better.onnx")
    assert err.splitlines()[-1] == setup_models.BETTER
    run()
    assert recorded() == ("bundled", "enrolled")


@pytest.mark.django_db
def test_a_restored_site_goes_on_with_the_profile_of_its_people(offline, ada):
    photos(ada, "accurate")
    (offline / "better.onnx").write_bytes(BETTER)
    run()
    assert recorded() == ("accurate", "enrolled")


@pytest.mark.django_db
def test_what_an_administrator_has_chosen_stays(small):
    run()
    run("--profile", "bundled", "--use")
    run()
    assert recorded() == ("bundled", "person")


@pytest.mark.django_db
def test_a_database_that_is_away_is_no_site_without_people(small, monkeypatch):
    def away():
        raise DatabaseError("no route to host")

    monkeypatch.setattr(profiles.connection.introspection, "table_names", away)
    with pytest.raises(CommandError, match="--profile NAME"):
        run()
    assert recorded() is None


@pytest.mark.django_db
def test_use_needs_a_profile_that_is_ready_and_no_name_in_the_settings(small, settings):
    with pytest.raises(CommandError, match="--use needs --profile"):
        run("--use")
    with pytest.raises(Refused, match="setup_models --profile accurate") as caught:
        profiles.change("accurate")
    assert caught.value.code == "models_missing"
    with pytest.raises(Refused) as caught:
        profiles.change("../accurate")
    assert caught.value.code == "unknown_profile"
    settings.RECOGNITION_PROFILE_NAMED = True
    with pytest.raises(CommandError, match="RECOGNITION_PROFILE is 'bundled'"):
        run("--profile", "accurate", "--use")
    assert recorded() is None


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_said(small, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "nowhere"
    with pytest.raises(CommandError, match="VAR_DIR"):
        run()


def test_two_that_choose_at_once_agree(tmp_path):
    def choose(number):
        name = ("accurate", "bundled")[number % 2]
        return profile_choice.write_first(tmp_path, ProfileChoice(name, "found", "2026-11-30T11:00:00+00:00")).profile

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(choose, range(16)))
    assert len(answers) == 1
    assert [path.name for path in tmp_path.iterdir()] == [profile_choice.NAME]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"profile": ""}', '{"profile": 7, "why": "", "at": ""}', '{"x": 1}'])
def test_a_damaged_choice_is_told_by_its_name(tmp_path, text):
    (tmp_path / profile_choice.NAME).write_text(text)
    with pytest.raises(ImproperlyConfigured, match=profile_choice.NAME):
        profile_choice.read(tmp_path)


def test_every_process_reads_the_choice(tmp_path):
    """Settings come before Django: asked of a process of its own, with nothing and with a name."""
    profile_choice.write(tmp_path, ProfileChoice("accurate", "found", "2026-11-30T11:00:00+00:00"))
    asked = "from config import settings as s; print(s.RECOGNITION_PROFILE, s.RECOGNITION_PROFILE_NAMED)"

    def says(**variables):
        known = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(tmp_path)} | variables
        answer = subprocess.run(
            [sys.executable, "-c", asked], env=known, cwd=env.BASE_DIR, capture_output=True, text=True, check=True
        )
        return answer.stdout.split()

    assert says() == ["accurate", "False"]
    assert says(RECOGNITION_PROFILE="bundled") == ["bundled", "True"]


# --- what is offered ---------------------------------------------------------------------------------


def photos(person, profile):
    ensure_notices()
    enrolled(person, person.first_name.lower(), Purpose.RECEPTION)
    FaceSample.objects.update(profile=profile)


@pytest.fixture
def ready(small):
    run("--profile", "bundled")
    run("--profile", "accurate")
    return small


def alerts():
    return [str(alert) for alert in profile_alerts.alerts()]


def page(client):
    return client.get("/face-models/").content.decode()


@pytest.mark.django_db
def test_a_better_profile_that_is_ready_is_offered_until_somebody_answers(ready, client, administrator):
    client.force_login(administrator)
    assert "makes fewer errors" in alerts()[0] and "/face-models/" in alerts()[0]
    assert "Use accurate" in page(client) and "Keep bundled" in page(client)
    client.post("/face-models/use/", {"profile": "bundled"})
    assert recorded() == ("bundled", "person") and alerts() == []
    assert "Use accurate" in page(client), "there is a way back"


@pytest.mark.django_db
def test_a_change_waits_for_a_restart_and_then_offers_the_recalculation(ready, client, administrator, settings, ada):
    photos(ada, "bundled")
    client.force_login(administrator)
    answer = client.post("/face-models/use/", {"profile": "accurate"}, follow=True)
    assert "Restart the server and the worker" in answer.content.decode()
    assert "Restart the server and the worker" in alerts()[0]
    assert system_checks.which_profile(None)[0].id == "recognition.W005"
    answer = client.post("/face-models/recalculate/", follow=True)
    assert "still uses" in answer.content.decode() and tasks.state() == ""

    settings.RECOGNITION_PROFILE = "accurate"  # the restart
    assert len(alerts()) == 1 and ">3 photos belong to another profile. Recalculate them" in alerts()[0]
    assert system_checks.which_profile(None)[0].id == "recognition.I001"
    assert "Recalculate the photos" in page(client)
    client.post("/face-models/recalculate/")
    assert tasks.state() == "READY" and "Waiting for the worker" in page(client)
    answer = client.post("/face-models/recalculate/", follow=True)
    assert "already" in answer.content.decode()
    assert set(BiometricAccess.objects.values_list("action", flat=True)) >= {"profile_chosen", "recalculation_asked"}


def engine_of(profile, **_):
    engine = FakeEngine()
    engine.profile = Profile(name=profile, detector="colour", model="hue", dim=32)
    return engine


@pytest.mark.django_db(transaction=True)
def test_the_worker_recalculates_with_the_profile_that_was_chosen_by_now(ready, settings, ada):
    settings.RECOGNITION_ENGINE = "tests.recognition.engine.test_profiles.engine_of"
    photos(ada, "bundled")
    runtime.forget_engine()
    runtime.get_engine()
    profiles.change("accurate")
    assert tasks.recalculate_photos.func() == {"done": 3, "failed": 0}
    assert set(FaceSample.objects.values_list("profile", flat=True)) == {"accurate"}
    assert outdated.advice("accurate") == ""


@pytest.mark.django_db
def test_with_nothing_to_do_the_button_says_so(ready, client, administrator):
    client.force_login(administrator)
    answer = client.post("/face-models/recalculate/", follow=True)
    assert "nothing to do" in answer.content.decode() and tasks.state() == ""


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "nobody", "../../etc", "deepface:", "<script>"])
def test_a_profile_that_nobody_knows_is_refused_on_the_page(ready, client, administrator, name):
    client.force_login(administrator)
    answer = client.post("/face-models/use/", {"profile": name}, follow=True)
    assert answer.status_code == 200 and recorded() is None
    assert "<script>" not in answer.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.django_db
def test_the_page_names_licences_and_what_is_excluded(client, administrator, settings):
    client.force_login(administrator)
    words = page(client)
    assert "Apache-2.0" in words and "face_landmark.tflite" in words and "RECOGNITION_PROFILE" in words


@pytest.mark.django_db
def test_the_page_opens_where_the_settings_name_a_profile_that_is_not_there(client, administrator, settings):
    client.force_login(administrator)
    settings.RECOGNITION_PROFILE = "guesswork"
    assert "guesswork" in page(client) and "no files of its own" in page(client)


@pytest.mark.django_db
def test_a_choice_that_is_damaged_while_the_server_runs_breaks_no_page(small, client, administrator):
    (site.VAR_DIR / profile_choice.NAME).write_text("{")
    client.force_login(administrator)
    assert client.get("/admin/").status_code == 200 and "bundled" in page(client)
