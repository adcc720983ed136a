"""Doors that exist only in a file: for the demo campus, for trying out, and for tests.

The file is a small SQLite database of its own, so that several web processes see the same doors, and a door that
someone left open is still open after a restart. Nothing is opened by reading it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from lockers.doors.hardware.door_state import Door
from lockers.rules.doors import Command, DoorState, NotOpened, Report

KEPT = 50  # transactions of each door
TABLE = "CREATE TABLE IF NOT EXISTS door (address TEXT PRIMARY KEY, state TEXT, command TEXT, seen TEXT)"


class Simulator:
    """Keeps the promise of `Actuator`; `shut`, `force`, `jam` and `repair` are what a person would do at the door."""

    name = "simulator"

    def __init__(self, file: Path, now: Callable[[], datetime] | None = None) -> None:
        self._file = Path(file)
        self._now = now

    # --- the promise ----------------------------------------------------------------------------

    def open(self, command: Command) -> Report:
        now = self._now() if self._now else max(datetime.now(UTC), command.issued_at)
        with self._door(command.address) as door:
            try:
                state = door.open(command, now)
            except NotOpened as no:
                refused = no
            else:
                return Report(command.address, state, command.transaction)
        raise refused

    def state(self, address: str) -> DoorState | None:
        with self._door(address) as door:
            return door.state

    # --- people at the door ---------------------------------------------------------------------

    def shut(self, address: str) -> Report:
        return self._act(address, Door.shut)

    def force(self, address: str) -> Report:
        return self._act(address, Door.force)

    def jam(self, address: str) -> Report:
        return self._act(address, Door.jam)

    def repair(self, address: str) -> Report:
        return self._act(address, Door.repair)

    def _act(self, address: str, act: Callable[[Door], DoorState]) -> Report:
        with self._door(address) as door:
            return Report(address, act(door))

    # --- the file -------------------------------------------------------------------------------

    @contextmanager
    def _door(self, address: str) -> Iterator[Door]:
        """One door, alone with it until it is written back: of two commands one comes first."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=20, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            file.execute(TABLE)
            door = _read(file, address)
            yield door
            seen = json.dumps(list(door.seen)[-KEPT:])
            file.execute(
                "INSERT OR REPLACE INTO door VALUES (?, ?, ?, ?)", (address, str(door.state), door.transaction, seen)
            )
            file.execute("COMMIT")


def _read(file: sqlite3.Connection, address: str) -> Door:
    row = file.execute("SELECT state, command, seen FROM door WHERE address = ?", (address,)).fetchone()
    if row is None:
        return Door()
    return Door(DoorState(row[0]), row[1], OrderedDict.fromkeys(json.loads(row[2])))
