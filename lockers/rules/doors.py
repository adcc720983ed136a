"""What a door is told, what it says, and the one promise that every kind of lock keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class DoorState(StrEnum):
    LOCKED = "locked"
    UNLOCKING = "unlocking"  # told to open; the door has not moved yet
    OPEN = "open"
    JAMMED = "jammed"
    UNAVAILABLE = "unavailable"  # its controller is away
    UNKNOWN = "unknown"  # no sensor, or nothing was heard yet


@dataclass(frozen=True, slots=True)
class Command:
    """Open one door, once. Anyone who gets it after `expires_at`, or a second time, opens nothing."""

    transaction: str  # unique for each opening: letters and digits
    address: str  # of the door, as the lock knows it: "main/7"
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What a door says of itself. `transaction`: of the command that brought it there, where it knows.

    `at`: when it was heard, where it is told later than that.
    """

    address: str
    state: DoorState
    transaction: str = ""
    at: datetime | None = None


class NotOpened(Exception):
    """The lock did not open, or no one can say that it did. `reason` is a code."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(f"{reason}: {words}" if words else reason)
        self.reason = reason


class Actuator(Protocol):
    @property
    def name(self) -> str: ...

    def open(self, command: Command) -> Report:
        """Open once for this command, and return the door state afterwards. Raises NotOpened; never tries again."""

    def state(self, address: str) -> DoorState | None:
        """The door status. None: this kind of lock cannot be asked, it speaks by itself or never."""
