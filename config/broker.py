"""A client of a message broker from an address such as mqtts://user:password@host:8883. Knows no Django."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

PORTS = {"mqtt": 1883, "mqtts": 8883}


def where(url: str) -> tuple[str, int]:
    """Host and port. Raises ValueError for another scheme, or without a host."""
    address = urlsplit(url)
    if address.scheme not in PORTS or not address.hostname:
        raise ValueError("a broker has an mqtt or mqtts address")
    return address.hostname, address.port or PORTS[address.scheme]


def client(url: str, **options: Any) -> Any:
    """A client that is not connected yet. `options`: those of paho's Client. Raises ValueError as `where`."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    where(url)
    address, make = urlsplit(url), Client
    made: Any = make(CallbackAPIVersion.VERSION2, **options)  # type: ignore[arg-type]  # the stubs are of version 1
    if address.username:
        made.username_pw_set(unquote(address.username), unquote(address.password or ""))
    if address.scheme == "mqtts":
        made.tls_set_context(ssl.create_default_context())
    return made
