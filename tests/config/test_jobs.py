"""Timed jobs: each in its own lane, once on the whole site, and none held up by another one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from channels.layers import get_channel_layer
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.live.news import publish
from config.ops.health import system_clock
from config.ops.jobs import lanes, leases, registry, runner, status
from config.ops.jobs.models import JobRun
from config.ops.jobs.registry import Job
from config.ops.jobs.runner import Runner
from tests.browser.serving import Server, free_port
from tests.support.jobs import job, join, once, running
from tests.support.migrated import ROOT, empty_database
from tests.support.mosquitto import until

OLD, NEW = "library.webhooks", "webhooks.send"
SPREAD = 2.0  # s that no other job is later because of one that hangs


@pytest.fixture
def quick(monkeypatch, transactional_db):
    """Jobs begin at once, and are looked at often."""
    for name, seconds in (("APART", 0.0), ("TICK", 0.02), ("BEAT", 0.1), ("RENEW", 0.2), ("PAUSE", 0.0)):
        monkeypatch.setattr(runner, name, seconds)
    yield
    join()


class Times:
    """A job that remembers when it began."""

    def __init__(self):
        self.began = []

    def __call__(self, _now):
        self.began.append(time.monotonic())

    def gaps(self):
        return [after - before for before, after in zip(self.began, self.began[1:], strict=False)]


class Hangs:
    """A job that waits for something which never comes, until the test lets it go."""

    def __init__(self):
        self.runs, self.goes_on = 0, threading.Event()

    def __call__(self, _now):
        self.runs += 1
        self.goes_on.wait(60)


@pytest.fixture
def hangs():
    found = Hangs()
    yield found
    found.goes_on.set()


def row(name):
    return JobRun.objects.get(name=name)


# --- lanes ----------------------------------------------------------------------------------------


def test_a_job_that_hangs_makes_no_other_late(quick, hangs):
    """As a mail server that does not answer; benchmarks/jobs.py does it for 60 seconds."""
    alarms = Times()
    with running(job(hangs, 0.1, name="mail"), job(alarms, 0.1, name="alarms")):
        until(lambda: hangs.runs)
        time.sleep(3)
        hangs.goes_on.set()
    assert hangs.runs == 1
    assert len(alarms.began) > 8 and max(alarms.gaps()) < SPREAD


def test_database_that_hangs_holds_up_no_scheduler(quick, hangs, monkeypatch):
    """The keeper waits for it; runs are begun and given up all the same."""
    one = Runner([job(hangs, 3600, name="mail", limit=0.1)])
    one.beat()
    one.tick()
    asked = threading.Event()
    for name in ("renew", "answer_wish"):
        monkeypatch.setattr(leases, name, lambda *_given: asked.set() or hangs.goes_on.wait(60))
    JobRun.objects.update(asked_at=timezone.now())
    time.sleep(0.15)
    one.tick()
    keeper = threading.Thread(target=one.beat, name="jobs keeper", daemon=True)
    keeper.start()
    assert asked.wait(10)
    began = time.monotonic()
    one.tick()
    assert time.monotonic() - began < 1
    hangs.goes_on.set()
    keeper.join(10)


def test_jobs_of_one_lane_wait_for_each_other(quick, hangs):
    second = Times()
    one = Runner([job(hangs, 1, name="first", lane="both"), job(second, 2, name="second", lane="both")])
    one.beat()
    one.tick()
    until(lambda: hangs.runs)
    one.tick()
    assert (hangs.runs, second.began) == (1, [])
    hangs.goes_on.set()
    until(lambda: one.tick() or second.began)


def test_run_over_its_limit_is_given_up_and_its_lane_goes_on(quick, hangs, caplog):
    one = Runner([job(hangs, 0.01, name="mail", limit=0.2)])
    one.beat()
    one.tick()
    until(lambda: hangs.runs)
    one.tick()
    assert hangs.runs == 1, "not twice before the limit has passed"
    until(lambda: one.tick() or hangs.runs == 2)
    one.beat()
    assert row("mail").failure == "timed out after 0.2 s"
    assert (row("mail").stuck, row("mail").failures_in_a_row, row("mail").succeeded_at) == (1, 1, None)
    assert "timed out after 0.2 s and is given up; 1 of its runs hang" in caplog.text


def test_result_of_a_run_that_was_given_up_is_nobodys_news(quick, hangs):
    one = Runner([job(hangs, 3600, name="mail", limit=0.1)])
    one.beat()
    one.tick()
    time.sleep(0.15)
    one.tick()
    hangs.goes_on.set()
    until(lambda: not one._timed[0].stuck)
    one._timed[0].has_news = True
    one.beat()
    assert (row("mail").succeeded_at, row("mail").runs, row("mail").failures, row("mail").stuck) == (None, 1, 1, 0)


def test_job_whose_runs_all_hang_takes_no_more_threads(quick, hangs):
    one = Runner([job(hangs, 0.001, name="mail", limit=0.02)])
    one.beat()
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        one.tick()
        time.sleep(0.005)
    assert hangs.runs == lanes.MOST_STUCK
    hangs.goes_on.set()
    until(lambda: one.tick() or hangs.runs > lanes.MOST_STUCK)


def test_failure_is_told_without_what_a_row_says(quick, caplog):
    def breaks(_now):
        raise IntegrityError("Key (email)=(ada@example.org) already exists.")

    one = Runner([job(breaks)])
    once(one)
    one.beat()
    assert row("breaks").failure.startswith("IntegrityError in tests/config/test_jobs.py, line ")
    assert "ada@" not in row("breaks").failure and row("breaks").failures_in_a_row == 1
    assert "The job breaks failed" in caplog.text


def test_job_that_met_a_lock_is_tried_again_soon(quick, monkeypatch):
    monkeypatch.setattr(runner, "SOON", 0.05)
    tries = []

    def locked(_now):
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("database is locked")

    one = Runner([job(locked)])
    one.beat()
    until(lambda: one.tick() or len(tries) == 2)
    join()
    one.beat()
    assert (row("locked").failures, row("locked").failures_in_a_row) == (1, 0)


def test_many_lanes_write_to_one_database(quick):
    """On SQLite they wait for each other's short transactions; nothing is lost."""

    def writes(_now):
        for _ in range(20):
            JobRun.objects.filter(name="counted").update(runs=connection_safe_sum())

    JobRun.objects.create(name="counted")
    one = Runner([job(writes, name=f"writer-{number}") for number in range(8)])
    once(one)
    assert row("counted").runs == 160
    one.beat()
    assert not JobRun.objects.filter(failures__gt=0).exists()


