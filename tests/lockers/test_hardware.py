"""A relay over HTTP and doors in a file: told once, and shut whatever goes wrong."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from lockers.doors import listener
from lockers.doors.hardware.door_state import Door
from lockers.doors.hardware.http_relay import HttpRelay
from lockers.doors.hardware.simulator import Simulator
from lockers.models import Alarm, Locker
from lockers.rules.doors import Command, DoorState, NotOpened
from tests.support.lockers import locker

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def order(transaction="t-1", address="main/1", begin=NOW):
    return Command(transaction, address, begin, begin + timedelta(seconds=10))


def reason(act, *args):
    with pytest.raises(NotOpened) as caught:
        act(*args)
    return caught.value.reason


# --- a door


@pytest.mark.parametrize(("after", "opens"), [(-1, False), (0, True), (9, True), (10, False), (3600, False)])
def test_a_door_obeys_a_command_only_in_its_time(after, opens):
    door = Door()
    if opens:
        assert door.open(order(), NOW + timedelta(seconds=after)) == DoorState.OPEN
    else:
        assert reason(door.open, order(), NOW + timedelta(seconds=after)) == "late"
        assert reason(door.open, order(), NOW) == "duplicate"


def test_a_door_that_was_shut_does_not_open_for_the_same_command():
    door = Door()
    door.open(order(), NOW)
    door.shut()
    assert reason(door.open, order(), NOW) == "duplicate"
    assert door.state == DoorState.LOCKED


# --- the simulator


def test_every_process_sees_the_same_doors_and_a_restart_moves_none(tmp_path):
    first = Simulator(tmp_path / "doors", lambda: NOW)
    first.open(order())
    second = Simulator(tmp_path / "doors", lambda: NOW)
    assert second.state("main/1") == DoorState.OPEN and second.state("main/2") == DoorState.LOCKED
    second.shut("main/1")
    assert reason(Simulator(tmp_path / "doors", lambda: NOW).open, order()) == "duplicate"


def test_of_two_who_send_the_same_command_at_once_one_opens(tmp_path):
    gate, answers = threading.Barrier(8), []

    def send():
        gate.wait()
        try:
            answers.append(Simulator(tmp_path / "doors", lambda: NOW).open(order()).state)
        except NotOpened as no:
            answers.append(no.reason)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["duplicate"] * 7 + ["open"]


# --- a relay


class Relay:
    def __init__(self):
        self.asked, self.answer = [], (200, {}, b'{"state": "open"}')
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def reply(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                relay.asked.append((self.command, self.path, dict(self.headers), body))
                status, headers, text = relay.answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            do_POST = do_GET = reply  # noqa: N815

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def relay():
    made = Relay()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_relay_is_told_once_with_transaction_time_and_secret(relay):
    report = HttpRelay(relay.url, "secret", has_sensor=True).open(order())
    assert (report.state, report.transaction) == (DoorState.OPEN, "t-1")
    [(method, path, headers, body)] = relay.asked
    assert (method, path, headers["Authorization"]) == ("POST", "/main/1/open", "Bearer secret")
    assert headers["Idempotency-Key"] == json.loads(body)["transaction"] == "t-1"


@pytest.mark.parametrize("status", [302, 307, 400, 401, 409, 500, 503])
def test_no_clear_yes_is_a_no_and_nothing_is_tried_again_or_elsewhere(relay, status):
    relay.answer = (status, {"Location": relay.url + "/elsewhere"}, b"")
    assert reason(HttpRelay(relay.url).open, order()) == "unavailable"
    assert len(relay.asked) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [(b'{"state": "jammed"}', "door_jammed"), (b'{"state": "locked"}', "no_answer"), (b"??", "no_answer")],
)
def test_a_sensor_that_does_not_say_open_is_believed(relay, text, why):
    relay.answer = (200, {}, text)
    assert reason(HttpRelay(relay.url, has_sensor=True).open, order()) == why


def test_a_relay_without_a_sensor_leaves_the_door_unknown(relay):
    relay.answer = (204, {}, b"")
    assert HttpRelay(relay.url).open(order()).state == DoorState.UNKNOWN
    assert HttpRelay(relay.url).state("main/1") is None


def test_doors_behind_a_relay_are_asked_how_they_stand(db, relay, settings):
    settings.LOCKER_ACTUATORS = {"main": {"kind": "http", "url": relay.url, "has_sensor": True}}
    doors = [locker(number) for number in ("1", "2")]
    relay.answer = (200, {}, b'{"state": "open"}')
    assert listener.ask_sensors(timezone.now()) == 2
    assert {state_of(door) for door in doors} == {"open"}
    assert Alarm.objects.filter(kind="forced").count() == 2, "nobody was let in"
    relay.answer = (503, {}, b"")
    relay.asked.clear()
    assert listener.ask_sensors(timezone.now()) == 0
    assert {state_of(door) for door in doors} == {"unavailable"}
    assert len(relay.asked) == 1, "a silent relay is asked once"


def test_a_door_that_is_being_told_and_doors_without_a_sensor_are_not_asked(db, relay, settings):
    settings.LOCKER_ACTUATORS = {"main": {"kind": "http", "url": relay.url, "has_sensor": True}}
    Locker.objects.filter(pk=locker("1").pk).update(door="unlocking")
    listener.ask_sensors(timezone.now())
    settings.LOCKER_ACTUATORS = {"main": {"kind": "http", "url": relay.url}}
    locker("2")
    listener.ask_sensors(timezone.now())
    assert relay.asked == []


def state_of(door):
    return Locker.objects.get(pk=door.pk).door


@pytest.mark.parametrize("url", ["file:///etc", "ftp://here", "http://127.0.0.1:9", "nonsense"])
def test_an_address_that_is_no_relay_opens_nothing(url):
    assert reason(HttpRelay(url).open, order()) == "unavailable"
