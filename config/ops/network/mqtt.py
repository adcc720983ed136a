"""The one client of a message broker, for the gates of the library, the lockers' locks and Home Assistant. No Django.

1. An address is mqtt://user:password@host:1883, or mqtts://host:8883 with TLS.
2. The session is always a clean one: a broker keeps nothing for anyone who is away.
3. What is sent is sent at least once (QoS 1); anyone who hears it ignores the second time.
4. A connection that was up comes back by itself; `publish_once` has one connection, and a time in which it must do.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

log = logging.getLogger("ostiary.broker")

PORTS = {"mqtt": 1883, "mqtts": 8883}
KEEPALIVE = 15  # s; the broker speaks a last will after one and a half of it
AGAIN = (1, 10)  # s between two tries to come back: the first, and the longest
QOS = 1


@dataclass(frozen=True, slots=True)
class BrokerMessage:
    """What was heard. `retained`: the broker had kept it, so it may be old."""

    topic: str
    payload: bytes
    retained: bool


Hears = Callable[[BrokerMessage], None]


def _nothing(*_args: Any) -> None:
    """Anyone who has nothing to do then."""


class BrokerLink:
    """One connection. `hears` and the rest are called by a thread of its own.

    `up`: the broker has taken us, and was told the `topics` that we listen to; `listens`: it has taken those;
    `lost`: the connection is gone. `will`: topic and text that the broker says for us, retained, when we vanish.
    `perishable`: MQTT 5, where a message may have an end; else 3.1.1, which every broker knows.
    """

    def __init__(
        self,
        url: str,
        topics: Sequence[str] = (),
        hears: Hears = _nothing,
        *,
        up: Callable[[], None] = _nothing,
        listens: Callable[[], None] = _nothing,
        lost: Callable[[], None] = _nothing,
        will: tuple[str, str] | None = None,
        perishable: bool = False,
        reconnects: bool = True,
    ) -> None:
        """Raises ValueError for an address that is none of a broker."""
        self._address = where(url)
        self._topics, self._hears = [(topic, QOS) for topic in topics], hears
        self._up, self._listens, self._lost = up, listens, lost
        self._answered, self._connected = threading.Event(), threading.Event()
        self._client = _client(url, perishable=perishable, reconnects=reconnects)
        self._client.on_connect, self._client.on_disconnect = self._on_connect, self._on_disconnect
        self._client.on_subscribe, self._client.on_message = self._on_subscribe, self._on_message
        if will is not None:
            self._client.will_set(will[0], will[1], qos=QOS, retain=True)

    # --- life -----------------------------------------------------------------------------------

    def start(self, patience: float | None = None) -> None:
        """Raises OSError when there is no broker (within `patience` seconds); later it comes back by itself."""
        if patience is not None:
            self._client.connect_timeout = patience
        self._client.connect(*self._address, keepalive=KEEPALIVE)
        self._client.loop_start()

    def start_whenever(self) -> None:
        """As soon as there is a broker: for anyone who can wait."""
        self._client.connect_async(*self._address, keepalive=KEEPALIVE)
        self._client.loop_start()

    def stop(self) -> None:
        """Goodbye, without the last will. Nothing that waits still may go out later."""
        self._client.disconnect()
        self._client.loop_stop()

    def vanish(self) -> None:
        """The plug is pulled: no goodbye, so that the broker speaks the last will."""
        self._client.loop_stop()
        self._connected.clear()
        if sock := self._client.socket():
            sock.close()

    @property
    def is_up(self) -> bool:
        return self._connected.is_set()

    def wait_until_up(self, seconds: float) -> bool:
        return self._connected.wait(seconds)

    # --- saying ---------------------------------------------------------------------------------

    def publish(self, topic: str, payload: str | bytes, *, retain: bool = False) -> None:
        """Into the hands of the connection; after a while without one it goes out when that is back."""
        self._client.publish(topic, payload, qos=QOS, retain=retain)

    def hand_over(
        self,
        topic: str,
        payload: str | bytes,
        *,
        patience: float,
        retain: bool = False,
        expires: datetime | None = None,
    ) -> None:
        """Until the broker has it. Raises ConnectionError without a connection, TimeoutError after `patience`."""
        until = time.monotonic() + patience
        self._answered.wait(patience)
        if not self.is_up:
            raise ConnectionError("the broker did not take the connection")
        kept = _perishable(expires) if expires is not None else None
        sent = self._client.publish(topic, payload, qos=QOS, retain=retain, properties=kept)
        while not _is_taken(sent, 0.05):
            if not self.is_up:
                raise ConnectionError("the broker closed the connection")
            if time.monotonic() > until:
                raise TimeoutError("the broker did not answer in time")

    # --- what paho's thread calls -----------------------------------------------------------------

    def _on_connect(self, client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("The broker refuses: %s", reason)
            self._answered.set()
            return
        if self._topics:
            client.subscribe(self._topics)
        self._connected.set()
        self._answered.set()
        self._up()

    def _on_disconnect(self, *_args: Any) -> None:
        self._connected.clear()
        self._lost()

    def _on_subscribe(self, *_args: Any) -> None:
        self._listens()

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        """One message that cannot be dealt with costs itself alone."""
        try:
            self._hears(BrokerMessage(message.topic, bytes(message.payload), bool(message.retain)))
        except Exception:
            log.exception("A message on %s was lost", message.topic)


def publish_once(url: str, topic: str, body: bytes, *, expires: datetime, patience: float) -> None:
    """One message, which the broker throws away when it `expires`: no one hears it later than that.

    One connection, and no queue. Raises OSError (TimeoutError, ConnectionError) when the broker did not take it in
    time or the message is over, ValueError for `url`.
    """
    begun = time.monotonic()
    link = BrokerLink(url, perishable=True, reconnects=False)
    link.start(patience)
    try:
        link.hand_over(topic, body, patience=patience - (time.monotonic() - begun), expires=expires)
    finally:
        link.stop()


def where(url: str) -> tuple[str, int]:
    """Host and port. Raises ValueError for another scheme, or without a host."""
    address = urlsplit(url)
    if address.scheme not in PORTS or not address.hostname:
        raise ValueError("a broker has an mqtt or mqtts address")
    return address.hostname, address.port or PORTS[address.scheme]


def _client(url: str, *, perishable: bool, reconnects: bool) -> Any:
    """paho's client, not connected yet."""
    from paho.mqtt.client import Client, MQTTv5, MQTTv311
    from paho.mqtt.enums import CallbackAPIVersion

    address, make = urlsplit(url), Client
    # MQTT 5 has no clean_session: there it is said with each connection, and is paho's first choice.
    kind: dict[str, Any] = {"protocol": MQTTv5} if perishable else {"protocol": MQTTv311, "clean_session": True}
    made: Any = make(CallbackAPIVersion.VERSION2, reconnect_on_failure=reconnects, **kind)  # type: ignore[arg-type]  # the stubs are of version 1
    made.reconnect_delay_set(*AGAIN)
    if address.username:
        made.username_pw_set(unquote(address.username), unquote(address.password or ""))
    if address.scheme == "mqtts":
        made.tls_set_context(ssl.create_default_context())
    return made


def _perishable(expires: datetime) -> Any:
    """Whole seconds, rounded down: a second too early is no one's harm. Raises TimeoutError when it is over."""
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    left = int((expires - datetime.now(UTC)).total_seconds())
    if left < 1:
        raise TimeoutError("the message is over")
    properties = Properties(PacketTypes.PUBLISH)
    properties.MessageExpiryInterval = left
    return properties


def _is_taken(sent: Any, seconds: float) -> bool:
    """Whether the broker has it, after some seconds at most. Raises ConnectionError where paho has given it up."""
    try:
        sent.wait_for_publish(seconds)
        return bool(sent.is_published())
    except (ValueError, RuntimeError) as error:
        raise ConnectionError(f"the broker did not take it: {error}") from error