def connection_safe_sum():
    from django.db.models import F

    return F("runs") + 1


# --- leases ---------------------------------------------------------------------------------------


def test_two_runners_on_one_database_run_each_job_once_per_period(quick):
    first, second = Times(), Times()
    both = (job(first, 0.3, name="first"), job(second, 0.5, name="second"))
    with running(*both), running(*both):
        time.sleep(3)
    assert 4 <= len(first.began) <= 10 and min(first.gaps()) >= 0.3
    assert 3 <= len(second.began) <= 6 and min(second.gaps()) >= 0.5


def test_two_runners_that_take_a_lease_at_the_same_moment(quick):
    """Both have read that it is free: one of them gets it."""
    mail = job(Times(), name="mail")
    leases.rows([mail])
    now = system_clock.server_now()
    assert [leases.take(mail, holder, now) for holder in ("a", "b")] == [True, False]
    assert not leases.renew(mail, "b", now, {})
    assert leases.renew(mail, "a", now, {})


def test_lease_of_a_holder_that_died_lapses(quick, monkeypatch):
    runs = Times()
    mail = job(runs, 0.001, name="mail", limit=5)
    dead, alive = Runner([mail]), Runner([mail])
    once(dead)
    once(alive)
    assert len(runs.began) == 1
    real = system_clock.server_now
    monkeypatch.setattr(system_clock, "server_now", lambda: real() + timedelta(seconds=leases.spell(mail) - 1))
    once(alive)
    assert len(runs.began) == 1, "the last run may still be going on"
    monkeypatch.setattr(system_clock, "server_now", lambda: real() + timedelta(seconds=leases.spell(mail) + 1))
    once(alive)
    assert len(runs.began) == 2
    once(dead)
    assert len(runs.began) == 2 and not dead._timed[0].is_ours, "who was frozen is not the holder any more"


