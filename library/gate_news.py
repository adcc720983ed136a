"""What doors on a message broker say by themselves: their tags ring, or are silent again.

A door with the topic `gates/1` says it under `gates/1/alarm`: `{"ringing": true}`, or just `1` and `0`. The door of
`*` names its exit: `{"station": "library-exit", "ringing": true}`.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from django.db import close_old_connections

from config.errors import Refused
from library import alarm_bell
from library.gates import MqttGate, mqtt_gates
from library.mqtt import client_for

log = logging.getLogger("ostiary.library")

KEEPALIVE = 15  # s between two signs of life


def understood(payload: bytes, station: str) -> tuple[str, bool]:
    """(exit, whether it rings). ValueError for what says neither."""
    said: Any = json.loads(payload.decode())
    if isinstance(said, dict):
        station, said = station or str(said.get("station") or ""), said.get("ringing")
    if said not in (0, 1) or not station:
        raise ValueError("an alarm says whether it rings, and where")
    return station, bool(said)


def hear(payload: bytes, station: str) -> None:
    """Whatever a door says wrongly is written into the log and harms nobody."""
    close_old_connections()
    try:
        slug, rings = understood(payload, station)
        (alarm_bell.ring if rings else alarm_bell.end)(slug)
    except (ValueError, Refused) as error:
        log.warning("The door of %s said something that nobody understands: %s", station or "*", error)
    except Exception:  # a database that is away for a moment must not end the listening
        log.exception("The alarm at the door of %s was not taken in", station or "*")
    finally:
        close_old_connections()


def listening() -> list[Any]:
    """A connected client for each door on a broker, in threads of their own; they connect again by themselves."""
    return [_listen(station, gate) for station, gate in mqtt_gates()]


def _listen(station: str, gate: MqttGate) -> Any:
    client, host, port = client_for(gate.url, reconnects=True)
    topic = f"{gate.topic}/alarm"

    def on_connect(client: Any, *_rest: Any) -> None:
        client.subscribe(topic, qos=1)

    def on_message(_client: Any, _userdata: Any, message: Any) -> None:
        if not message.retain:  # what was true when we were away says nothing of now
            hear(message.payload, station)

    client.on_connect, client.on_message = on_connect, on_message
    client.connect_async(host, port, keepalive=KEEPALIVE)
    client.loop_start()
    return client
