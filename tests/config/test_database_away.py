"""The database is away for a while: whatever runs by itself waits, and goes on when it is back."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone
from django_tasks_db.management.commands import db_worker as theirs
from django_tasks_db.models import DBTaskResult

from accounts.mail.tasks import deliver
from attendance.records.board.consumers import BoardConsumer
from config.management.commands import db_worker
from config.ops.jobs.runner import Runner
from config.ops.outage import patiently
from library.desk.consumers import DeskConsumer
from lockers.desk.consumers import LockersConsumer
from tests.support import attendance as campus
from tests.support.jobs import job, once
from tests.support.live import at_station, camera, closing_code, hear, in_database, knock
from tests.support.mosquitto import until

# The database that is away is played by tests/support/power.py, whichever it is.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]


@pytest.fixture
def soon(monkeypatch):
    """What is asked again every few seconds is asked again at once."""
    for consumer in (BoardConsumer, DeskConsumer, LockersConsumer):
        monkeypatch.setattr(consumer, "refresh", 0.1)
    monkeypatch.setattr("recognition.live.staff_consumers.ASK_AGAIN", 0.1)
    monkeypatch.setattr("recognition.live.session.CHECK_EVERY", 0.1)


def cookie_of(person):
    client = Client()
    client.force_login(person, backend="accounts.backends.RoleBackend")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


async def page(path, person):
    socket = knock(path, cookie=await in_database(cookie_of)(person))
    assert (await socket.connect(timeout=15))[0]
    await hear(socket, "hello")
    return socket


async def outage(power, socket, lasts=0.5):
    power.off()
    await asyncio.sleep(lasts)
    while not await socket.receive_nothing(timeout=0.05):  # what was on its way
        assert (await socket.receive_json_from())["kind"] == "hello"
    power.on()


@pytest.mark.parametrize("path", ["/ws/library/desk/", "/ws/lockers/"])
async def test_a_staff_page_is_told_the_state_again(path, soon, power, administrator):
    socket = await page(path, administrator)
    await outage(power, socket)
    await hear(socket, "hello")
    await socket.disconnect()


async def test_a_board_is_told_the_state_again(soon, power, ada, teacher):
    course = await in_database(campus.course)(ada, teacher=teacher)
    session = await in_database(campus.session)(course, timezone.now().replace(microsecond=0))
    socket = await page(f"/ws/attendance/{session.pk}/", teacher)
    await outage(power, socket)
    await hear(socket, "hello")
    await socket.disconnect()


@pytest.mark.parametrize("path", ["/ws/stations/", "/ws/library/desk/", "/ws/lockers/"])
async def test_rights_are_asked_again(path, soon, power, administrator):
    socket = await page(path, administrator)
    await outage(power, socket)
    await type(administrator).objects.filter(pk=administrator.pk).aupdate(is_active=False)
    assert (await hear(socket, "bye"))["code"] == "not_permitted"
    assert await closing_code(socket) == 4403


async def test_a_station_is_sent_away_to_come_back(soon, power, front_door):
    token = await in_database(camera)(front_door)
    async with at_station(token) as station:
        power.off()
        assert (await hear(station, "bye"))["code"] == "internal"
        assert await closing_code(station) == 4500
    power.on()
    async with at_station(token) as station:
        assert station.hello["station"]["slug"] == "front-door"


async def test_a_page_that_opens_meanwhile_is_sent_away_to_come_back(power, front_door, caplog):
    token = await in_database(camera)(front_door)
    power.off()
    socket = knock("/ws/station/", token=token)
    assert (await socket.connect(timeout=15))[0]
    assert (await hear(socket, "bye"))["code"] == "internal"
    assert await closing_code(socket) == 4500
    assert not [record for record in caplog.records if record.exc_info]


# --- what runs by itself ------------------------------------------------------------------------

RAN = []


def count(now):
    get_user_model().objects.count()
    RAN.append(now)


def stumble(now):
    raise OperationalError("canceling statement due to statement timeout")


def test_a_job_that_is_due_hourly_does_not_wait_an_hour(power, caplog):
    RAN.clear()
    ticking = Runner([job(count)])
    connections.close_all()
    power.off()
    once(ticking)
    assert not RAN and not [record for record in caplog.records if record.exc_info]
    power.on()
    until(lambda: once(ticking) or RAN)
    once(ticking)
    assert len(RAN) == 1


def test_a_job_that_gives_up_waiting_holds_back_no_other(monkeypatch):
    monkeypatch.setattr("config.ops.jobs.runner.APART", 0.0)
    RAN.clear()
    once(Runner([job(stumble), job(count)]))
    assert len(RAN) == 1


def test_the_worker_waits_and_goes_on(power, monkeypatch):
    monkeypatch.setattr(theirs.Worker, "configure_signals", lambda self: None)  # only a main thread can
    worker = threading.Thread(target=one_task, daemon=True)
    connections.close_all()
    power.off()
    worker.start()
    time.sleep(0.5)
    assert worker.is_alive()
    power.on()
    queued = deliver.enqueue()
    until(lambda: DBTaskResult.objects.get(pk=queued.id).status == "SUCCESSFUL")
    worker.join(15)
    assert not worker.is_alive()


def one_task():
    try:
        call_command("db_worker", max_tasks=1, interval=0.05, startup_delay=False, verbosity=0)
    finally:
        connections.close_all()


def test_a_task_in_which_the_database_went_away_does_not_run_for_ever(power, monkeypatch):
    worker = "w-1"
    mine = DBTaskResult.objects.get(pk=deliver.enqueue().id)
    mine.claim(worker)
    others = DBTaskResult.objects.get(pk=deliver.enqueue().id)
    others.claim("w-2")
    db_worker._end_what_was_running(worker)
    states = dict(DBTaskResult.objects.values_list("pk", "status"))
    assert (states[mine.pk], states[others.pk]) == ("FAILED", "RUNNING")


def test_what_starts_meanwhile_waits_too(power, caplog):
    connections.close_all()
    power.off()
    threading.Timer(0.3, power.on).start()
    assert patiently("Counting people", get_user_model().objects.count, logging.getLogger("ostiary.test")) == 0
    said = [record.getMessage() for record in caplog.records if record.name == "ostiary.test"]
    assert said[0].startswith("Counting people failed and is tried again: OperationalError") and len(said) == 2
