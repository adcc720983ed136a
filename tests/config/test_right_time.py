"""A clock that is wrong makes nothing happen by itself: it stands still, loudly, and goes on when it is right again."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from config.ops.health import system_clock
from config.ops.jobs import runner
from tests.support.jobs import job as timed
from tests.support.jobs import once

DAY = 86_400.0
RUNS = []


def job(now):
    RUNS.append(now)


@pytest.fixture
def jump(monkeypatch):
    """Sets this process's clock forward (or back) by so many seconds, and nothing else."""
    really, steadily, moved = timezone.now, system_clock.steady, {"wall": 0.0, "steady": 0.0}
    monkeypatch.setattr(timezone, "now", lambda: really() + timedelta(seconds=moved["wall"]))
    monkeypatch.setattr(system_clock, "steady", lambda: steadily() + moved["steady"])
    system_clock.start_afresh()

    def set_forward(seconds, *, passed=0.0):
        """`passed`: seconds that really go by, on both clocks."""
        moved["steady"] += passed
        moved["wall"] = seconds + moved["steady"]

    yield set_forward
    monkeypatch.undo()
    system_clock.start_afresh()


@pytest.fixture
def jobs(monkeypatch, transactional_db):
    monkeypatch.setattr(runner, "PAUSE", 0.0)
    RUNS.clear()
    return runner.Runner([timed(job, 0.001)])


def runs(jobs):
    RUNS.clear()
    once(jobs)
    return len(RUNS)


@pytest.mark.parametrize("seconds", [DAY, -DAY, 90, -90, 400 * DAY])
def test_jobs_stand_still_while_the_clock_has_jumped_and_go_on_by_themselves(jobs, jump, caplog, seconds):
    assert runs(jobs) == 1
    jump(seconds)
    with caplog.at_level(logging.WARNING, "ostiary.clock"):
        assert [runs(jobs) for _ in range(5)] == [0] * 5
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]  # once, not for every tick
    jump(0)
    assert runs(jobs) == 1
    assert "Timed jobs continue" in caplog.text


@pytest.mark.parametrize("seconds", [0, 5, -30, 50])
def test_a_clock_that_is_put_right_a_little_stops_nothing(jobs, jump, seconds):
    jump(seconds)
    assert runs(jobs) == 1


def test_an_hourly_job_that_was_held_back_runs_as_soon_as_the_clock_is_right(jobs, jump):
    hourly = runner.Runner([timed(job, 3600, name="hourly")])
    jump(DAY)
    assert runs(hourly) == 0
    jump(0)
    assert runs(hourly) == 1


@pytest.mark.same_on_every_database
def test_a_clock_that_was_set_and_has_gone_well_for_a_quarter_of_an_hour_is_believed(jobs, jump):
    if connection.vendor != "sqlite":
        pytest.skip("the server's own clock is believed there")
    jump(DAY)
    assert runs(jobs) == 0
    jump(DAY, passed=system_clock.BELIEVED_AFTER - 60)
    assert runs(jobs) == 0
    jump(DAY, passed=61)
    assert runs(jobs) == 1


def test_where_the_database_has_a_clock_of_its_own_it_is_asked(db, jump):
    if connection.vendor == "sqlite":
        pytest.skip("the clock of a file is this machine's")
    jump(2 * DAY)
    system_clock.start_afresh()  # a process that starts while the clock is wrong
    assert "database server" in system_clock._here.trouble() and "48 hours" in system_clock._here.trouble()


def test_monitors_and_administrators_are_told(client, administrator, jump):
    jump(DAY)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "24 hours" in answer.json()["parts"]["time"]["why"]
    jump(0)
    client.force_login(administrator)
    jump(-600)
    assert "10 minutes" in client.get("/admin/").content.decode()
    jump(0)
    assert client.get("/readyz").json()["parts"]["time"] == {"ok": True}


def test_nothing_is_purged_by_a_wrong_clock(db, jump):
    jump(DAY)
    with pytest.raises(CommandError, match="clock"):
        call_command("purge_expired")


def test_jobs_wait_for_a_database_that_is_away(jobs, monkeypatch, caplog):
    def away():
        raise RuntimeError("no database")

    monkeypatch.setattr(system_clock, "is_right", away)
    assert runs(jobs) == 0
    assert "is tried again" in caplog.text
