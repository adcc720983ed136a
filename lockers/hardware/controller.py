"""The reference controller of a bank of doors on a message broker; with simulated doors, so that it can be watched.

A real controller does the same around a lock and a sensor. After a start, and after each reconnect, it is a new
session: what was sent before, or reaches it twice, late or from the broker's memory, moves nothing.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from paho.mqtt.client import Client, MQTTMessage

from lockers.hardware import broker
from lockers.hardware.door import Door
from lockers.hardware.messages import HEARTBEAT, BadMessage, StateNow, Status, Topics, read_command
from lockers.hardware.types import DoorState, NotOpened

log = logging.getLogger("ostiary.lockers.controller")


class Controller:
    """`bank` is the first part of every address in `addresses`. Thread-safe; paho's own thread calls it."""

    def __init__(
        self,
        url: str,
        bank: str,
        addresses: Sequence[str],
        *,
        prefix: str = "lockers",
        secret: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.doors = {address: Door() for address in addresses}
        self.ignored: list[str] = []  # why messages moved nothing, newest last
        self.session = ""
        self._url, self._bank, self._secret, self._now = url, bank, secret, now
        self._topics, self._lock, self._ended = Topics(prefix), threading.RLock(), threading.Event()
        self._client = self._made()

    def _made(self) -> Client:
        made = broker.client(self._url)
        made.on_connect, made.on_disconnect = self._connected, self._lost
        made.on_subscribe, made.on_message = self._subscribed, self._hear
        made.reconnect_delay_set(1, 10)
        made.will_set(self._topics.status(self._bank), Status(online=False).text(), qos=broker.QOS, retain=True)
        return made

    # --- life -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Raises OSError when there is no broker; later it comes back by itself."""
        self._client.connect(*broker.where(self._url), keepalive=broker.KEEPALIVE)
        self._client.loop_start()
        threading.Thread(target=self._beat, daemon=True).start()

    def stop(self) -> None:
        """Goodbye: the last will is spoken by oneself."""
        self._ended.set()
        gone = self._client.publish(self._topics.status(self._bank), Status(online=False).text(), qos=1, retain=True)
        if self._client.is_connected():
            gone.wait_for_publish(2)
        self._client.disconnect()
        self._client.loop_stop()

    def vanish(self) -> None:
        """The plug is pulled: no goodbye, so that the broker speaks the last will."""
        self._ended.set()
        self._client.loop_stop()
        if sock := self._client.socket():
            sock.close()

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT):
            self._say_status()

    def _connected(self, client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        """First hear, then say so."""
        if reason.is_failure:
            log.warning("The broker refuses: %s", reason)
            return
        client.subscribe([(self._topics.command(address), broker.QOS) for address in self.doors])

    def _subscribed(self, *_args: Any) -> None:
        """A new session with each connection: first the doors, then the word that commands are heard."""
        with self._lock:
            self.session = secrets.token_hex(8)
            for address in self.doors:
                self._say(address)
            self._say_status()

    def _lost(self, *_args: Any) -> None:
        with self._lock:
            self.session = ""  # nothing that arrives now can name it

    def _say_status(self) -> None:
        if self.session:
            text = Status(online=True, session=self.session).text()
            self._client.publish(self._topics.status(self._bank), text, qos=broker.QOS, retain=True)

    # --- commands -------------------------------------------------------------------------------

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        address = self._topics.address_in(message.topic)
        with self._lock:
            if address not in self.doors:
                return
            if self.session:
                self._obey(address, message)
            else:  # what the broker had in store, before anybody could know of this session
                self._ignore(address, "retained" if message.retain else "no_session")

    def _obey(self, address: str, message: MQTTMessage) -> None:
        try:
            command = read_command(
                bytes(message.payload),
                address=address,
                session=self.session,
                secret=self._secret,
                retained=bool(message.retain),
            )
        except BadMessage as bad:
            return self._ignore(address, bad.reason)
        try:
            self.doors[address].open(command, self._now())
        except NotOpened as no:
            self._ignore(address, no.reason)
            if no.reason != "duplicate":  # whose first time was answered already
                self._say(address, transaction=command.transaction, refused=no.reason)
        else:
            log.info("%s opened for %s", address, command.transaction)
            self._say(address)
        return None

    def _ignore(self, address: str, reason: str) -> None:
        log.warning("A command for %s was ignored: %s", address, reason)
        self.ignored = [*self.ignored, reason][-1000:]

    def _say(self, address: str, *, transaction: str = "", refused: str = "") -> None:
        door = self.doors[address]
        now = StateNow(door.state, transaction or door.transaction, refused)
        self._client.publish(self._topics.state(address), now.text(), qos=broker.QOS, retain=True)

    # --- people at the door ---------------------------------------------------------------------

    def act(self, address: str, act: Callable[[Door], DoorState]) -> None:
        """`act(address, Door.shut)`: what somebody does to the door, and it says so."""
        with self._lock:
            act(self.doors[address])
            self._say(address)
