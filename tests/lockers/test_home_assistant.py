"""The doors in Home Assistant, on a real broker: it sees them, and opens one only where its bank says so."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from accounts.models import OutgoingMail
from lockers.assignments import registration
from lockers.doors import actuators, doors
from lockers.doors import home_assistant as home_doors
from lockers.doors.hardware import home_link
from lockers.doors.hardware.home_link import HomeLink
from lockers.management.commands import home_assistant
from lockers.models import AccessLog, Bank, Locker, Opening
from lockers.rules.doors import DoorState
from lockers.wiring.system_checks import home_assistant_has_topics_of_its_own
from tests.conftest import absent
from tests.support.lockers import bank, given, locker

BROKER = ("127.0.0.1", 1883)
SOON = 10  # s


@pytest.fixture(autouse=True)
def topics(settings, monkeypatch):
    with socket.socket() as probe:
        if probe.connect_ex(BROKER):
            absent("there is no broker on 127.0.0.1:1883")
    own = f"ostiary-tests/{uuid.uuid4().hex[:8]}"
    settings.HOME_ASSISTANT_URL = "mqtt://127.0.0.1:1883"
    settings.HOME_ASSISTANT_PREFIX, settings.HOME_ASSISTANT_TOPIC = f"{own}/ha", f"{own}/site_1"
    monkeypatch.setattr(home_link, "SETTLES", 0.5)
    monkeypatch.setattr(home_assistant, "LOOKS", 0.05)
    yield
    HomeAssistant(own).wipe()


class HomeAssistant:
    """Somebody who has subscribed to everything of this test, and knows what a newcomer would be told."""

    def __init__(self, own):
        self.now, self.own = {}, own
        self.client = Client(CallbackAPIVersion.VERSION2)
        self.client.on_message = self._hear
        self.client.connect(*BROKER)
        self.client.subscribe(f"{own}/#", qos=1)
        self.client.loop_start()

    def _hear(self, _client, _data, message):
        if message.payload:
            self.now[message.topic.removeprefix(f"{self.own}/")] = message.payload.decode(errors="replace")
        else:
            self.now.pop(message.topic.removeprefix(f"{self.own}/"), None)

    def wait(self, is_so):
        until = time.monotonic() + SOON
        while not is_so(self.now):
            assert time.monotonic() < until, self.now
            time.sleep(0.02)
        return self.now

    def says(self, topic, payload, *, retain=False):
        self.client.publish(f"{self.own}/{topic}", payload, qos=1, retain=retain).wait_for_publish(SOON)

    def wipe(self):
        time.sleep(0.05)
        for topic in list(self.now):
            self.says(topic, "", retain=True)
        self.end()

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def home(settings):
    made = HomeAssistant(settings.HOME_ASSISTANT_TOPIC.rpartition("/")[0])
    yield made
    made.end()


@pytest.fixture
def link(settings):
    made = HomeLink(settings.HOME_ASSISTANT_URL, home_doors.home())
    made.start()
    made.settle()
    yield made
    made.stop()


def tell(link):
    link.say(home_doors.home().messages(home_doors.all_doors()))


def configs(now):
    return {topic.split("/")[1] + ":" + topic.split("/")[3].split("_")[1] for topic in now if topic.endswith("/config")}


# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def test_a_door_is_discovered_with_its_device_and_says_how_it_stands(home, link):
    door = locker(door="locked")
    tell(link)
    now = home.wait(lambda now: f"site_1/locker/{door.pk}/state" in now and "site_1/status" in now)
    assert configs(now) == {"binary_sensor:door", "binary_sensor:alarm", "sensor:state"}
    config = json.loads(next(text for topic, text in now.items() if topic.endswith("_door/config")))
    assert config["device"]["name"] == "The main bank 1"
    assert config["device_class"] == "door"
    assert config["state_topic"].endswith(f"/locker/{door.pk}/state")
    assert [one["topic"].rpartition("/")[2] for one in config["availability"]] == ["status", "available"]
    assert config["availability_mode"] == "all"
    identities = [json.loads(text)["unique_id"] for topic, text in now.items() if topic.endswith("/config")]
    assert len(set(identities)) == 3
    said = json.loads(now[f"site_1/locker/{door.pk}/state"])
    assert said == {"door": "OFF", "lock": "LOCKED", "state": "locked", "alarm": "OFF"}
    assert now["site_1/status"] == "online"


def test_a_change_and_a_lock_that_is_away_are_told(home, link):
    door = locker(door="locked")
    tell(link)
    doors.reported(door, DoorState.OPEN)  # and nobody let anybody in: it rings
    tell(link)
    topic = f"site_1/locker/{door.pk}/state"
    home.wait(lambda now: json.loads(now.get(topic, "{}")).get("door") == "ON")
    assert json.loads(home.now[topic])["alarm"] == "ON"
    doors.reported(door, DoorState.UNAVAILABLE)
    tell(link)
    home.wait(lambda now: now.get(f"site_1/locker/{door.pk}/available") == "offline")
    home.wait(lambda now: json.loads(now[topic])["door"] == "None")


def test_nobodys_name_goes_out(home, link, ada):
    given(ada)
    tell(link)
    home.wait(lambda now: "site_1/status" in now)
    assert ada.last_name not in str(home.now) and ada.id_number not in str(home.now)


def test_a_locker_that_goes_leaves_nothing_also_while_nobody_ran(home, link, settings):
    gone, stays = locker("1"), locker("2")
    tell(link)
    home.wait(lambda now: f"site_1/locker/{stays.pk}/state" in now)
    link.stop()
    key = gone.pk
    gone.delete()
    fresh = HomeLink(settings.HOME_ASSISTANT_URL, home_doors.home())
    fresh.start()
    fresh.settle()
    tell(fresh)
    home.wait(lambda now: not [topic for topic in now if f"/{key}/" in topic or f"/{key}_" in topic])
    assert [topic for topic in home.now if f"/{stays.pk}/" in topic]
    fresh.clear()
    fresh.stop()
    home.wait(lambda now: set(now) <= {"site_1/status"})


def test_taking_it_out_of_service_clears_the_broker(home, link, capsys):
    locker()
    tell(link)
    home.wait(lambda now: len(now) == 6)
    link.stop()
    call_command("home_assistant", "--remove")
    home.wait(lambda now: set(now) <= {"site_1/status"})


def test_when_we_vanish_the_broker_says_so(home, settings):
    made = HomeLink(settings.HOME_ASSISTANT_URL, home_doors.home())
    made.start()
    made.settle()
    tell(made)
    home.wait(lambda now: now.get("site_1/status") == "online")
    made.vanish()
    home.wait(lambda now: now.get("site_1/status") == "offline")


def test_a_home_assistant_that_starts_again_is_told_again(home, link):
    locker()
    tell(link)
    home.wait(lambda now: len(now) == 6)
    home.now.clear()
    home.says("ha/status", "online")
    until = time.monotonic() + SOON
    while len(home.now) < 6 and time.monotonic() < until:
        tell(link)
        time.sleep(0.05)
    assert [topic for topic in home.now if topic.endswith("/config")]


# --- commands -------------------------------------------------------------------------------------


def allowed(**fields):
    made = bank()
    Bank.objects.filter(pk=made.pk).update(home_assistant_opens=True)
    made.refresh_from_db()
    return locker(of=made, door="locked", **fields)


def commanded(home, link, door, payload="UNLOCK", *, retain=False):
    home.says(f"site_1/locker/{door.pk}/command", payload, retain=retain)
    home_assistant.serve(link, ended=iter([False, False, False, True]).__next__)
    return Opening.objects.filter(locker=door)


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, *_a, **_k: act())
    monkeypatch.setattr(home_assistant, "close_old_connections", lambda: None)
    monkeypatch.setattr(home_assistant, "LOOKS", 0.5)


def test_by_default_a_command_opens_nothing(home, link, at_once):
    door = locker(door="locked")
    tell(link)
    assert not commanded(home, link, door).exists()
    assert "lock:lock" not in configs(home.now)
    assert actuators.simulator().state(door.lock_address) == DoorState.LOCKED


def test_where_the_bank_allows_it_the_door_opens_and_its_holder_is_told(home, link, at_once, ada):
    door = allowed(number="7")
    registration.assign(door, ada, by=None, starts_on=timezone.localdate())
    tell(link)
    home.wait(lambda now: "lock:lock" in configs(now))
    opening = commanded(home, link, door).get()
    assert (opening.state, opening.route, opening.person) == ("opened", "home", None)
    assert OutgoingMail.objects.get(kind="lockers.opened_by_home").person == ada
    entry = AccessLog.objects.filter(kind="opening.authorised").get()
    assert entry.facts["route"] == "home"
    home.wait(lambda now: json.loads(now[f"site_1/locker/{door.pk}/state"])["lock"] == "UNLOCKED")


def test_outside_the_banks_hours_it_opens_nothing(home, link, at_once):
    door = allowed()
    tomorrow = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(timezone.localdate().weekday() + 1) % 7]
    door.bank.hours = {tomorrow: ["08:00-18:00"]}
    door.bank.save()
    tell(link)
    assert not commanded(home, link, door).exists()
    assert AccessLog.objects.get(kind="home.refused").facts["reason"] == "closed_now"


def test_a_bank_that_has_changed_its_mind_is_believed_at_once(home, link, at_once):
    door = allowed()
    tell(link)
    Bank.objects.update(home_assistant_opens=False)
    assert not commanded(home, link, door).exists()


def test_a_vault_never_opens_so(home, link, at_once):
    door = allowed(kind="vault")
    tell(link)
    assert not commanded(home, link, door).exists()
    assert "lock:lock" not in configs(home.now)


def test_what_is_no_command_opens_nothing(home, link, at_once):
    door = allowed()
    tell(link)
    for payload in ("LOCK", "unlock", "", "OPENX", '{"state": "UNLOCK"}', "\x00", "UNLOCK" * 100, b"\xff\xfe"):
        home.says(f"site_1/locker/{door.pk}/command", payload)
    assert not commanded(home, link, door, "LOCK").exists()


def test_a_command_that_the_broker_has_kept_opens_nothing_and_is_cleared(home, settings, at_once):
    door = allowed()
    home.says(f"site_1/locker/{door.pk}/command", "UNLOCK", retain=True)
    made = HomeLink(settings.HOME_ASSISTANT_URL, home_doors.home())
    made.start()
    made.settle()
    home_assistant.serve(made, ended=iter([False, False, True]).__next__)
    assert not Opening.objects.exists()
    home.wait(lambda now: f"site_1/locker/{door.pk}/command" not in now)
    made.stop()


def test_a_flood_opens_twice_at_most(at_once):
    door = allowed()
    codes = [home_doors.command(door.pk) for _time in range(9)]
    assert set(codes[2:]) == {"too_many_attempts"}
    assert Opening.objects.count() <= 2


@pytest.mark.parametrize(
    ("fields", "code"), [({"out_of_service": True}, "out_of_service"), ({"door": "jammed"}, "door_jammed")]
)
def test_a_door_that_cannot_move_is_refused_and_that_is_in_the_log(fields, code, at_once):
    door = allowed()
    Locker.objects.filter(pk=door.pk).update(**fields)
    assert home_doors.command(door.pk) == code
    assert AccessLog.objects.last() is not None
    assert AccessLog.objects.filter(kind="home.refused").get().facts["reason"] == code


def test_a_door_that_does_not_exist():
    assert home_doors.command(10**15) == "not_allowed"


def test_while_the_database_is_away_doors_are_unavailable_and_commands_are_lost(home, link, at_once, monkeypatch):
    door = allowed()
    tell(link)
    home.wait(lambda now: now.get("site_1/status") == "online")
    away = threading.Event()

    def looked():
        if not away.is_set():
            away.set()
            home.says(f"site_1/locker/{door.pk}/command", "UNLOCK")
            home.says("x", "x")
            raise OperationalError("away")
        return []

    monkeypatch.setattr(home_doors, "all_doors", looked)
    waits = SimpleNamespace(sleep=lambda _s: home.wait(lambda now: now["site_1/status"] == "offline"))
    monkeypatch.setattr(home_assistant, "time", waits)
    home_assistant.serve(link, ended=iter([False, False, True]).__next__)
    assert not Opening.objects.exists()


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", ["", "a b", "a/#", "+", "/a", "a/", "ä"])
def test_a_topic_that_is_none_is_found_at_the_start(settings, topic):
    assert home_assistant_has_topics_of_its_own(None) == []
    settings.HOME_ASSISTANT_TOPIC = topic
    assert [one.id for one in home_assistant_has_topics_of_its_own(None)] == ["lockers.E002"]


def test_without_a_broker_it_says_so(settings):
    for url in ("", "mqtt://127.0.0.1:9", "http://127.0.0.1"):
        settings.HOME_ASSISTANT_URL = url
        with pytest.raises(CommandError):
            call_command("home_assistant")


def test_two_topics_never_share_a_node():
    one = home_doors.home()
    assert replace(one, topic="a_b").node != replace(one, topic="a/b").node


def test_times_are_not_asked_of_a_late_command():
    """What waits in our own process is at most a second old; `command` itself dates the opening now."""
    door = allowed()
    home_doors.command(door.pk)
    assert timezone.now() - Opening.objects.get().authorised_at < timedelta(seconds=5)
