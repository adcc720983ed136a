"""What Home Assistant is told over a broker: which doors there are (MQTT discovery), how they stand, whether we live.

Everything is retained, so that anyone who comes later knows; only commands never are. No Django, and never a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lockers.rules.doors import DoorState

TOPIC = re.compile(r"\A[A-Za-z0-9_-]{1,40}(?:/[A-Za-z0-9_-]{1,40}){0,4}\Z")
ONLINE, OFFLINE, UNSURE = "online", "offline", "None"  # None: Home Assistant's own word for unknown
OPENS = ("UNLOCK", "OPEN")  # what is understood of its commands; a door locks by itself
AS_DOOR = {DoorState.OPEN: "ON", DoorState.LOCKED: "OFF", DoorState.UNLOCKING: "OFF"}
AS_LOCK = {
    DoorState.OPEN: "UNLOCKED",
    DoorState.LOCKED: "LOCKED",
    DoorState.UNLOCKING: "UNLOCKING",
    DoorState.JAMMED: "JAMMED",
}


@dataclass(frozen=True, slots=True)
class HomeDoor:
    """One locker. `key` never changes; `opens`: its bank allows Home Assistant to open it."""

    key: int
    bank: str
    number: str
    bank_name: str
    place: str
    state: DoorState
    rings: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class Home:
    """`prefix` is Home Assistant's own, `topic` ours; `site` and `url` are shown with each device."""

    prefix: str
    topic: str
    site: str
    url: str

    @property
    def node(self) -> str:
        """No two topics make the same."""
        return self.topic.replace("_", "__").replace("/", "_")

    @property
    def status(self) -> str:
        return f"{self.topic}/status"

    def at(self, key: int, leaf: str) -> str:
        """Of one door: `state`, `available`, `command`."""
        return f"{self.topic}/locker/{key}/{leaf}"

    def key_in(self, topic: str) -> int | None:
        """Of a command topic; None for another one."""
        found = re.fullmatch(rf"{re.escape(self.topic)}/locker/([0-9]{{1,18}})/command", topic)
        return int(found[1]) if found else None

    @property
    def everything(self) -> tuple[str, ...]:
        """Where something of ours may be retained: discovery of our node, and our doors."""
        return f"{self.prefix}/+/{self.node}/+/config", f"{self.topic}/locker/+/+"

    # --- what is retained -----------------------------------------------------------------------

    def messages(self, doors: Sequence[HomeDoor]) -> dict[str, str]:
        """Every topic that must be retained now, with its payload."""
        return {topic: payload for door in doors for topic, payload in self._of(door)}

    def _of(self, door: HomeDoor) -> Iterator[tuple[str, str]]:
        for component, part, config in self._entities(door):
            topic = f"{self.prefix}/{component}/{self.node}/{door.key}_{part}/config"
            named = {"default_entity_id": f"{component}.{self.node}_{door.bank}_{door.number}_{part}".lower()}
            whole = {**config, **named, **self._shared(door, part)}
            yield topic, json.dumps(whole, ensure_ascii=False, sort_keys=True)
        away = door.state == DoorState.UNAVAILABLE
        yield self.at(door.key, "available"), OFFLINE if away else ONLINE
        yield self.at(door.key, "state"), json.dumps(state_of(door), sort_keys=True)

    def _entities(self, door: HomeDoor) -> Iterator[tuple[str, str, dict[str, Any]]]:
        value = {"value_template": "{{ value_json.door }}"}
        yield "binary_sensor", "door", {"name": "Door", "device_class": "door", **value}
        ringing = {"name": "Alarm", "device_class": "problem", "value_template": "{{ value_json.alarm }}"}
        yield "binary_sensor", "alarm", ringing
        states = [str(state) for state in DoorState]
        yield (
            "sensor",
            "state",
            {
                "name": "State",
                "device_class": "enum",
                "options": states,
                "value_template": "{{ value_json.state }}",
            },
        )
        if door.opens:
            command = {"command_topic": self.at(door.key, "command"), "qos": 1, "retain": False, "optimistic": False}
            yield "lock", "lock", {"name": None, "value_template": "{{ value_json.lock }}", **command}

    def _shared(self, door: HomeDoor, part: str) -> dict[str, Any]:
        device = {
            "identifiers": [f"{self.node}_locker_{door.key}"],
            "name": f"{door.bank_name} {door.number}",
            "manufacturer": "Ostiary",
            "model": "Locker",
            "configuration_url": self.url,
        }
        if door.place:
            device["suggested_area"] = door.place
        return {
            "unique_id": f"{self.node}_locker_{door.key}_{part}",
            "state_topic": self.at(door.key, "state"),
            "availability": [{"topic": self.status}, {"topic": self.at(door.key, "available")}],
            "availability_mode": "all",
            "device": device,
            "origin": {"name": "Ostiary", "support_url": self.url},
        }


def state_of(door: HomeDoor) -> dict[str, str]:
    return {
        "door": AS_DOOR.get(door.state, UNSURE),
        "lock": AS_LOCK.get(door.state, UNSURE),
        "state": str(door.state),
        "alarm": "ON" if door.rings else "OFF",
    }