def test_lease_is_not_enough_for_a_run_shortly_before_it_ends(quick, monkeypatch):
    """The keeper could not renew it: the database was away, or the process stood still."""
    runs = Times()
    one = Runner([job(runs, 0.001, name="mail", limit=5)])
    one.beat()
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + leases.MARGIN + 1)
    one.tick()
    assert runs.began == []


def test_process_that_ends_leaves_its_jobs_to_the_others(quick):
    runs = Times()
    mail = job(runs, 0.001, name="mail")
    first, second = Runner([mail]), Runner([mail])
    once(first)
    first.stop()
    once(second)
    assert len(runs.began) == 2
    once(first)
    assert len(runs.began) == 2


def test_process_that_takes_over_waits_for_the_rest_of_the_period(quick, monkeypatch):
    """Also when the last run has not been written down before."""
    monkeypatch.setattr(runner, "RENEW", 60.0)
    runs = Times()
    mail = job(runs, 1.0, name="mail")
    first, second = Runner([mail]), Runner([mail])
    first.beat()
    first.beat()
    until(lambda: first.tick() or len(runs.began) == 2)
    first.stop()
    second.beat()
    until(lambda: second.tick() or len(runs.began) == 3)
    assert min(runs.gaps()) >= 1.0


def test_restart_does_not_run_an_hourly_job_again(quick):
    runs = Times()
    hourly = job(runs, 3600, name="hourly")
    for _ in range(3):
        one = Runner([hourly])
        once(one)
        one.beat()
        one.stop()
    assert len(runs.began) == 1
    JobRun.objects.update(next_due_at=timezone.now() + timedelta(days=400))  # a clock that was wrong
    one = Runner([hourly])
    one.beat()
    assert one._timed[0].due - time.monotonic() <= 3600


def test_lease_from_a_clock_that_was_wrong_is_worth_nothing(quick):
    runs = Times()
    JobRun.objects.create(name="mail", holder="gone", held_until=timezone.now() + timedelta(days=1))
    once(Runner([job(runs, name="mail")]))
    assert len(runs.began) == 1


@pytest.mark.same_on_every_database
def test_jobs_every_few_seconds_hardly_write(transactional_db, monkeypatch):
    """Between two renewals a holder only reads, however often its jobs run."""
    monkeypatch.setattr(runner, "APART", 0.0)
    one = Runner([job(Times(), 0.001, name=f"job-{number}") for number in range(18)])
    for _ in range(3):
        once(one)
    with CaptureQueriesContext(connection) as between:
        for _ in range(5):
            once(one)
    assert {query["sql"].split()[0] for query in between} == {"SELECT"} and len(between) == 5
    monkeypatch.setattr(runner, "RENEW", 0.0)
    with CaptureQueriesContext(connection) as renewing:
        one.beat()
    words = [query["sql"].split()[0] for query in renewing]
    assert (words.count("BEGIN"), words.count("UPDATE")) == (1, 18)


# --- what jobs say reaches the pages ----------------------------------------------------------------


@pytest.mark.same_on_every_database
async def test_news_of_a_job_reaches_the_pages_of_its_process(quick):
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("staff", channel)

    def tells(_now):
        publish("staff", {"kind": "door.state"})

    one = Runner([job(tells)], asyncio.get_running_loop())
    await asyncio.to_thread(once, one)
    heard = await asyncio.wait_for(layer.receive(channel), 5)
    assert heard["event"] == {"kind": "door.state"}


@pytest.mark.same_on_every_database
async def test_loop_that_ends_hands_its_jobs_on(quick, no_jobs):
    """On the loop's own thread Django would refuse to ask the database."""
    registry.register(job(Times(), name="mail"))
    task = asyncio.create_task(runner.run_for_ever())
    await asyncio.to_thread(until, lambda: JobRun.objects.exclude(holder="").exists())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await JobRun.objects.aget(name="mail")).holder == ""


