"""Model files: missing, damaged, swapped, from a mirror, under a licence that excludes commerce."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import IncompleteRead
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.errors import Refused
from config.ops import env
from recognition.engine.conversion import dlib_build
from recognition.engine.model_files import download, manifest
from recognition.engine.model_files.atomic_files import replacing
from recognition.engine.model_files.manifest import FILES, MESH, MIRROR, ModelFile, spec_of
from recognition.engine.model_files.store import ModelStore, allow_licences, sha256_of

# Model files and profiles are on the disk.
pytestmark = pytest.mark.same_on_every_database

SMALL = b"weights, but few of them"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A model file of a few bytes, known to the manifest, and a mirror that holds it."""
    mirror = tmp_path / "mirror" / "deep"
    mirror.mkdir(parents=True)
    (mirror / "small.onnx").write_bytes(SMALL)
    file = ModelFile("small.onnx", MIRROR, "MIT", "nothing", size=len(SMALL), sha256=sha256_of(mirror / "small.onnx"))
    monkeypatch.setitem(FILES, file.name, file)
    return file


def test_a_missing_model_says_which_and_what_to_do(tmp_path, small):
    with pytest.raises(Refused, match=r"small.onnx is missing. Run manage.py setup_models") as caught:
        ModelStore(tmp_path / "models").require("small.onnx")
    assert (caught.value.code, caught.value.status) == ("models_missing", 503)


def test_a_mirror_is_searched_in_depth_and_by_checksum(tmp_path, small):
    models = ModelStore(tmp_path / "models")
    (tmp_path / "mirror" / "small.onnx").write_bytes(b"an impostor of that name")
    assert models.obtain(small, mirror=tmp_path / "mirror", progress=lambda *_: None).ready
    assert models.require("small.onnx").read_bytes() == SMALL


@pytest.mark.parametrize("bytes_", [SMALL[:-1], b"x" * len(SMALL)])
def test_a_file_that_was_changed_is_not_loaded(tmp_path, small, bytes_):
    models = ModelStore(tmp_path / "models")
    models.obtain(small, mirror=tmp_path / "mirror", progress=lambda *_: None)
    models.path("small.onnx").write_bytes(bytes_)
    with pytest.raises(Refused) as caught:
        models.require("small.onnx")
    assert caught.value.code == "wrong_checksum"


def test_a_download_of_the_wrong_file_is_thrown_away(tmp_path, small, monkeypatch):
    source = tmp_path / "source.onnx"
    source.write_bytes(b"y" * len(SMALL))
    file = ModelFile("small.onnx", source.as_uri(), "MIT", "nothing", size=len(SMALL), sha256=small.sha256)
    monkeypatch.setitem(FILES, file.name, file)
    models = ModelStore(tmp_path / "models")
    with pytest.raises(Refused) as caught:
        models.obtain(file, mirror=None, progress=lambda *_: None)
    assert caught.value.code == "wrong_checksum"
    assert list((tmp_path / "models").iterdir()) == []


def test_a_download_that_never_ends_is_cut_off(tmp_path, small, monkeypatch):
    source = tmp_path / "source.onnx"
    source.write_bytes(SMALL * 100_000)
    file = ModelFile("small.onnx", source.as_uri(), "MIT", "nothing", size=len(SMALL), sha256=small.sha256)
    monkeypatch.setitem(FILES, file.name, file)
    monkeypatch.setattr(download, "sleep", lambda seconds: None)
    with pytest.raises(Refused, match="--mirror") as caught:
        ModelStore(tmp_path / "models").obtain(file, mirror=None, progress=lambda *_: None)
    assert caught.value.code == "download_failed"


def test_a_download_shows_its_progress_and_arrives(tmp_path, small, monkeypatch):
    source = tmp_path / "mirror" / "deep" / "small.onnx"
    file = ModelFile("small.onnx", source.as_uri(), "MIT", "nothing", size=len(SMALL), sha256=small.sha256)
    monkeypatch.setitem(FILES, file.name, file)
    steps = []
    status = ModelStore(tmp_path / "models").obtain(
        file, mirror=None, progress=lambda name, done, size: steps.append((done, size))
    )
    assert status.ready and steps[-1] == (len(SMALL), len(SMALL))


