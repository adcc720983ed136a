"""The message broker: one client for a door's message, and one that listens to the doors. MQTT 5 only."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.utils import timezone

from config import broker


def client_for(url: str, *, reconnects: bool = False) -> tuple[Any, str, int]:
    """A client that is not connected yet, with host and port of its broker. Raises ValueError for another scheme."""
    from paho.mqtt.client import MQTTv5

    return broker.client(url, protocol=MQTTv5, reconnect_on_failure=reconnects), *broker.where(url)


def publish_once(url: str, topic: str, body: bytes, *, expires: datetime, patience: float) -> None:
    """Hand one message to the broker and wait until it has it (QoS 1).

    There is no second connection and no queue. Raises OSError or TimeoutError when the broker did not take it in time.
    """
    client, host, port = client_for(url)
    client.connect_timeout = patience
    client.connect(host, port, keepalive=15, clean_start=True)
    deadline = time.monotonic() + patience
    try:
        _until(client, client.is_connected, deadline)
        sent = client.publish(topic, body, qos=1, retain=False, properties=_perishable(expires))
        _until(client, sent.is_published, deadline)
    finally:
        client.disconnect()


def _perishable(expires: datetime) -> Any:
    """Whole seconds, rounded down: a second too early is nobody's harm. Raises TimeoutError when it is over."""
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    left = int((expires - timezone.now()).total_seconds())
    if left < 1:
        raise TimeoutError("the pass is over")
    properties = Properties(PacketTypes.PUBLISH)
    properties.MessageExpiryInterval = left
    return properties


def _until(client: Any, is_done: Any, deadline: float) -> None:
    while not is_done():
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the broker did not answer in time")
        if client.loop(timeout=min(left, 0.2)) != 0:
            raise ConnectionError("the broker refused or broke off the connection")