@pytest.mark.long
@pytest.mark.same_on_every_database
@pytest.mark.parametrize("command", [("manage.py", "clock"), ("-m", "daphne", "-p", "PORT", "config.asgi:application")])
def test_process_that_is_told_to_end_hands_its_jobs_on(tmp_path, command):
    site = Server(tmp_path, {}, free_port())
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings_fake",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": empty_database(tmp_path / "jobs.sqlite3"),
        "CLOCK_IN_WEB": "true",
        "REDIS_URL": "",
        "DEBUG": "true",
    }

    def held():
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{site.url}/healthz", timeout=5).close()  # with the first request the jobs begin
        with contextlib.closing(sqlite3.connect(tmp_path / "jobs.sqlite3")) as rows:
            return rows.execute("SELECT count(*) FROM jobs_jobrun WHERE holder <> ''").fetchone()[0]

    words = [sys.executable, *(str(site.port) if word == "PORT" else word for word in command)]
    process = subprocess.Popen(words, cwd=ROOT, env=environment)
    try:
        until(lambda: held() == len(registry.all_jobs()), 60)
        process.terminate()
        process.wait(20)
        assert held() == 0
    finally:
        process.kill()


# --- the registry ---------------------------------------------------------------------------------


@pytest.fixture
def no_jobs(monkeypatch):
    monkeypatch.setattr(registry, "_jobs", {})


def test_two_jobs_cannot_have_one_name(no_jobs):
    registry.register(Job("mail", 5, print))
    registry.register(Job("mail", 5, print))  # the same once more is no contradiction
    with pytest.raises(ImproperlyConfigured, match="two jobs with the name mail"):
        registry.register(Job("mail", 6, print))


def test_what_asks_other_machines_shares_no_lane_with_what_watches_doors(no_jobs):
    registry.register(Job("doors", 5, print, lane="lockers"))
    with pytest.raises(ImproperlyConfigured, match="The lane lockers mixes"):
        registry.register(Job("sensors", 5, print, lane="lockers", over_network=True))


@pytest.mark.parametrize("numbers", [{"every": 0}, {"every": 1, "limit": 0}])
def test_job_without_period_or_limit_is_refused(no_jobs, numbers):
    with pytest.raises(ImproperlyConfigured, match="needs seconds above 0"):
        registry.register(Job("mail", run=print, **numbers))


def test_every_job_of_the_site_has_a_title_and_a_lane_of_its_own():
    found = registry.all_jobs()
    assert len(found) == 28
    assert all(str(one.title) for one in found)
    assert len({one.lane_name for one in found}) == 28
    slow = {one.name for one in found if one.over_network}
    library = {"library.exits", "library.mirror", "library.tags", "library.gates", "library.renewals"}
    assert slow == {"mail.send", "webhooks.send", "lockers.sensors", *library}


@pytest.mark.parametrize(("there", "left"), [((OLD,), {NEW: 7}), ((OLD, NEW), {NEW: 8}), ((), {})])
def test_job_that_was_renamed_keeps_its_row(db, there, left):
    """`library.webhooks` sent the webhooks of every app; a process of the new release may have run before `migrate`."""
    for name in there:
        JobRun.objects.create(name=name, runs=7 if name == OLD else 8)
    migration = import_module("config.ops.jobs.migrations.0002_webhooks_of_every_app")
    migration.rename(apps, SimpleNamespace(connection=connection))
    assert dict(JobRun.objects.values_list("name", "runs")) == left


@pytest.mark.parametrize("name", [one.name for one in registry.all_jobs()])
def test_every_job_of_the_site_runs_on_an_empty_site(db, name):
    registry.run(name, timezone.now())


# --- what is told ---------------------------------------------------------------------------------


def failing(**more):
    return JobRun.objects.create(
        name="lockers.alarms",
        holder="a",
        failures_in_a_row=3,
        failed_at=timezone.now(),
        failure="RuntimeError in lockers/doors/doors.py, line 7. The log says more.",
        **more,
    )


