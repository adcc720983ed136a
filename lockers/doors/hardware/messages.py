"""What goes over the message broker: topics, and JSON that is signed, dated and bound to one session of a controller.

Four things must be true before a command moves a door, and each stops another way of opening it twice: the broker did
not keep it for later (not retained), it names the controller's present session (a new one after each start and
reconnect), it has not expired, and its transaction is new.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lockers.rules.doors import Command, DoorState

HEARTBEAT = 10.0  # s between two signs of life of a controller
SILENCE = 3 * HEARTBEAT  # s after which it counts as away
MOST = 4096  # bytes of a message that are looked at


class BadMessage(Exception):
    """Not for us, or not from whom it should be. `reason` is a code for the controller's log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Topics:
    """`prefix/status/BANK`, `prefix/door/ADDRESS/command` and `…/state`; the bank is an address's first part."""

    prefix: str = "lockers"

    def status(self, bank: str) -> str:
        return f"{self.prefix}/status/{bank}"

    def command(self, address: str) -> str:
        return f"{self.prefix}/door/{address}/command"

    def state(self, address: str) -> str:
        return f"{self.prefix}/door/{address}/state"

    def address_in(self, topic: str) -> str:
        """Of a state or command topic; empty for another one."""
        start = f"{self.prefix}/door/"
        address, _, leaf = topic.removeprefix(start).rpartition("/")
        return address if topic.startswith(start) and leaf in ("state", "command") else ""

    def bank_in(self, topic: str) -> str:
        start = f"{self.prefix}/status/"
        return topic.removeprefix(start) if topic.startswith(start) else ""


def bank_of(address: str) -> str:
    return address.partition("/")[0]


# --- a controller's sign of life ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ControllerStatus:
    """Retained. `session` changes with each start and reconnect; the last will says offline."""

    online: bool
    session: str = ""

    def text(self) -> str:
        return json.dumps({"online": self.online, "session": self.session, "at": datetime.now(UTC).timestamp()})


def read_status(payload: bytes) -> ControllerStatus:
    """Whatever cannot be read is offline."""
    found = _object(payload)
    return ControllerStatus(found.get("online") is True and bool(found.get("session")), str(found.get("session") or ""))


# --- a door's state -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StateNow:
    """Retained, so that anyone who comes later knows. `refused`: why the command of `transaction` opened nothing."""

    state: DoorState
    transaction: str = ""
    refused: str = ""

    def text(self) -> str:
        said = {"state": str(self.state), "transaction": self.transaction, "refused": self.refused}
        return json.dumps({**said, "at": datetime.now(UTC).timestamp()})


def read_state(payload: bytes) -> StateNow:
    found = _object(payload)
    try:
        state = DoorState(found.get("state", ""))
    except ValueError:
        state = DoorState.UNKNOWN
    return StateNow(state, str(found.get("transaction") or ""), str(found.get("refused") or ""))


# --- a command ----------------------------------------------------------------------------------


def command_text(command: Command, session: str, secret: str) -> str:
    said = {
        "action": "open",
        "address": command.address,
        "transaction": command.transaction,
        "session": session,
        "issued_at": command.issued_at.timestamp(),
        "expires_at": command.expires_at.timestamp(),
    }
    return json.dumps({**said, "signature": signature(said, secret)})


def read_command(payload: bytes, *, address: str, session: str, secret: str, retained: bool) -> Command:
    """The command, if it may move this door now, as far as the message alone says. Raises BadMessage."""
    if retained:
        raise BadMessage("retained")
    found = _object(payload)
    sign = str(found.pop("signature", ""))
    if secret and not hmac.compare_digest(sign.encode(), signature(found, secret).encode()):
        raise BadMessage("bad_signature")
    if found.get("action") != "open" or found.get("address") != address or not found.get("transaction"):
        raise BadMessage("unreadable")
    if not hmac.compare_digest(str(found.get("session")).encode(), session.encode()):
        raise BadMessage("other_session")
    try:
        issued, expires = (datetime.fromtimestamp(float(found[name]), UTC) for name in ("issued_at", "expires_at"))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise BadMessage("unreadable") from None
    return Command(str(found["transaction"])[:64], address, issued, expires)


def signature(said: dict[str, Any], secret: str) -> str:
    """HMAC-SHA-256 over the message's values in the order of their names, one a line. Empty without a secret."""
    if not secret:
        return ""
    lines = "\n".join(f"{name}={json.dumps(said[name])}" for name in sorted(said))
    return hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()


def _object(payload: bytes) -> dict[str, Any]:
    """An empty one for what is not a JSON object, or too long."""
    try:
        found = json.loads(payload[: MOST + 1]) if len(payload) <= MOST else None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
