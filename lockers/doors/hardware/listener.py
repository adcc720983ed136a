"""Hears what the doors on a message broker say, and tells anyone who asked: a state, or a bank that has gone."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from config.ops.network.mqtt import BrokerLink, BrokerMessage
from lockers.doors.hardware.messages import SILENCE, Topics, read_state, read_status
from lockers.rules.doors import DoorState, Report

log = logging.getLogger("ostiary.lockers")

MOST_UNTOLD = 10_000  # reports that are kept while no one can write them down

Heard = Callable[[Report], None]
Doubts = Callable[[str], Mapping[str, DoorState]]


class CannotWriteNow(Exception):
    """Anyone who is told cannot write it down at this moment. It is told again, in its turn."""


class Listener:
    """`heard` is called with each report; `unavailable` for a bank is told door by door, by `away(bank)`.

    Both may raise NotNow. `doubts(bank)` names the doors of whose state someone is not sure, and what they take it
    for: a command that a frozen broker did not take leaves a door `unavailable` that never went away, and so has
    nothing new to say. With each sign of life of its controller it is told the status of such a door again.
    """

    def __init__(
        self,
        url: str,
        prefix: str,
        heard: Heard,
        away: Callable[[str], None],
        *,
        doubts: Doubts = lambda bank: {},
        silence: float = SILENCE,
    ) -> None:
        self._topics, self._heard, self._away = Topics(prefix), heard, away
        self._doubts, self._silence, self._alive = doubts, silence, dict[str, float]()
        self._states: dict[str, Report] = {}
        self._untold: deque[Callable[[], None]] = deque(maxlen=MOST_UNTOLD)
        self._lock, self._ended = threading.RLock(), threading.Event()
        self._link = BrokerLink(url, [f"{prefix}/status/+", f"{prefix}/door/#"], self._hear, lost=self._lost)

    def start(self) -> None:
        """Raises OSError when there is no broker; later it comes back by itself."""
        self._link.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        self._ended.set()
        self._link.stop()

    def _hear(self, message: BrokerMessage) -> None:
        with self._lock:
            self._deal(message.topic, message.payload)

    def _deal(self, topic: str, payload: bytes) -> None:
        if bank := self._topics.bank_in(topic):
            return self._status(bank, online=read_status(payload).online)
        if topic.endswith("/state") and (address := self._topics.address_in(topic)):
            now = read_state(payload)
            report = Report(address, now.state, "" if now.refused else now.transaction)
            self._states[address] = report
            if address.partition("/")[0] in self._alive:
                self._tell(report)
        return None

    def _status(self, bank: str, *, online: bool) -> None:
        """Who comes back tells all its doors; retained states count only from a controller that is there."""
        was = bank in self._alive
        if not online:
            self._gone(bank)
            return
        self._alive[bank] = time.monotonic()
        if was:
            self._in_turn(partial(self._settle, bank))
            return
        for address, report in self._states.items():
            if address.startswith(f"{bank}/"):
                self._tell(report)

    def _settle(self, bank: str) -> None:
        """Raises NotNow."""
        for address, taken_for in self._doubts(bank).items():
            report = self._states.get(address)
            if report is not None and report.state != taken_for:
                self._heard(report)

    def _gone(self, bank: str) -> None:
        self._alive.pop(bank, None)
        self._in_turn(partial(self._away, bank))

    def _lost(self) -> None:
        """The broker is away, and so is every controller as far as anyone can say."""
        with self._lock:
            for bank in list(self._alive):
                self._gone(bank)

    def _watch(self) -> None:
        """A controller that hangs says nothing any more, and its connection may live on."""
        while not self._ended.wait(min(1.0, self._silence / 3)):
            with self._lock:
                self._tell_all()
                late = [bank for bank, at in self._alive.items() if time.monotonic() - at > self._silence]
                for bank in late:
                    self._gone(bank)

    # --- telling --------------------------------------------------------------------------------

    def _tell(self, report: Report) -> None:
        self._in_turn(partial(self._heard, replace(report, at=datetime.now(UTC))))

    def _in_turn(self, told: Callable[[], None]) -> None:
        """At once, or after everything that could not be told yet: a door that was forced and shut is both."""
        self._untold.append(told)
        if len(self._untold) == 1:
            self._tell_all()

    def _tell_all(self) -> None:
        """Until someone cannot hear it now. One that cannot be dealt with costs only itself."""
        while self._untold:
            try:
                self._untold[0]()
            except CannotWriteNow as why:
                log.warning("%d reports of doors wait: %s", len(self._untold), why)
                return
            except Exception:
                log.exception("A report of a door was lost")
            self._untold.popleft()
