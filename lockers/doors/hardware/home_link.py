"""Our end of the broker that Home Assistant listens to: says what changed, clears what is gone, hears commands."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Mapping
from contextlib import suppress

from config.ops.network.mqtt import BrokerLink, BrokerMessage
from lockers.doors.hardware.home_messages import OFFLINE, ONLINE, OPENS, Home

log = logging.getLogger("ostiary.lockers.home")

SETTLES = 2.0  # s in which a broker hands out what it has retained
MOST_WAITING = 20  # commands; a flood opens no more doors


class HomeLink:
    """`say` may be called again and again: only what has changed goes out. `commands` are keys of doors to open.

    A command that the broker has kept, that is not a word of ours or too many at once, never comes in. Thread-safe.
    """

    def __init__(self, url: str, home: Home) -> None:
        self.commands: queue.Queue[int] = queue.Queue(MOST_WAITING)
        self._home, self._said = home, dict[str, str]()
        self._found: set[str] = set()  # retained there, perhaps by an earlier run
        self._lock, self._alive = threading.RLock(), False
        topics = (*home.everything, f"{home.prefix}/status")
        self._link = BrokerLink(url, topics, self._hear, up=self._begin_again, will=(home.status, OFFLINE))

    def start(self) -> None:
        """Raises OSError when there is no broker; later it comes back by itself."""
        self._link.start()

    def stop(self) -> None:
        self.alive(False)
        self._link.stop()

    def vanish(self) -> None:
        """No goodbye: the broker says that we are offline."""
        self._link.vanish()

    # --- what is said ---------------------------------------------------------------------------

    def alive(self, is_so: bool) -> None:
        """Whether what is said about the doors is true now: not while the database is away."""
        with self._lock:
            self._alive = is_so
            self._publish(self._home.status, ONLINE if is_so else OFFLINE)

    def say(self, messages: Mapping[str, str]) -> None:
        """These and no others are retained from now on."""
        with self._lock:
            if not self._link.is_up:
                return
            for topic in (self._found | set(self._said)) - set(messages):
                self._publish(topic, "")
                self._said.pop(topic, None)
                self._found.discard(topic)
            for topic, payload in messages.items():
                if self._said.get(topic) != payload:
                    self._publish(topic, payload)
                    self._said[topic] = payload
            if not self._alive:
                self.alive(True)

    def clear(self) -> None:
        """Nothing of ours stays at the broker: for someone who takes it out of service."""
        self.settle()
        with self._lock:
            self.say({})
        with suppress(OSError):
            self._link.hand_over(self._home.status, "", patience=SETTLES, retain=True)

    def settle(self) -> None:
        """Until the broker has handed out what it had retained."""
        self._link.wait_until_up(SETTLES)
        until, count = time.monotonic() + SETTLES, -1
        while time.monotonic() < until and count != len(self._found):
            count = len(self._found)
            time.sleep(SETTLES / 5)

    def _publish(self, topic: str, payload: str) -> None:
        self._link.publish(topic, payload, retain=True)

    # --- what is heard --------------------------------------------------------------------------

    def _begin_again(self) -> None:
        """A broker that has forgotten everything is sent everything again."""
        with self._lock:
            self._said.clear()
            self._alive = False

    def _hear(self, message: BrokerMessage) -> None:
        key = self._home.key_in(message.topic)
        if key is not None:
            self._command(key, message)
        elif message.topic == f"{self._home.prefix}/status":
            if message.payload == ONLINE.encode() and not message.retained:  # it has restarted
                with self._lock:
                    self._said.clear()
        elif message.retained and message.payload:
            with self._lock:
                self._found.add(message.topic)

    def _command(self, key: int, message: BrokerMessage) -> None:
        if message.retained:
            if message.payload:  # no one may leave one there: it would come again with each connection
                log.warning("A retained command for door %d was ignored and cleared", key)
                self._publish(message.topic, "")
            return
        if message.payload[:20].decode(errors="replace") not in OPENS:
            log.info("A command for door %d that is none was ignored", key)
            return
        try:
            self.commands.put_nowait(key)
        except queue.Full:
            log.warning("Too many commands at once: one for door %d was ignored", key)
