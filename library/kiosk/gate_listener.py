"""What doors on a message broker say by themselves: their tags ring, or are silent again.

A door with the topic `gates/1` says it under `gates/1/alarm`: `{"ringing": true}`, or just `1` and `0`. The door of
`*` names its exit: `{"station": "library-exit", "ringing": true}`.
"""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

from django.db import close_old_connections

from config.errors import Refused
from config.ops.network.mqtt import BrokerLink, BrokerMessage
from config.ops.outage import AWAY, in_a_line
from library.kiosk import exit_alarms
from library.visits.gates import MqttGate, mqtt_gates

log = logging.getLogger("ostiary.library")

AGAIN, TRIES = 2.0, 15  # s between two tries to write an alarm down, and how many there are


def understood(payload: bytes, station: str) -> tuple[str, bool]:
    """(exit, whether it rings). ValueError for what says neither."""
    said: Any = json.loads(payload.decode())
    if isinstance(said, dict):
        station, said = station or str(said.get("station") or ""), said.get("ringing")
    if said not in (0, 1) or not station:
        raise ValueError("an alarm must say whether it rings, and where")
    return station, bool(said)


def hear(payload: bytes, station: str, *, tries: int = TRIES) -> None:
    """A malformed message of a gate is written into the log and harms no one.

    A database that is away is told again, for as long as the tags ring: beside the listening, which goes on.
    """
    close_old_connections()
    try:
        slug, rings = understood(payload, station)
        (exit_alarms.ring if rings else exit_alarms.end)(slug)
    except (ValueError, Refused) as error:
        log.warning("The gate %s sent something that cannot be read: %s", station or "*", error)
    except AWAY as error:
        log.error("The alarm at the gate %s was not recorded: %s", station or "*", in_a_line(error))
        if tries > 1:
            _later(payload, station, tries - 1)
    except Exception:
        log.exception("The alarm at the gate %s was not recorded", station or "*")
    finally:
        close_old_connections()


def _later(payload: bytes, station: str, tries: int) -> None:
    again = threading.Timer(AGAIN, hear, [payload, station], {"tries": tries})
    again.daemon = True
    again.start()


def listening() -> list[BrokerLink]:
    """A connection for each door on a broker, with a thread of its own; it comes back by itself."""
    return [_listen(station, gate) for station, gate in mqtt_gates()]


def _listen(station: str, gate: MqttGate) -> BrokerLink:
    def told(message: BrokerMessage) -> None:
        if not message.retained:  # what was true when we were away says nothing of now
            hear(message.payload, station)

    link = BrokerLink(gate.url, [f"{gate.topic}/alarm"], told, perishable=True)
    link.start_whenever()
    return link
