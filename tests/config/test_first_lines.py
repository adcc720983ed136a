"""`make run` prints no more than a screen; what a step says is in a log, and on the screen when the step fails."""

from __future__ import annotations

import datetime
import os
import shutil
import stat
import subprocess
import sys

import pytest
from django.core.management import CommandError
from honcho.printer import Message

from config.ops import env
from config.ops.launch import announce, start, steps
from config.ops.launch.screen import Screen

SCREEN = 24  # lines
PASSWORDS = "# id number, password, role\n" + "\n".join(f"number{n}  s3cret{n}  role" for n in range(5))
PIP = """#!/bin/sh
for n in $(seq 200); do echo "Collecting package$n"; done
exit {code}
"""


@pytest.fixture(autouse=True)
def var(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


def make_setup(folder, code):
    """`make setup` with a pip of ours, in a folder that has what make needs."""
    shutil.copy(env.BASE_DIR / "Makefile", folder)
    (folder / "config").symlink_to(env.BASE_DIR / "config")
    (folder / "requirements.txt").touch()
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (programs / "pip").write_text(PIP.format(code=code))
    (programs / "pip").chmod(0o755)
    return subprocess.run(["make", "setup"], cwd=folder, capture_output=True, text=True, check=False)


def test_pip_is_one_line_on_the_screen_and_its_own_lines_are_in_a_log(tmp_path, var):
    done = make_setup(tmp_path, 0)
    assert done.returncode == 0, done.stderr
    assert [line.split(" (")[0] for line in done.stdout.splitlines()] == ["Installing the locked packages"]
    assert "Collecting package200" in (var / "logs" / "packages.log").read_text()


def test_what_pip_says_is_shown_in_full_when_it_fails_and_the_step_is_not_done(tmp_path):
    done = make_setup(tmp_path, 3)
    assert done.returncode != 0
    assert "Collecting package1\n" in done.stdout and "Collecting package200\n" in done.stdout
    assert not (tmp_path / ".venv" / ".run-installed").exists()


def test_a_slow_step_shows_that_it_works(monkeypatch, capfd):
    monkeypatch.setattr(steps, "DOT_EVERY", 0.01)
    with steps.step("slow", "Waiting"):
        subprocess.run(["sleep", "0.3"], check=True)
    said = capfd.readouterr().out
    assert said.startswith("Waiting ..") and said.endswith(" 0 s\n")


def test_what_a_library_in_c_prints_is_kept_too_and_a_note_is_shown(var, capfd):
    with steps.step("models", "Models") as notes:
        os.write(2, b"INFO: Created delegate\n")
        start.say("through Python")
        notes.append("the profile is bundled")
    start.say("afterwards")
    kept = var / "logs" / "models.log"
    assert capfd.readouterr().out == "Models  0 s\n  the profile is bundled\nafterwards\n"
    assert set(kept.read_text().splitlines()) == {"INFO: Created delegate", "through Python"}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.fixture
def chatty(monkeypatch, settings, tmp_path):
    """Each command of the preparation says a lot, as on a first start without the better models."""

    def call(name, *, stdout=None, stderr=None, **options):
        start.say(f"{name} says\n" * 100)
        if stdout:
            stdout.write("This site uses the recognition profile 'bundled'.\n")
        if stderr:
            stderr.write("The demo runs without faces.\n")

    settings.DEMO, settings.STATIC_ROOT = True, tmp_path / "static"
    monkeypatch.setattr(start, "call_command", call)
    return call


def test_from_a_fresh_clone_to_the_address_it_is_no_more_than_a_screen(chatty, capfd):
    by_make = 3  # .venv, packages, .env
    start.prepare()
    start.say("Starting the server")
    start.say(announce.greeting("http://127.0.0.1:8000", PASSWORDS, "/somewhere/mail"))
    said = capfd.readouterr().out.splitlines()
    assert len(said) + by_make <= SCREEN, "\n".join(said)
    assert "  The demo runs without faces." in said
    assert not [line for line in said if "says" in line]


def test_a_preparation_that_fails_shows_what_it_said(chatty, monkeypatch, capfd):
    def fails(name, **options):
        start.say("Applying accounts.0001 …")
        raise CommandError("the database is locked")

    monkeypatch.setattr(start, "call_command", fails)
    with pytest.raises(CommandError):
        start.prepare()
    said = capfd.readouterr().out
    assert "Preparing the database  failed" in said and "Applying accounts.0001 …" in said


def heard(screen, name, line):
    screen.write(Message("line", (line + "\n").encode(), datetime.datetime.now(), name, None))


ROUTINE = [
    ("web", "2026-12-01 03:39:21,939 INFO ostiary.lockers: The access log ends at 102"),
    ("web", "INFO: Created TensorFlow Lite XNNPACK delegate for CPU."),
    ("cameras", "picture-check: connected to Photo on a phone"),
    ("cameras", "demo: 4.9 pictures/s, answered in 80 ms, Barack Obama"),
    ("system", "web started (pid=15673)"),
]
TROUBLE = [
    ("web", "2026-12-01 03:39:26,300 WARNING recognition: Liveness runs without passive detection"),
    ("web", "Traceback (most recent call last):"),
    ("cameras", "demo: the server does not answer"),
    ("system", "worker stopped. The others do not need it. It restarts in 1 s"),
]


def test_while_it_runs_only_what_is_not_routine_is_shown_and_all_of_it_is_kept(var, capsys):
    screen = Screen(var / "logs")
    for name, line in ROUTINE + TROUBLE:
        heard(screen, name, line)
    said, kept = capsys.readouterr().out, (var / "logs" / "processes.log").read_text()
    assert [line.split("| ", 1)[1] for line in said.splitlines()] == [line for _name, line in TROUBLE]
    assert all(line in kept for _name, line in ROUTINE + TROUBLE)
    assert stat.S_IMODE((var / "logs" / "processes.log").stat().st_mode) == 0o600


def test_once_it_is_told_to_stop_no_process_is_quoted_any_more(var, capsys):
    screen = Screen(var / "logs")
    screen.stopping = True
    heard(screen, "web", "recognition.live.pipeline.EngineDown: cannot schedule new futures after shutdown")
    heard(screen, "system", "web stopped (rc=0)")
    assert [line.split("| ", 1)[1] for line in capsys.readouterr().out.splitlines()] == ["web stopped (rc=0)"]
