"""Doors never open late, twice, or for a replay: against a real message broker and a real HTTP relay."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import OutgoingMail
from config.ops.jobs import registry
from library.kiosk import actions, basket, gate_listener, pending_gates
from library.models import CirculationEvent, ExitPass
from library.visits import alarms, exit_passes
from library.visits.gates import HttpGate, MqttGate, SimulatedGate
from library.wiring import job_steps
from tests.library.test_stations import arrive
from tests.support.library import book, inside, station

mqtt = pytest.importorskip("paho.mqtt.client")

BROKER = os.environ.get("MQTT_TEST_URL", "mqtt://127.0.0.1:1883")
SOON = 1.0  # s in which a message that was sent has long arrived


class Door:
    """What stands behind a topic; with a session that the broker keeps for it while it is offline."""

    def __init__(self, topic, *, keeps=0):
        self.topic, self.keeps, self.heard, self.ready = topic, keeps, [], threading.Event()
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=f"door-{uuid.uuid4().hex[:12]}", protocol=mqtt.MQTTv5
        )
        self.client.on_connect = lambda client, *_rest: client.subscribe(topic, qos=1)
        self.client.on_subscribe = lambda *_rest: self.ready.set()
        self.client.on_message = lambda _client, _data, message: self.heard.append(message)

    def online(self):
        properties = mqtt.Properties(mqtt.PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self.keeps
        self.ready.clear()
        self.client.connect("127.0.0.1", 1883, clean_start=False, properties=properties)
        self.client.loop_start()
        assert self.ready.wait(5)
        return self

    def offline(self):
        self.client.disconnect()
        self.client.loop_stop()

    def passes(self, wait=SOON):
        time.sleep(wait)
        return [json.loads(message.payload)["pass"] for message in self.heard]


@pytest.fixture(scope="module")
def broker():
    try:
        probe = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        probe.connect("127.0.0.1", 1883)
        probe.disconnect()
    except OSError:
        pytest.skip("no message broker listens at 127.0.0.1:1883")


@pytest.fixture
def topic(broker):
    return f"ostiary-test/{uuid.uuid4().hex}"


@pytest.fixture
def door(topic):
    made = Door(topic).online()
    yield made
    made.offline()


@pytest.fixture
def gated(settings, topic):
    settings.LIBRARY_GATES = {"*": {"kind": "mqtt", "url": BROKER, "topic": topic}}


def soon(seconds=60.0):
    return timezone.now() + timedelta(seconds=seconds)


def finish_with_a_book(person):
    place = station("exit")
    arrive(place, inside(person))
    actions.scan(place.slug, book("B-1"))
    actions.finish(place.slug)
    return ExitPass.objects.get()


# --- on the broker ------------------------------------------------------------------------------


@pytest.mark.long
def test_one_permission_is_one_message_that_says_until_when_and_is_not_kept(db, ada, door, gated, topic):
    permission = finish_with_a_book(ada)
    assert permission.gate_answer == "published"
    assert len(door.passes()) == 1
    [message] = door.heard
    said = json.loads(message.payload)
    assert (said["action"], said["pass"]) == ("open", permission.number)
    left = datetime.fromisoformat(said["expires"]) - timezone.now()
    assert timedelta(seconds=5) < left <= timedelta(seconds=10)
    assert 1 <= message.properties.MessageExpiryInterval <= 10
    assert not message.retain
    late = Door(topic).online()
    assert late.passes() == [], "nothing for a door that subscribes later"
    late.offline()


def test_a_door_at_the_entry_opens_once_too(db, ada, door, gated):
    actions.let_in(ada, station("entry").slug, lane="card", at=timezone.now())
    assert len(door.passes()) == 1
    assert datetime.fromisoformat(json.loads(door.heard[0].payload)["expires"]) > timezone.now()


@pytest.mark.long
def test_a_door_that_was_offline_for_longer_hears_nothing_old(topic):
    sleeper = Door(topic, keeps=60).online()
    sleeper.offline()
    MqttGate(BROKER, topic).open("OLD", soon(2.5))
    MqttGate(BROKER, topic).open("FRESH", soon(9))
    time.sleep(3.5)
    sleeper.online()
    assert sleeper.passes() == ["FRESH"], "the broker kept the session, and threw away what was over"
    sleeper.offline()


def test_what_is_over_is_never_sent(door, topic):
    for until in (soon(-1), soon(0.2)):
        with pytest.raises(TimeoutError):
            MqttGate(BROKER, topic).open("OLD", until)
    assert door.passes() == []


def test_finishing_twice_showing_a_pass_twice_and_what_happens_by_itself_open_nothing_more(db, ada, door, gated):
    permission = finish_with_a_book(ada)
    exit_passes.open_gate(permission)
    exit_passes.open_gate(ExitPass.objects.get())
    basket.finish(ada, station="library-exit")  # a replayed request: nobody is inside any more
    job_steps.tidy(timezone.now())
    actions.see_all_off(timezone.now())
    assert door.passes() == [permission.number]


def test_a_pass_that_a_dead_server_left_behind_opens_once_in_time_and_never_late(db, ada, door, gated):
    """Decided and committed, and then the process ended before it asked the gate."""
    inside(ada)
    left = exit_passes.decide(ada, station="library-exit")
    for seconds in (61, 5, 5):  # too late; in time; and once more
        for job in registry.all_jobs():
            if job.name.startswith("library."):
                job.run(timezone.now() + timedelta(seconds=seconds))
    assert door.passes() == [left.number]
    left.refresh_from_db()
    assert left.gate_answer == "published"


def test_a_pass_whose_gate_was_asked_is_never_shown_again_by_itself(db, ada, door, gated):
    """The process died while it waited for the gate's answer: only a librarian opens, after a while."""
    inside(ada)
    left = exit_passes.decide(ada, station="library-exit")
    exit_passes.use(left.number)
    pending_gates.open_pending(timezone.now() + timedelta(seconds=20))
    assert door.passes(0.3) == []
    assert not exit_passes.failed(timezone.now()).exists(), "perhaps it is being asked at this moment"
    assert exit_passes.failed(timezone.now() + timedelta(seconds=20)).get() == left


