"""The one client of a message broker, against a real Mosquitto: once, in time, never kept, and back after a restart."""

from __future__ import annotations

import ast
import queue
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.ops.network import mqtt
from config.ops.network.mqtt import BrokerLink, publish_once
from tests.support.mosquitto import Mosquitto, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def mosquitto(tmp_path):
    made = Mosquitto(tmp_path / "mosquitto")
    yield made
    made.stop()


@pytest.fixture
def linked(mosquitto):
    """Makes links that are up, and ends them whatever happens."""
    running = []

    def link(*topics, **how):
        heard = queue.Queue()
        made = BrokerLink(mosquitto.url, topics, heard.put, **how)
        made.start()
        running.append(made)
        assert made.wait_until_up(5)
        return made, heard

    yield link
    for one in running:
        one.stop()


def soon(seconds=9.0):
    return datetime.now(UTC) + timedelta(seconds=seconds)


def listening(linked, *topics, **how):
    """A link whose subscription the broker has taken."""
    ready = queue.Queue()
    made = linked(*topics, listens=lambda: ready.put(True), **how)
    ready.get(timeout=5)
    return made


def test_a_message_is_heard_once_as_it_was_said(linked, mosquitto):
    _link, heard = listening(linked, "gates/1")
    publish_once(mosquitto.url, "gates/1", b"open", expires=soon(), patience=5)
    message = heard.get(timeout=5)
    assert (message.topic, message.payload, message.retained) == ("gates/1", b"open", False)
    time.sleep(0.3)
    assert heard.empty()


def test_what_was_said_once_is_kept_for_nobody_who_comes_later(linked, mosquitto):
    publish_once(mosquitto.url, "gates/1", b"open", expires=soon(), patience=5)
    _link, heard = listening(linked, "gates/1")
    time.sleep(0.3)
    assert heard.empty()


def test_what_is_over_is_not_sent(linked, mosquitto):
    _link, heard = listening(linked, "gates/1")
    with pytest.raises(TimeoutError):
        publish_once(mosquitto.url, "gates/1", b"open", expires=soon(0.5), patience=5)
    time.sleep(0.3)
    assert heard.empty()


def test_a_frozen_broker_costs_no_more_than_the_patience_and_never_gets_it_later(linked, mosquitto):
    """Neither takes nor refuses: nothing of it may open a door when it goes on."""
    _link, heard = listening(linked, "gates/1")
    mosquitto.freeze()
    begun = time.monotonic()
    with pytest.raises(OSError, match="broker"):
        publish_once(mosquitto.url, "gates/1", b"open", expires=soon(), patience=0.6)
    assert time.monotonic() - begun < 3
    mosquitto.thaw()
    time.sleep(1)
    assert heard.empty()


def test_without_a_broker_a_message_is_a_failure_at_once(mosquitto):
    mosquitto.stop()
    begun = time.monotonic()
    with pytest.raises(OSError, match=r"."):
        publish_once(mosquitto.url, "gates/1", b"open", expires=soon(), patience=5)
    assert time.monotonic() - begun < 2


def test_a_link_comes_back_and_listens_again_after_a_restart_of_the_broker(linked, mosquitto):
    lost = queue.Queue()
    link, heard = listening(linked, "gates/+/alarm", lost=lambda: lost.put(True))
    mosquitto.restart()
    lost.get(timeout=5)
    assert link.wait_until_up(15)
    time.sleep(0.3)
    publish_once(mosquitto.url, "gates/1/alarm", b"1", expires=soon(), patience=5)
    assert heard.get(timeout=5).payload == b"1"


def test_a_link_that_starts_whenever_needs_no_broker_at_first(mosquitto):
    mosquitto.stop()
    heard = queue.Queue()
    link = BrokerLink(mosquitto.url, ["gates/1"], heard.put)
    link.start_whenever()
    try:
        mosquitto.start()
        assert link.wait_until_up(15)
    finally:
        link.stop()


def test_a_message_that_nobody_can_deal_with_costs_itself_alone(linked, mosquitto, caplog):
    told = []

    def hears(message):
        if message.payload == b"bad":
            raise ValueError("no")
        told.append(message.payload)

    link = BrokerLink(mosquitto.url, ["gates/1"], hears)
    link.start()
    try:
        assert link.wait_until_up(5)
        for payload in (b"bad", b"good"):
            link.hand_over("gates/1", payload, patience=5)
        until(lambda: told == [b"good"])
    finally:
        link.stop()
    assert "A message on gates/1 was lost" in caplog.text


def test_who_vanishes_is_spoken_for_and_who_says_goodbye_is_not(linked, mosquitto):
    _link, heard = listening(linked, "doors/+")
    linked(will=("doors/a", "gone"))[0].vanish()
    assert heard.get(timeout=5).payload == b"gone"
    linked(will=("doors/b", "gone"))[0].stop()
    time.sleep(0.5)
    assert heard.empty()


def test_a_link_that_is_down_hands_nothing_over(linked, mosquitto):
    link, _heard = linked()
    mosquitto.stop()
    until(lambda: not link.is_up)
    with pytest.raises(ConnectionError):
        link.hand_over("gates/1", b"open", patience=5)


@pytest.mark.parametrize("url", ["http://here", "mqtt://", "here", ""])
def test_an_address_that_is_no_broker_is_refused(url):
    with pytest.raises(ValueError, match="mqtt"):
        BrokerLink(url)


def test_user_and_password_of_the_address_are_those_that_are_used(monkeypatch):
    made = mqtt._client("mqtts://door%40home:p%2Fw@host", perishable=False, reconnects=True)
    assert (made._username, made._password) == (b"door@home", b"p/w")
    assert made._ssl_context is not None and made._ssl_context.check_hostname


def test_no_other_module_speaks_mqtt():
    apps = ("accounts", "attendance", "config", "home", "library", "lockers", "recognition", "visitors")
    found = {str(path.relative_to(ROOT)) for app in apps for path in (ROOT / app).rglob("*.py") if _speaks(path)}
    assert found == {"config/ops/network/mqtt.py"}


def _speaks(path):
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return any(name.split(".")[0] in ("paho", "aiomqtt", "gmqtt") for name in names)