@pytest.mark.django_db(transaction=True)
def test_readyz_notes_what_is_late_or_fails_and_stays_in_service(client):
    assert client.get("/readyz").json()["parts"]["jobs"] == {"ok": True, "note": "No timed job has run yet."}
    failing()
    late = timezone.now() - timedelta(minutes=10)
    JobRun.objects.create(name="mail.send", next_due_at=late)
    answer = client.get("/readyz")
    note = "Late: Send e-mails that are due. Failing repeatedly: Watch the doors, end expired keys."
    assert answer.json()["parts"]["jobs"] == {"ok": True, "note": note}
    assert answer.status_code == 200


@pytest.mark.django_db
def test_metrics_count_runs_failures_and_lag(client, settings):
    settings.METRICS_TOKEN = "m3trics"
    at = timezone.now()
    failing(seconds=1.5, runs=9, failures=4, succeeded_at=at, next_due_at=at - timedelta(seconds=30))
    said = client.get("/metrics", headers={"Authorization": "Bearer m3trics"}).content.decode()
    for line in (
        'ostiary_job_duration_seconds{job="lockers.alarms"} 1.5',
        'ostiary_job_failures_in_a_row{job="lockers.alarms"} 3.0',
        'ostiary_job_runs_total{job="lockers.alarms"} 9.0',
        'ostiary_job_failures_total{job="lockers.alarms"} 4.0',
        'ostiary_job_last_success_timestamp_seconds{job="mail.send"} 0.0',
    ):
        assert line in said
    [lag] = [line for line in said.splitlines() if line.startswith('ostiary_job_lag_seconds{job="lockers.alarms"}')]
    assert 30 <= float(lag.split()[1]) < 60


def test_page_shows_every_job_in_plain_english(client, administrator):
    client.force_login(administrator)
    empty = client.get("/jobs/").content.decode()
    assert "No process runs these jobs at present." in empty and "has not run yet" in empty
    failing(finished_at=timezone.now(), started_at=timezone.now(), seconds=0.25, stuck=2, next_due_at=timezone.now())
    page = client.get("/jobs/").content.decode()
    assert "No process runs" not in page
    for words in ("Watch the doors", "every 5 seconds", "every hour", "failed 3 times in a row", "took 0.25 s"):
        assert words in page
    assert "RuntimeError in lockers/doors/doors.py, line 7." in page and "2 runs hang" in page
    assert page.index("Watch the doors") < page.index("Send e-mails"), "what has failed comes first"
    part = client.get("/jobs/", headers={"HX-Request": "true"}).content.decode()
    assert "Watch the doors" in part and "<html" not in part
    assert "/jobs/" in client.get("/home/").content.decode()


def test_page_without_jobs(client, administrator, no_jobs):
    client.force_login(administrator)
    assert "No timed jobs" in client.get("/jobs/").content.decode()


def test_run_now_is_logged_and_runs_within_seconds(quick, client, administrator, monkeypatch, caplog):
    from auditlog.models import LogEntry

    runs = Times()
    monkeypatch.setattr(registry, "_jobs", {"mail.send": job(runs, 3600, name="mail.send", title="Send e-mails")})
    one = Runner()
    once(one)
    once(one)
    assert len(runs.began) == 1
    client.force_login(administrator)
    with caplog.at_level("INFO", "ostiary.clock"):
        answer = client.post("/jobs/mail.send/run/", follow=True)
    assert "&#x27;Send e-mails&#x27; runs within a few seconds." in answer.content.decode()
    assert f"asked for by user {administrator.pk}" in caplog.text
    assert LogEntry.objects.get_for_model(JobRun).latest("pk").actor == administrator
    once(one)
    once(one)
    assert len(runs.began) == 2, "once"
    assert row("mail.send").asked_at is None


def test_unknown_job_cannot_be_run(client, administrator):
    client.force_login(administrator)
    assert client.post("/jobs/nothing/run/").status_code == 404


def test_late_only_after_limit_and_grace(db):
    mail = job(print, 5, name="mail", limit=30)
    now = timezone.now()

    def is_late(seconds):
        return status.JobStatus(mail, JobRun(next_due_at=now - timedelta(seconds=seconds)), now).is_late

    assert [is_late(seconds) for seconds in (-5, 89, 91)] == [False, False, True]
