"""The doors of a bank as they are arranged on the wall: rows from the top, columns from the left. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ROWS, COLUMNS, SPAN = 40, 100, 10  # more than any wall has, and few enough to draw


@dataclass(frozen=True, slots=True)
class WallDoor:
    """`row` and `column` of its upper left corner, from 1; None: it has no place yet."""

    key: int
    row: int | None
    column: int | None
    width: int = 1
    height: int = 1

    def squares(self) -> list[tuple[int, int]]:
        if self.row is None or self.column is None:
            return []
        down, along = range(self.row, self.row + self.height), range(self.column, self.column + self.width)
        return [(row, column) for row in down for column in along]


@dataclass(frozen=True, slots=True)
class Cell:
    """A door with its size in columns and rows, or (key None) a gap."""

    key: int | None
    width: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class Wall:
    rows: list[list[Cell]]  # as a table is written: what a large door covers has no cell of its own
    columns: int
    left: list[int]  # doors without a place, and those that would cover another one


def wall(doors: Iterable[WallDoor]) -> Wall:
    taken: dict[tuple[int, int], WallDoor] = {}
    left: list[int] = []
    for door in doors:
        squares = door.squares()
        if not squares or any(square in taken for square in squares):
            left.append(door.key)
        else:
            taken.update(dict.fromkeys(squares, door))
    height = max((row for row, _column in taken), default=0)
    width = max((column for _row, column in taken), default=0)
    rows = [_row(taken, row, width) for row in range(1, height + 1)]
    return Wall(rows, width, left)


def _row(taken: dict[tuple[int, int], WallDoor], row: int, width: int) -> list[Cell]:
    cells = []
    for column in range(1, width + 1):
        door = taken.get((row, column))
        if door is None:
            cells.append(Cell(None))
        elif (door.row, door.column) == (row, column):
            cells.append(Cell(door.key, door.width, door.height))
    return cells


def from_left(door: WallDoor, doors: Iterable[WallDoor]) -> int:
    """The how-manieth in its row, counting doors and not columns; 1 for the first."""
    beside = [one for one in doors if one.row == door.row and one.column is not None and door.column is not None]
    return 1 + sum(one.column < door.column for one in beside if one.column is not None and door.column is not None)


def grid(keys: Iterable[int], *, rows: int, columns: int, down: bool = False) -> list[WallDoor]:
    """One door after the other: along each row, or down each column."""
    found = []
    for place, key in enumerate(keys):
        along, across = divmod(place, rows if down else columns)
        row, column = (across, along) if down else (along, across)
        found.append(WallDoor(key, row + 1, column + 1))
    return found


def overlapping(doors: Iterable[WallDoor]) -> tuple[int, int] | None:
    """The first two doors that would cover each other."""
    taken: dict[tuple[int, int], int] = {}
    for door in doors:
        for square in door.squares():
            if square in taken:
                return taken[square], door.key
            taken[square] = door.key
    return None
