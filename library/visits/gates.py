"""Doors at the exit: a simulator, an HTTP relay, or MQTT. They know passes, never people.

A gate opens at once or not: what has not reached it within `FRESH` is worth nothing any more.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from django.conf import settings
from django.utils import timezone

from config.door_relays.devices import device_of, ready
from config.door_relays.models import DoorDevice
from config.door_relays.sending import NotDone
from config.ops.network import mqtt
from config.ops.network.relay import Limits, RelayClient, bearer

log = logging.getLogger("ostiary.library")

PATIENCE = 5.0  # s
FRESH = timedelta(seconds=10)  # no one stands before a gate that opens later than this


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
class AskingGate:
    """A gate with a reader of its own. The pass stays good until it is shown there, and not for long."""

    name: str = "asks"
    asks: bool = True

    def open(self, number: str, until: datetime) -> str:
        return WAITS


@dataclass
class SimulatedGate:
    """No gate: what was opened is kept for the page that shows it, and for tests."""

    name: str = "simulator"
    asks: bool = False
    opened: ClassVar[deque[str]] = deque(maxlen=50)

    def open(self, number: str, until: datetime) -> str:
        last_moment(until)
        self.opened.append(number)
        return "opened"


@dataclass
class HttpGate:
    """A relay that opens when its address is posted to, with the pass and a shared secret. Asked once, never again."""

    url: str
    token: str = ""
    name: str = "http"
    asks: bool = False

    def open(self, number: str, until: datetime) -> str:
        body = message(number, last_moment(until))
        asked = RelayClient(limits=Limits(PATIENCE, PATIENCE), signs_in=bearer(self.token))
        return f"{asked.ask('POST', self.url, body, {'Content-Type': 'application/json'}).status}"


@dataclass
class MqttGate:
    """A door on a message broker (MQTT 5): one message, acknowledged by the broker, never retained.

    The broker throws it away when it is over, so a door that was offline hears nothing old. A broker that does not
    answer is a failure and not tried again: a message that waited for it would open the gate to no one.
    """

    url: str
    topic: str
    name: str = "mqtt"
    asks: bool = False

    def open(self, number: str, until: datetime) -> str:
        expires = last_moment(until)
        mqtt.publish_once(self.url, self.topic, message(number, expires), expires=expires, patience=PATIENCE)
        return "published"


@dataclass
class TemplateGate:
    """A device of the administration that opens as its template says. Asked once, never again."""

    device: DoorDevice
    station: str
    name: str = "template"
    asks: bool = False

    def open(self, number: str, until: datetime) -> str:
        last_moment(until)
        try:
            ready(self.device).open(number, self.station)
        except NotDone as no:
            raise OSError(str(no)) from no
        return "opened"


def gate_of(station: str) -> Gate:
    """The door beside this station: its device by template, else settings.LIBRARY_GATES by its short name, or `*`."""
    if device := device_of(DoorDevice.Place.LIBRARY, station):
        return TemplateGate(device, station)
    spec = settings.LIBRARY_GATES.get(station) or settings.LIBRARY_GATES.get("*", {"kind": "simulator"})
    kind = spec.get("kind", "simulator")
    if kind == "http":
        return HttpGate(spec["url"], spec.get("token", ""))
    if kind == "mqtt":
        return MqttGate(spec["url"], spec["topic"])
    return AskingGate() if kind == "asks" else SimulatedGate()


def mqtt_gates() -> Iterator[tuple[str, MqttGate]]:
    """Each door on a broker with its station's short name; "" for the door of all others."""
    for station, spec in settings.LIBRARY_GATES.items():
        if spec.get("kind") == "mqtt":
            yield "" if station == "*" else station, MqttGate(spec["url"], spec["topic"])
