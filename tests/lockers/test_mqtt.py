"""Doors on a real Mosquitto: what is retained, repeated, late, forged or from before a restart opens nothing."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import paho.mqtt.client as paho
import pytest
from django.db import connection

from accounts.consent.notices import ensure_notices
from lockers.access import keys
from lockers.doors import listener as watching
from lockers.doors.hardware.controller import Controller
from lockers.doors.hardware.door_state import Door
from lockers.doors.hardware.listener import Listener
from lockers.doors.hardware.messages import Topics, command_text
from lockers.doors.hardware.mqtt_lock import MqttLock
from lockers.models import Locker, Opening
from lockers.rules.doors import Command, DoorState, NotOpened
from tests.conftest import person
from tests.support.lockers import KIOSK, given, key_of
from tests.support.mosquitto import Mosquitto, until

DOORS, SECRET = ["main/1", "main/2"], "between server and door"
TOPICS = Topics()


@pytest.fixture
def mosquitto(tmp_path):
    broker = Mosquitto(tmp_path / "mosquitto")
    yield broker
    broker.stop()


@pytest.fixture
def started(mosquitto):
    """Makes controllers, and ends them whatever happens."""
    running = []

    def start(**how):
        made = Controller(mosquitto.url, "main", DOORS, secret=SECRET, **how)
        made.start()
        running.append(made)
        until(lambda: made.session)
        return made

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def lock(mosquitto):
    return MqttLock(mosquitto.url, secret=SECRET)


class Attacker:
    """Anybody who may publish on the broker."""

    def __init__(self, url):
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        host, port = url.removeprefix("mqtt://").split(":")
        self.heard = []
        self.client.on_message = lambda _c, _d, message: self.heard.append(message)
        self.client.connect(host, int(port))
        self.client.loop_start()
        self.client.subscribe(f"{TOPICS.prefix}/#", 1)

    def say(self, address, text, *, retain=False):
        sent = self.client.publish(TOPICS.command(address), text, qos=1, retain=retain)
        sent.wait_for_publish(5)

    def commands(self):
        return [message.payload for message in self.heard if message.topic.endswith("/command")]


@pytest.fixture
def attacker(mosquitto):
    made = Attacker(mosquitto.url)
    yield made
    made.client.disconnect()
    made.client.loop_stop()


def order(transaction="t-1", address="main/1", *, issued=None, lives=10.0):
    begin = issued or datetime.now(UTC)
    return Command(transaction, address, begin, begin + timedelta(seconds=lives))


def reason(act, *args):
    with pytest.raises(NotOpened) as caught:
        act(*args)
    return caught.value.reason


def ignored(controller, count):
    until(lambda: len(controller.ignored) >= count)
    return controller.ignored


def test_a_command_opens_its_door_once_and_no_other(started, lock):
    controller = started()
    report = lock.open(order())
    assert (report.state, report.transaction) == (DoorState.OPEN, "t-1")
    assert controller.doors["main/2"].state == DoorState.LOCKED


def test_a_duplicate_opens_nothing(started, lock, attacker):
    controller = started()
    lock.open(order())
    [payload] = until(attacker.commands)
    controller.act("main/1", Door.shut)
    for _ in range(3):
        attacker.say("main/1", payload)
    assert ignored(controller, 3) == ["duplicate"] * 3
    assert controller.doors["main/1"].state == DoorState.LOCKED


def test_a_retained_command_opens_nothing_when_the_controller_comes(started, lock, attacker, mosquitto):
    controller = started()
    attacker.say("main/1", command_text(order(), controller.session, SECRET), retain=True)
    until(lambda: controller.doors["main/1"].state == DoorState.OPEN)  # live, it is a command like any other
    controller.stop()
    again = started()
    assert ignored(again, 1) == ["retained"]
    assert again.doors["main/1"].state == DoorState.LOCKED


def test_a_late_command_opens_nothing(started, lock, attacker):
    controller = started()
    old = order(issued=datetime.now(UTC) - timedelta(seconds=11))
    attacker.say("main/1", command_text(old, controller.session, SECRET))
    ahead = order("t-2", issued=datetime.now(UTC) + timedelta(hours=1))
    attacker.say("main/1", command_text(ahead, controller.session, SECRET))
    assert ignored(controller, 2) == ["late", "late"]
    assert controller.doors["main/1"].state == DoorState.LOCKED


def test_after_its_restart_a_controller_obeys_nothing_that_was_said_before(started, lock, attacker):
    first = started()
    still_valid = command_text(order(lives=600), first.session, SECRET)
    first.stop()
    second = started()
    assert second.session != first.session
    attacker.say("main/1", still_valid)
    assert ignored(second, 1) == ["other_session"]
    assert second.doors["main/1"].state == DoorState.LOCKED


def test_a_command_for_a_controller_that_is_away_is_not_kept_for_it(started, lock, attacker):
    first = started()
    text = command_text(order(lives=600), first.session, SECRET)
    first.stop()
    attacker.say("main/1", text)
    assert reason(lock.open, order("t-2")) == "unavailable"
    second = started()
    attacker.say("main/2", "{}")  # something to wait for, behind whatever the broker may have kept
    assert ignored(second, 1) == ["bad_signature"]
    assert all(door.state == DoorState.LOCKED for door in second.doors.values())


def test_after_a_restart_of_the_broker_everybody_comes_back_and_no_door_moves(started, lock, attacker, mosquitto):
    controller = started()
    before = controller.session
    still_valid = command_text(order(lives=600), before, SECRET)
    lock.open(order("t-0"))
    controller.act("main/1", Door.shut)
    mosquitto.restart()
    until(lambda: controller.session not in ("", before), 30)
    assert controller.doors["main/1"].state == DoorState.LOCKED
    until(attacker.client.is_connected, 30)
    attacker.say("main/1", still_valid)
    assert ignored(controller, 1)[-1] == "other_session"
    assert until(lambda: lock.open(order("t-3"))).state == DoorState.OPEN


def test_without_a_broker_nothing_opens_and_nothing_waits(started, lock, mosquitto):
    controller = started()
    mosquitto.stop()
    assert reason(lock.open, order()) == "unavailable"
    mosquitto.start()
    until(lambda: controller.session, 30)
    assert controller.doors["main/1"].state == DoorState.LOCKED and not controller.ignored


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"signature": ""}, "bad_signature"),
        ({"signature": "0" * 64}, "bad_signature"),
        ({"transaction": "t-9"}, "bad_signature"),
        ({"address": "main/2"}, "bad_signature"),
        ({"expires_at": 4e9}, "bad_signature"),
    ],
)
def test_a_command_that_was_not_signed_by_the_server_opens_nothing(started, attacker, spoilt, why):
    controller = started()
    said = json.loads(command_text(order(), controller.session, SECRET)) | spoilt
    attacker.say("main/1", json.dumps(said))
    assert ignored(controller, 1) == [why]


@pytest.mark.parametrize("rubbish", ["", "open", "[]", "null", '{"action": "open"}', "{" * 5000, "\u0000"])
def test_rubbish_opens_nothing(mosquitto, attacker, rubbish):
    controller = Controller(mosquitto.url, "main", DOORS)  # even without a secret
    controller.start()
    until(lambda: controller.session)
    attacker.say("main/1", rubbish)
    assert len(ignored(controller, 1)) == 1
    assert controller.doors["main/1"].state == DoorState.LOCKED
    controller.stop()


def test_a_command_of_one_door_opens_no_other_door(started, attacker):
    controller = started()
    attacker.say("main/2", command_text(order(address="main/1"), controller.session, SECRET))
    assert ignored(controller, 1) == ["unreadable"]
    assert all(door.state == DoorState.LOCKED for door in controller.doors.values())


def test_the_broker_speaks_the_last_will_of_a_controller_that_vanishes(started, lock, mosquitto):
    gone, controller = [], started()
    listener = Listener(mosquitto.url, "lockers", lambda report: None, gone.append)
    listener.start()
    until(lambda: listener._alive)
    controller.vanish()
    until(lambda: gone == ["main"], 30)
    assert reason(lock.open, order()) == "unavailable"
    listener.stop()


def test_a_controller_that_hangs_counts_as_away(started, mosquitto):
    gone = []
    started()
    listener = Listener(
        mosquitto.url, "lockers", lambda report: None, gone.append, silence=1.0
    )  # beats come every 10 s
    listener.start()
    until(lambda: gone == ["main"])
    listener.stop()


def test_a_jammed_door_says_so_and_an_open_one_is_told_once_more(started, lock):
    controller = started()
    controller.act("main/1", Door.jam)
    assert reason(lock.open, order()) == "door_jammed"
    controller.act("main/2", Door.force)
    assert lock.open(order("t-2", "main/2")).state == DoorState.OPEN


@pytest.fixture
def watched(mosquitto, settings, transactional_db):
    """The listeners as `watch_doors` runs them, in threads of their own."""
    settings.LOCKER_ACTUATORS = {"main": {"kind": "mqtt", "url": mosquitto.url, "secret": SECRET}}
    ensure_notices()
    mine = given(person("s-ada", "Ada"))
    listening = list(watching.listeners())
    for listener in listening:
        listener.start()
    yield mine
    for listener in listening:
        listener.stop()
    connection.close()


def test_a_broker_that_froze_leaves_no_locker_unavailable(watched, started, mosquitto, monkeypatch):
    monkeypatch.setattr("lockers.doors.hardware.controller.HEARTBEAT", 0.5)
    started()
    until(lambda: state_of(watched) == "locked")
    ada = watched.assignments.get().customer
    mosquitto.freeze()
    assert keys.redeem(key_of(ada, watched).code, watched, station=KIOSK).state == "failed"
    assert state_of(watched) == "unavailable"
    mosquitto.thaw()
    until(lambda: state_of(watched) == "locked")
    assert keys.redeem(key_of(ada, watched).code, watched, station=KIOSK).state == "opened"


def test_a_door_that_nobody_heard_of_is_asked_again(watched, started, monkeypatch):
    """A command that was lost: the door stands as it stood, and has nothing new to say."""
    monkeypatch.setattr("lockers.doors.hardware.controller.HEARTBEAT", 0.5)
    started()
    until(lambda: state_of(watched) == "locked")
    Locker.objects.filter(pk=watched.pk).update(door="unknown")
    until(lambda: state_of(watched) == "locked")


def test_what_doors_say_while_the_database_is_away_is_written_down_afterwards(watched, started, power):
    controller = started()
    until(lambda: state_of(watched) == "locked")
    power.off()
    controller.act("main/1", Door.force)
    controller.act("main/1", Door.shut)
    time.sleep(1)
    assert state_of(watched) == "locked"
    power.on()
    until(lambda: watched.alarms.filter(kind="forced").exists())
    until(lambda: state_of(watched) == "locked")


def test_a_bank_that_goes_while_the_database_is_away_is_unavailable_afterwards(watched, started, power):
    controller = started()
    until(lambda: state_of(watched) == "locked")
    power.off()
    controller.stop()
    time.sleep(1)
    power.on()
    until(lambda: state_of(watched) == "unavailable")


@pytest.mark.django_db(transaction=True)
def test_from_a_key_to_a_shut_door_over_the_broker(started, mosquitto, settings):
    """With the listener in its own thread, as `watch_doors` runs it."""
    settings.LOCKER_ACTUATORS = {"main": {"kind": "mqtt", "url": mosquitto.url, "secret": SECRET}}
    ensure_notices()
    ada = person("s-ada", "Ada")
    mine, controller = given(ada), started()
    listening, done = list(watching.listeners()), threading.Event()
    for listener in listening:
        listener.start()
    try:
        until(lambda: state_of(mine) == "locked")
        opening = keys.redeem(key_of(ada, mine).code, mine, station=KIOSK)
        assert opening.state == "opened"
        controller.act("main/1", Door.shut)
        until(lambda: Opening.objects.get().state == "closed")
        controller.act("main/1", Door.force)
        until(lambda: mine.alarms.filter(kind="forced").exists())
        controller.act("main/1", Door.repair)
        controller.stop()
        until(lambda: state_of(mine) == "unavailable")
        started()
        until(lambda: state_of(mine) == "locked")
        assert Opening.objects.count() == 1
    finally:
        done.set()
        for listener in listening:
            listener.stop()
        connection.close()


def state_of(row):
    return Locker.objects.get(pk=row.pk).door
