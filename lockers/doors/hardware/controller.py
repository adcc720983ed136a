"""The reference controller of a bank of doors on a message broker; with simulated doors, so that it can be watched.

A real controller does the same around a lock and a sensor. After a start, and after each reconnect, it is a new
session: what was sent before, or reaches it twice, late or from the broker's memory, moves nothing.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from config.ops.network.mqtt import BrokerLink, BrokerMessage
from lockers.doors.hardware.door_state import Door
from lockers.doors.hardware.messages import HEARTBEAT, BadMessage, ControllerStatus, StateNow, Topics, read_command
from lockers.rules.doors import DoorState, NotOpened

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
        self._bank, self._secret, self._now = bank, secret, now
        self._topics, self._lock, self._ended = Topics(prefix), threading.RLock(), threading.Event()
        self._link = BrokerLink(
            url,
            [self._topics.command(address) for address in addresses],
            self._hear,
            listens=self._new_session,
            lost=self._lost,
            will=(self._topics.status(bank), ControllerStatus(online=False).text()),
        )

    # --- life -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Raises OSError when there is no broker; later it comes back by itself."""
        self._link.start()
        threading.Thread(target=self._beat, daemon=True).start()

    def stop(self) -> None:
        """Goodbye: the last will is spoken by oneself."""
        self._ended.set()
        with suppress(OSError):
            self._link.hand_over(
                self._topics.status(self._bank), ControllerStatus(online=False).text(), patience=2, retain=True
            )
        self._link.stop()

    def vanish(self) -> None:
        """The plug is pulled: no goodbye, so that the broker speaks the last will."""
        self._ended.set()
        self._link.vanish()

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT):
            self._say_status()

    def _new_session(self) -> None:
        """With each connection, once commands are heard: first the doors, then the word that we listen."""
        with self._lock:
            self.session = secrets.token_hex(8)
            for address in self.doors:
                self._say(address)
            self._say_status()

    def _lost(self) -> None:
        with self._lock:
            self.session = ""  # nothing that arrives now can name it

    def _say_status(self) -> None:
        if self.session:
            text = ControllerStatus(online=True, session=self.session).text()
            self._link.publish(self._topics.status(self._bank), text, retain=True)

    # --- commands -------------------------------------------------------------------------------

    def _hear(self, message: BrokerMessage) -> None:
        address = self._topics.address_in(message.topic)
        with self._lock:
            if address not in self.doors:
                return
            if self.session:
                self._obey(address, message)
            else:  # what the broker had in store, before anyone could know of this session
                self._ignore(address, "retained" if message.retained else "no_session")

    def _obey(self, address: str, message: BrokerMessage) -> None:
        try:
            command = read_command(
                message.payload,
                address=address,
                session=self.session,
                secret=self._secret,
                retained=message.retained,
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
        self._link.publish(self._topics.state(address), now.text(), retain=True)

    # --- people at the door ---------------------------------------------------------------------

    def act(self, address: str, act: Callable[[Door], DoorState]) -> None:
        """`act(address, Door.shut)`: what someone does to the door, and it says so."""
        with self._lock:
            act(self.doors[address])
            self._say(address)
