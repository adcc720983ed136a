"""Doors at the exit: a simulator, an HTTP relay, or MQTT. They know passes, never people.

A door opens at once or not at all: what has not reached it within `FRESH` is worth nothing any more.
"""

from __future__ import annotations

import json
import logging
import ssl
import urllib.parse
import urllib.request
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from django.conf import settings
from django.utils import timezone

log = logging.getLogger("ostiary.library")

PATIENCE = 5.0  # s
FRESH = timedelta(seconds=10)  # nobody stands before a door that opens later than this


WAITS = "waits"  # what is written down until the gate has asked


class Gate(Protocol):
    name: str
    asks: bool  # it reads the pass itself and asks whether it is good (API); nothing is sent to it

    def open(self, number: str, until: datetime) -> str:
        """Open once for this pass, which is good `until` then; what the door answered. Raises when it did not open."""


def last_moment(until: datetime) -> datetime:
    """When the door must have heard of it. Raises TimeoutError for a pass that is over."""
    now = timezone.now()
    if until <= now:
        raise TimeoutError("the pass is over")
    return min(until, now + FRESH)


def message(number: str, expires: datetime) -> bytes:
    return json.dumps(
        {"action": "open", "pass": number, "expires": expires.isoformat(timespec="milliseconds")}
    ).encode()


@dataclass
class Asking:
    """A gate with a reader of its own. The pass stays good until it is shown there, and not for long."""

    name: str = "asks"
    asks: bool = True

    def open(self, number: str, until: datetime) -> str:
        return WAITS


@dataclass
class Simulator:
    """No door at all: what was opened is kept for the page that shows it, and for tests."""

    name: str = "simulator"
    asks: bool = False
    opened: ClassVar[deque[str]] = deque(maxlen=50)

    def open(self, number: str, until: datetime) -> str:
        last_moment(until)
        self.opened.append(number)
        return "opened"


@dataclass
class HttpRelay:
    """A relay that opens when its address is posted to, with the pass and a shared secret. Asked once, never again."""

    url: str
    token: str = ""
    name: str = "http"
    asks: bool = False

    def open(self, number: str, until: datetime) -> str:
        if urllib.parse.urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError("a relay has an http or https address")
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        body = message(number, last_moment(until))
        request = urllib.request.Request(self.url, body, headers)  # noqa: S310  the scheme was checked
        context = ssl.create_default_context() if self.url.startswith("https") else None
        with urllib.request.urlopen(request, timeout=PATIENCE, context=context) as answer:  # noqa: S310
            return f"{answer.status}"


@dataclass
class MqttGate:
    """A door on a message broker (MQTT 5): one message, acknowledged by the broker, never retained.

    The broker throws it away when it is over, so a door that was offline hears nothing old. A broker that does not
    answer is a failure and not tried again: a message that waited for it would open the door to nobody.
    """

    url: str
    topic: str
    name: str = "mqtt"
    asks: bool = False

    def open(self, number: str, until: datetime) -> str:
        from library.mqtt import publish_once

        expires = last_moment(until)
        publish_once(self.url, self.topic, message(number, expires), expires=expires, patience=PATIENCE)
        return "published"


def gate_of(station: str) -> Gate:
    """The door beside this station: settings.LIBRARY_GATES by its short name, or the entry `*`."""
    spec = settings.LIBRARY_GATES.get(station) or settings.LIBRARY_GATES.get("*", {"kind": "simulator"})
    kind = spec.get("kind", "simulator")
    if kind == "http":
        return HttpRelay(spec["url"], spec.get("token", ""))
    if kind == "mqtt":
        return MqttGate(spec["url"], spec["topic"])
    return Asking() if kind == "asks" else Simulator()


def mqtt_gates() -> Iterator[tuple[str, MqttGate]]:
    """Each door on a broker with its station's short name; "" for the door of all others."""
    for station, spec in settings.LIBRARY_GATES.items():
        if spec.get("kind") == "mqtt":
            yield "" if station == "*" else station, MqttGate(spec["url"], spec["topic"])