@pytest.mark.parametrize("error", [IncompleteRead(b""), OSError("the line went dead")])
def test_a_download_that_breaks_off_is_tried_again_and_leaves_nothing_behind(tmp_path, small, monkeypatch, error):
    source = tmp_path / "mirror" / "deep" / "small.onnx"
    file = ModelFile("small.onnx", source.as_uri(), "MIT", "nothing", size=len(SMALL), sha256=small.sha256)
    monkeypatch.setitem(FILES, file.name, file)
    waits, answers = [], [error, error]
    real = download.urllib.request.urlopen
    monkeypatch.setattr(download, "sleep", waits.append)

    def line(*args, **kwargs):
        if answers:
            raise answers.pop()
        return real(*args, **kwargs)

    monkeypatch.setattr(download.urllib.request, "urlopen", line)
    assert ModelStore(tmp_path / "models").obtain(file, mirror=None, progress=lambda *_: None).ready
    assert waits == [1, 2]
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["small.onnx"]


def test_a_download_that_ends_early_is_no_wrong_file_but_a_bad_line(tmp_path, small, monkeypatch):
    source = tmp_path / "source.onnx"
    source.write_bytes(SMALL[:-5])
    file = ModelFile("small.onnx", source.as_uri(), "MIT", "nothing", size=len(SMALL), sha256=small.sha256)
    monkeypatch.setitem(FILES, file.name, file)
    monkeypatch.setattr(download, "sleep", lambda seconds: None)
    with pytest.raises(Refused, match="19 of 24 bytes") as caught:
        ModelStore(tmp_path / "models").obtain(file, mirror=None, progress=lambda *_: None)
    assert caught.value.code == "download_failed"
    assert list((tmp_path / "models").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path, small):
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(Refused, match="models") as caught:
        ModelStore(tmp_path / "models").obtain(small, mirror=tmp_path / "mirror", progress=lambda *_: None)
    assert (caught.value.code, caught.value.status) == ("models_folder", 503)


def test_a_mirror_with_another_file_of_that_name_is_told_so(tmp_path, small):
    wrong = tmp_path / "mirror" / "deep" / small.name
    wrong.write_bytes(b"another version")
    with pytest.raises(Refused) as caught:
        ModelStore(tmp_path / "models").obtain(small, mirror=tmp_path / "mirror", progress=lambda *_: None)
    assert caught.value.code == "wrong_checksum" and str(wrong) in caught.value.message
    assert list((tmp_path / "models").iterdir()) == []


def test_a_mirror_s_folder_of_a_file_s_name_is_no_file(tmp_path, small):
    (tmp_path / "mirror" / "a" / "small.onnx").mkdir(parents=True)
    assert ModelStore(tmp_path / "models").obtain(small, mirror=tmp_path / "mirror", progress=lambda *_: None).ready


def test_a_file_that_is_ready_is_not_fetched_again(tmp_path, small):
    models = ModelStore(tmp_path / "models")
    models.obtain(small, mirror=tmp_path / "mirror", progress=lambda *_: None)
    shutil.rmtree(tmp_path / "mirror")
    assert models.obtain(small, mirror=None, progress=lambda *_: None).ready
    assert models.has("small.onnx")
    models.path("small.onnx").write_bytes(b"short")
    assert not models.has("small.onnx")
    assert models.status(small).why == "wrong checksum"


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "model.onnx"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(target) as part:
        part.write_text("half of the n")
        raise ZeroDivisionError
    assert target.read_text() == "old"
    with replacing(target) as first, replacing(target) as second:
        first.write_text("one process")
        second.write_text("another")
    assert target.read_text() == "one process", "who ends last has the last word"
    assert target.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def test_every_file_of_the_manifest_names_its_licence_and_what_it_was_trained_on():
    for file in manifest.FILES.values():
        assert file.licence and file.trained_on
        assert file.built_from in manifest.FILES or len(file.sha256) == 64


