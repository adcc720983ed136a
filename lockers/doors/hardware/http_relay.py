"""A relay behind an HTTP address. It is asked once: no retry, no redirect, no cache."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from config.ops.network.relay import Limits, RelayClient, bearer
from lockers.rules.doors import Command, DoorState, NotOpened, Report

PATIENCE = 5.0  # s


@dataclass(frozen=True)
class HttpRelay:
    """`POST {url}/{address}/open` with the transaction; `GET {url}/{address}/` says the state, where there is a sensor.

    Both answer JSON: `{"state": "open"}`. Without a sensor any 2xx will do; such doors are `unknown`.
    """

    url: str
    token: str = ""
    has_sensor: bool = False
    name: str = "http"

    def open(self, command: Command) -> Report:
        body = {
            "transaction": command.transaction,
            "issued_at": command.issued_at.timestamp(),
            "expires_at": command.expires_at.timestamp(),
        }
        headers = {"Idempotency-Key": command.transaction}
        answer = self._ask("POST", f"{quote(command.address)}/open", json.dumps(body).encode(), headers)
        state = _state(answer) if self.has_sensor else DoorState.UNKNOWN
        if state == DoorState.JAMMED:
            raise NotOpened("door_jammed")
        if self.has_sensor and state not in (DoorState.OPEN, DoorState.UNLOCKING):
            raise NotOpened("no_answer", f"the door is {state}")
        return Report(command.address, state, command.transaction)

    def state(self, address: str) -> DoorState | None:
        if not self.has_sensor:
            return None
        try:
            return _state(self._ask("GET", f"{quote(address)}/", None, {}))
        except NotOpened:
            return DoorState.UNAVAILABLE

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        """Raises NotOpened `unavailable` for anything but a clear yes."""
        sent = {"Content-Type": "application/json", **headers}
        asked = RelayClient(limits=Limits(PATIENCE, PATIENCE), signs_in=bearer(self.token))
        try:
            return asked.ask(method, f"{self.url.rstrip('/')}/{path}", body, sent).body
        except (OSError, ValueError) as error:  # refused, silent, not 2xx, or a redirect
            raise NotOpened("unavailable", type(error).__name__) from error


def _state(answer: bytes) -> DoorState:
    try:
        return DoorState(json.loads(answer)["state"])
    except (ValueError, KeyError, TypeError):
        return DoorState.UNKNOWN
