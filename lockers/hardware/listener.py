"""Hears what the doors on a message broker say, and tells whoever asked: a state, or a bank that has gone."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client, MQTTMessage

from lockers.hardware import broker
from lockers.hardware.messages import SILENCE, Topics, read_state, read_status
from lockers.hardware.types import Report

log = logging.getLogger("ostiary.lockers")

Heard = Callable[[Report], None]


class Listener:
    """`heard` is called with each report; `unavailable` for a bank is told door by door, by `away(bank)`."""

    def __init__(
        self, url: str, prefix: str, heard: Heard, away: Callable[[str], None], *, silence: float = SILENCE
    ) -> None:
        self._url, self._topics, self._heard, self._away = url, Topics(prefix), heard, away
        self._silence, self._alive = silence, dict[str, float]()
        self._states: dict[str, Report] = {}
        self._lock, self._ended = threading.RLock(), threading.Event()
        self._client = broker.client(url)
        self._client.on_connect, self._client.on_message = self._subscribe, self._hear
        self._client.on_disconnect = self._lost
        self._client.reconnect_delay_set(1, 10)

    def start(self) -> None:
        """Raises OSError when there is no broker; later it comes back by itself."""
        self._client.connect(*broker.where(self._url), keepalive=broker.KEEPALIVE)
        self._client.loop_start()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        self._ended.set()
        self._client.disconnect()
        self._client.loop_stop()

    def _subscribe(self, client: Client, *_rest: Any) -> None:
        prefix = self._topics.prefix
        client.subscribe([(f"{prefix}/status/+", broker.QOS), (f"{prefix}/door/#", broker.QOS)])

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        """One message that cannot be dealt with costs itself alone."""
        try:
            with self._lock:
                self._deal(message.topic, bytes(message.payload))
        except Exception:
            log.exception("A message on %s was lost", message.topic)

    def _deal(self, topic: str, payload: bytes) -> None:
        if bank := self._topics.bank_in(topic):
            return self._status(bank, online=read_status(payload).online)
        if topic.endswith("/state") and (address := self._topics.address_in(topic)):
            now = read_state(payload)
            report = Report(address, now.state, "" if now.refused else now.transaction)
            self._states[address] = report
            if address.partition("/")[0] in self._alive:
                self._heard(report)
        return None

    def _status(self, bank: str, *, online: bool) -> None:
        """Who comes back tells all its doors; retained states count only from a controller that is there."""
        was = bank in self._alive
        if not online:
            self._gone(bank)
            return
        self._alive[bank] = time.monotonic()
        if not was:
            for address, report in self._states.items():
                if address.startswith(f"{bank}/"):
                    self._heard(report)

    def _gone(self, bank: str) -> None:
        self._alive.pop(bank, None)
        self._away(bank)

    def _lost(self, *_args: Any) -> None:
        """The broker is away, and so is every controller as far as anybody can say."""
        with self._lock:
            for bank in list(self._alive):
                self._gone(bank)

    def _watch(self) -> None:
        """A controller that hangs says nothing any more, and its connection may live on."""
        while not self._ended.wait(min(1.0, self._silence / 3)):
            with self._lock:
                late = [bank for bank, at in self._alive.items() if time.monotonic() - at > self._silence]
                for bank in late:
                    self._gone(bank)
