"""Opening a door through a message broker: ask for the controller's session, send one command, hear what came of it."""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass

from config.ops.network.mqtt import BrokerLink, BrokerMessage
from lockers.doors.hardware.messages import ControllerStatus, Topics, bank_of, command_text, read_state, read_status
from lockers.rules.doors import Command, DoorState, NotOpened, Report

FINDS = 2.0  # s for the connection and the controller's retained status
HEARS = 6.0  # s from the command to the door's answer; less than a command lives


@dataclass(frozen=True)
class MqttLock:
    """One short connection for each opening, so that any number of processes may open, and none keeps a command."""

    url: str
    prefix: str = "lockers"
    secret: str = ""
    name: str = "mqtt"

    def open(self, command: Command) -> Report:
        talk = _Talk(self.url, Topics(self.prefix), command.address)
        try:
            status = talk.status()
            if not status.online:
                raise NotOpened("unavailable", "the controller is away")
            talk.send(command_text(command, status.session, self.secret))
            return talk.answer(command)
        finally:
            talk.end()

    def state(self, address: str) -> DoorState | None:
        """A door on a broker speaks by itself: `manage.py watch_doors` listens."""
        return None


class _Talk:
    """One conversation about one door."""

    def __init__(self, url: str, topics: Topics, address: str) -> None:
        self._topics, self._address = topics, address
        self._heard: queue.Queue[BrokerMessage] = queue.Queue()
        try:
            self._link = BrokerLink(url, (topics.status(bank_of(address)), topics.state(address)), self._heard.put)
            self._link.start()
        except (OSError, ValueError) as error:
            raise NotOpened("unavailable", f"no broker: {type(error).__name__}") from error

    def status(self) -> ControllerStatus:
        """The retained word of the controller. Silence is offline."""
        until = time.monotonic() + FINDS
        while message := self._next(until):
            if self._topics.bank_in(message.topic):
                return read_status(message.payload)
        return ControllerStatus(online=False)

    def send(self, text: str) -> None:
        """Once: what the broker did not take within the time is not sent again."""
        try:
            self._link.hand_over(self._topics.command(self._address), text, patience=FINDS)
        except TimeoutError as error:
            raise NotOpened("no_answer", "the broker did not take the command") from error
        except OSError as error:
            raise NotOpened("unavailable", str(error)) from error

    def answer(self, command: Command) -> Report:
        """What the door says of this very transaction. A controller that goes offline meanwhile has not opened it."""
        until = time.monotonic() + HEARS
        while message := self._next(until):
            if message.topic == self._topics.state(command.address):
                now = read_state(message.payload)
                if now.transaction != command.transaction:
                    continue
                if now.refused:
                    raise NotOpened(now.refused)
                return Report(command.address, now.state, now.transaction)
            if not read_status(message.payload).online:
                raise NotOpened("unavailable", "the controller went away")
        raise NotOpened("no_answer")

    def _next(self, until: float) -> BrokerMessage | None:
        try:
            return self._heard.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            return None

    def end(self) -> None:
        """Nothing that the client still holds may go out later."""
        self._link.stop()
