"""Files of people are for the account that Ostiary runs as, and uploads leave nothing behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.test import RequestFactory
from django.utils import timezone

from attendance.models import ClassSession, Course
from attendance.roll import csv_file
from config.ops import env, private_files
from config.web.files import uploads


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def easy_going():
    """A process that lets everybody read what it writes."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def lecture(db):
    now = timezone.now()
    course = Course.objects.create(code="HIST-1", title="History")
    return ClassSession.objects.create(course=course, starts_at=now, ends_at=now + timedelta(hours=1))


@pytest.mark.parametrize("write", [csv_file.rewrite, lambda session: csv_file.catch_up(session.pk)])
def test_an_attendance_file_is_for_its_owner_only_whatever_the_umask(lecture, easy_going, settings, tmp_path, write):
    settings.ATTENDANCE_CSV_DIR = tmp_path / "deep" / "attendance"
    write(lecture)
    path = csv_file.path_of(lecture)
    assert mode(path) == 0o600
    assert {mode(folder) for folder in (path.parent, path.parent.parent, tmp_path / "deep")} == {0o700}
    assert {mode(file) for file in path.parent.iterdir()} == {0o600}


def test_every_process_of_ours_makes_its_database_and_files_private(tmp_path):
    environment = {**os.environ, "VAR_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment.pop("DATABASE_URL", None)
    command = f"umask 022; {sys.executable} manage.py migrate contenttypes --verbosity 0"
    done = subprocess.run(["sh", "-c", command], cwd=env.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert mode(tmp_path / "var") == 0o700
    assert {mode(path) for path in (tmp_path / "var").glob("ostiary.sqlite3*")} == {0o600}


def test_an_older_database_is_closed_to_others_when_a_process_starts(tmp_path, monkeypatch):
    for name in ("site.sqlite3", "site.sqlite3-wal", "site.sqlite3-shm"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/site.sqlite3")
    env.database("DATABASE_URL", "")
    assert {mode(path) for path in tmp_path.iterdir()} == {0o600}


def test_what_lay_open_from_before_is_closed(tmp_path):
    old = tmp_path / "attendance" / "HIST-1" / "old.csv"
    secret = tmp_path / "elsewhere.txt"
    for path in (old, tmp_path / "static" / "page.js", secret):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Ada")
        path.chmod(0o644)
    for folder in (old.parent, old.parent.parent, tmp_path / "static"):
        folder.chmod(0o755)
    (tmp_path / "attendance" / "link").symlink_to(secret)
    for folder in (tmp_path / "attendance", tmp_path / "not-there"):
        private_files.tighten(folder)
    assert (mode(old), mode(old.parent), mode(old.parent.parent)) == (0o600, 0o700, 0o700)
    assert mode(secret) == 0o644  # only a link leads there
    private_files.tighten(tmp_path, but={tmp_path / "static"})
    assert mode(tmp_path / "static" / "page.js") == 0o644 and mode(tmp_path / "static") == 0o755
    assert mode(secret) == 0o600


def test_a_folder_that_is_shared_is_left_as_it_is(tmp_path):
    (tmp_path / "somebody").touch()
    (tmp_path / "somebody").chmod(0o644)
    tmp_path.chmod(0o1777)
    for folder in (tmp_path, env.BASE_DIR.parent):
        private_files.tighten(folder)
    assert (mode(tmp_path), mode(tmp_path / "somebody")) == (0o1777, 0o644)


# --- uploads --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [100, 6_000_000, 12_000_000])
def test_an_upload_has_no_name_while_a_request_runs(settings, tmp_path, size):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    photo = SimpleUploadedFile("ada.jpg", b"x" * size)
    request = RequestFactory().post("/", {"photo": photo})
    found = request.FILES["photo"]
    assert (found.name, found.size) == ("ada.jpg", size)
    assert sum(map(len, found.chunks())) == size
    found.seek(0)
    assert len(found.read()) == size
    assert list(tmp_path.iterdir()) == []
    assert not hasattr(found, "temporary_file_path")
    request.close()


def test_large_uploads_are_not_held_in_memory(settings):
    assert settings.FILE_UPLOAD_HANDLERS[0].endswith(MemoryFileUploadHandler.__name__)
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE <= 5 * 1024 * 1024


def test_the_server_keeps_temporary_files_in_its_own_folder_and_clears_it(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)
    settings.VAR_DIR, settings.FILE_UPLOAD_TEMP_DIR = tmp_path, tmp_path / "tmp"
    (tmp_path / "tmp").mkdir()
    for name, age in (("openpyxl.old", 7200), ("openpyxl.now", 5)):
        (tmp_path / "tmp" / name).touch()
        os.utime(tmp_path / "tmp" / name, (time.time() - age,) * 2)
    uploads.begin()
    assert tempfile.gettempdir() == str(tmp_path / "tmp") and mode(tmp_path / "tmp") == 0o700
    assert [path.name for path in (tmp_path / "tmp").iterdir()] == ["openpyxl.now"]
