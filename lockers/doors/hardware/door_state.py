"""One simulated or real door as a state machine. It decides what a command may do; it never decides who may come in."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from lockers.rules.doors import Command, DoorState, NotOpened

REMEMBERED = 1000  # transactions; older ones have expired long ago


@dataclass
class Door:
    """A lock that springs open when it is told, and locks when the door is pushed shut."""

    state: DoorState = DoorState.LOCKED
    transaction: str = ""  # of the command that opened it last
    seen: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def open(self, command: Command, now: datetime) -> DoorState:
        """Raises NotOpened: `duplicate`, `late`, `door_jammed`. What was refused once stays refused.

        An open door is unlocked once more, which changes nothing: its sensor may be wrong.
        """
        if command.transaction in self.seen:
            raise NotOpened("duplicate", "this transaction was seen before")
        self._remember(command.transaction)
        if not command.issued_at <= now < command.expires_at:
            raise NotOpened("late", "the command has expired, or comes from a clock that is ahead")
        if self.state == DoorState.JAMMED:
            raise NotOpened("door_jammed")
        self.state, self.transaction = DoorState.OPEN, command.transaction
        return self.state

    def _remember(self, transaction: str) -> None:
        self.seen[transaction] = None
        while len(self.seen) > REMEMBERED:
            self.seen.popitem(last=False)

    # --- what people do to it -------------------------------------------------------------------

    def shut(self) -> DoorState:
        if self.state == DoorState.OPEN:
            self.state = DoorState.LOCKED
        return self.state

    def force(self) -> DoorState:
        """Someone with a crowbar: open, and no command for it."""
        self.state, self.transaction = DoorState.OPEN, ""
        return self.state

    def jam(self) -> DoorState:
        self.state = DoorState.JAMMED
        return self.state

    def repair(self) -> DoorState:
        self.state, self.transaction = DoorState.LOCKED, ""
        return self.state