def test_a_broker_that_does_not_answer_is_a_failure(db, ada, settings):
    settings.LIBRARY_GATES = {"*": {"kind": "mqtt", "url": "mqtt://127.0.0.1:9", "topic": "gates/1"}}
    assert finish_with_a_book(ada).gate_answer.startswith("failed: ")


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_door_on_the_broker_rings_and_falls_silent(gated, topic):
    station("exit")
    listeners = gate_listener.listening()
    teller = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    teller.connect("127.0.0.1", 1883)
    teller.loop_start()

    def tell(rings):
        teller.publish(f"{topic}/alarm", json.dumps({"station": "library-exit", "ringing": rings}), qos=1)
        deadline = time.monotonic() + 5
        while alarms.rings("library-exit") is not rings and time.monotonic() < deadline:
            time.sleep(0.05)
        return alarms.rings("library-exit")

    try:
        time.sleep(SOON)
        assert tell(True) is True
        assert tell(False) is False
    finally:
        teller.loop_stop()
        for listener in listeners:
            listener.stop()
    assert CirculationEvent.objects.filter(kind="alarm", station="library-exit").count() == 1


def test_the_listener_says_what_it_lacks(settings):
    settings.LIBRARY_GATES = {"*": {"kind": "simulator"}}
    with pytest.raises(CommandError, match="nothing to listen to"):
        call_command("library_gates")
    settings.LIBRARY_GATES, settings.REDIS_URL = {"*": {"kind": "mqtt", "url": BROKER, "topic": "gates/1"}}, ""
    with pytest.raises(CommandError, match="REDIS_URL"):
        call_command("library_gates")


# --- over HTTP ----------------------------------------------------------------------------------


@pytest.fixture
def relay():
    """A relay that notes who asks; it answers with `server.status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.status = [], 200
    server.url = f"http://127.0.0.1:{server.server_port}/open"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_relay_is_asked_once_for_each_permission(db, ada, relay, settings):
    settings.LIBRARY_GATES = {"*": {"kind": "http", "url": relay.url, "token": "shared"}}
    permission = finish_with_a_book(ada)
    exit_passes.open_gate(permission)
    basket.finish(ada, station="library-exit")
    [(bearer, said)] = relay.asked
    assert (bearer, said["pass"], said["action"]) == ("Bearer shared", permission.number, "open")
    assert timezone.now() < datetime.fromisoformat(said["expires"]) <= soon(10)
    assert permission.gate_answer == "200"


def test_a_relay_that_fails_is_not_asked_again(db, ada, relay, settings):
    relay.status = 500
    settings.LIBRARY_GATES = {"*": {"kind": "http", "url": relay.url, "token": "shared"}}
    permission = finish_with_a_book(ada)
    relay.status = 200
    exit_passes.open_gate(permission)
    actions.see_all_off(timezone.now())
    assert permission.gate_answer == "failed: HTTPError"
    assert len(relay.asked) == 1


def test_no_door_is_asked_with_a_pass_that_is_over(relay):
    SimulatedGate.opened.clear()
    for gate in (HttpGate(relay.url), SimulatedGate()):
        with pytest.raises(TimeoutError):
            gate.open("OLD", soon(-0.1))
    assert relay.asked == []
    assert not SimulatedGate.opened


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_cannot_be_woken_keeps_nobody_in(ada, monkeypatch, caplog):
    """After the commit the queue of jobs does not answer: the gate opens, and the clock sends the receipt."""

    def broken():
        raise RuntimeError("no queue")

    monkeypatch.setattr("accounts.mail.tasks.wake", broken)
    ada.email = "ada@example.org"
    ada.save()
    assert finish_with_a_book(ada).gate_answer == "opened"
    assert OutgoingMail.objects.filter(kind="library.receipt").exists()