@pytest.fixture
def own_profile(tmp_path):
    """An institution's own ArcFace-style model, licensed for research only."""
    text = {
        "file": "own.onnx",
        "sha256": "0" * 64,
        "size": 10,
        "licence": "research only",
        "trained_on": "something",
        "commercial": False,
        "side": 112,
        "dim": 512,
        "channels": "BGR",
        "mean": [127.5] * 3,
        "std": [128.0] * 3,
    }
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "own.json").write_text(json.dumps(text))
    yield tmp_path
    FILES.pop("own.onnx", None)


def test_a_non_commercial_model_needs_an_explicit_word(own_profile):
    spec = spec_of("own", own_profile)
    with pytest.raises(Refused, match="ALLOW_NONCOMMERCIAL_MODELS") as caught:
        allow_licences(spec, allow_noncommercial=False)
    assert caught.value.code == "model_licence"
    allow_licences(spec, allow_noncommercial=True)


def test_the_bundled_profile_needs_no_such_word(tmp_path):
    allow_licences(spec_of("bundled", tmp_path), allow_noncommercial=False)


@pytest.mark.parametrize("name", ["", "nobody", "../bundled", "own/../../etc"])
def test_an_unknown_profile_is_refused(tmp_path, name):
    with pytest.raises(Refused) as caught:
        spec_of(name, tmp_path)
    assert caught.value.code == "unknown_profile"


def test_two_profiles_may_not_mean_two_files_by_one_name(own_profile):
    path = own_profile / "profiles" / "own.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"file": "MobileFaceNet.onnx"}))
    with pytest.raises(Refused, match="Rename") as caught:
        spec_of("own", own_profile)
    assert caught.value.code == "bad_profile"
    assert len(FILES["MobileFaceNet.onnx"].sha256.strip("0")) > 50


def test_a_profile_that_is_not_complete_is_refused(own_profile):
    (own_profile / "profiles" / "own.json").write_text('{"file": "own.onnx"}')
    with pytest.raises(Refused) as caught:
        spec_of("own", own_profile)
    assert caught.value.code == "bad_profile"


# --- the command ----------------------------------------------------------------------------------------


@pytest.fixture
def empty(settings, tmp_path):
    """A folder of models with nothing but what is built here: building takes a second, and is tried below."""
    folder = tmp_path / "models"
    folder.mkdir()
    for path in Path(settings.MODELS_DIR).glob("dlib_*"):
        (folder / path.name).symlink_to(path)
    settings.MODELS_DIR = folder


def run(*words):
    out, err = io.StringIO(), io.StringIO()
    call_command("setup_models", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_setup_models_takes_the_accurate_profile_from_a_mirror(data, empty):
    out, _ = run("--profile", "accurate", "--mirror", str(data / "weights"), "--json")
    files = {file["name"]: file for file in json.loads(out)["files"]}
    assert all(file["ready"] for file in files.values())
    assert files["MobileFaceNet.onnx"]["licence"] == "Apache-2.0"
    assert "MS-Celeb-1M" in files["MobileFaceNet.onnx"]["trained_on"]


@pytest.mark.django_db
def test_setup_models_shows_the_licences_before_it_obtains_anything(data, empty):
    out, err = run("--profile", "accurate", "--mirror", str(data / "weights"))
    assert "MobileFaceNet.onnx: Apache-2.0; trained on: MS-Celeb-1M" in err
    assert "EXCLUDED" not in out


@pytest.mark.parametrize("profile", ["bundled", "accurate"])
def test_a_bank_may_use_every_file_of_both_profiles(tmp_path, profile):
    files = manifest.files_of(spec_of(profile, tmp_path))
    assert files and all(file.commercial for file in files)
    assert not any("68" in file.name for file in files)


@pytest.mark.django_db
def test_setup_models_exits_2_when_the_mirror_lacks_a_file(empty, tmp_path):
    with pytest.raises(CommandError, match=r"face_detection_yunet_2023mar.onnx: missing") as caught:
        run("--profile", "accurate", "--mirror", str(tmp_path))
    assert caught.value.returncode == 2


def test_setup_models_names_the_file_of_the_mirror_that_is_another_one(empty, tmp_path):
    (tmp_path / "face_detection_yunet_2023mar.onnx").write_text("<html>Not found</html>")
    with pytest.raises(CommandError, match=r"yunet_2023mar.onnx is not the expected file") as caught:
        run("--profile", "accurate", "--mirror", str(tmp_path))
    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_setup_models_shows_what_is_wrong_with_an_optional_file_and_goes_on(data, empty, tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    for name in ("face_detection_yunet_2023mar.onnx", "MobileFaceNet.onnx", *MESH):
        shutil.copyfile(next((data / "weights").rglob(name)), mirror / name)
    (mirror / "2.7_80x80_MiniFASNetV2.onnx").write_text("<html>Not found</html>")
    out, _ = run("--profile", "accurate", "--mirror", str(mirror))
    states = {line.split()[0]: line for line in out.splitlines()}
    assert "wrong checksum (optional)" in states["2.7_80x80_MiniFASNetV2.onnx"]
    assert "missing (optional)" in states["4_0_0_80x80_MiniFASNetV1SE.onnx"]
    assert "ready" in states["MobileFaceNet.onnx"]


def test_setup_models_is_not_told_to_run_itself(tmp_path):
    answer = subprocess.run(
        [sys.executable, "manage.py", "setup_models", "--profile", "accurate", "--mirror", str(tmp_path)],
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(tmp_path / "var")},
        cwd=env.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert answer.returncode == 2 and answer.stderr.splitlines()[-1].endswith("yunet_2023mar.onnx: missing.")
    assert "W00" not in answer.stderr


@pytest.mark.parametrize("name", ["nobody", "../bundled", "deepface:Crystal"])
def test_setup_models_exits_2_for_a_profile_that_nobody_knows(settings, tmp_path, name):
    settings.MODELS_DIR = tmp_path / "models"
    with pytest.raises(CommandError, match=name.rpartition(":")[2]) as caught:
        run("--profile", name)
    assert caught.value.returncode == 2
    assert not (tmp_path / "models").exists()


def test_setup_models_exits_2_without_the_mirror_folder(tmp_path):
    with pytest.raises(CommandError) as caught:
        run("--mirror", str(tmp_path / "nowhere"))
    assert caught.value.returncode == 2


@pytest.mark.models
def test_nothing_is_built_from_weights_that_are_not_the_ones_known(real_engine, tmp_path, monkeypatch):
    weights = FILES["mmod_human_face_detector.dat"]
    monkeypatch.setitem(FILES, weights.name, replace(weights, sha256="0" * 64))
    with pytest.raises(Refused) as caught:
        ModelStore(tmp_path).obtain(FILES["dlib_mmod.onnx"], mirror=None, progress=lambda *_: None)
    assert caught.value.code == "wrong_checksum"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.models
def test_two_processes_may_build_the_same_model_at_once(real_engine, tmp_path):
    with ThreadPoolExecutor(2) as pool:
        work = [
            pool.submit(ModelStore(tmp_path).obtain, FILES["dlib_mmod.onnx"], mirror=None, progress=lambda *_: None)
            for _ in range(2)
        ]
    assert [job.result().ready for job in work] == [True, True]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".onnx"]


@pytest.mark.models
def test_a_rebuilt_model_that_answers_otherwise_than_dlib_is_not_kept(real_engine, tmp_path, monkeypatch):
    monkeypatch.setattr(dlib_build, "SCORE_TOLERANCE", -1)
    with pytest.raises(Refused) as caught:
        ModelStore(tmp_path).obtain(FILES["dlib_mmod.onnx"], mirror=None, progress=lambda *_: None)
    assert caught.value.code == "model_differs"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.models
def test_a_built_model_that_was_swapped_is_noticed_and_built_again(real_engine, settings, tmp_path):
    original = ModelStore(settings.MODELS_DIR)
    copy = ModelStore(tmp_path)
    for path in (original.path("dlib_mmod.onnx"), original.path("dlib_mmod.onnx").with_suffix(".json")):
        shutil.copyfile(path, tmp_path / path.name)
    assert copy.require("dlib_mmod.onnx")
    copy.path("dlib_mmod.onnx").write_bytes(b"not the detector")
    with pytest.raises(Refused) as caught:
        copy.require("dlib_mmod.onnx")
    assert caught.value.code == "wrong_checksum"
    assert copy.obtain(FILES["dlib_mmod.onnx"], mirror=None, progress=lambda *_: None).ready
