"""Where each locker of a bank is on the wall: arranged by officers, and told to anyone who looks for a door."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from config.errors import Refused
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of
from lockers.bank.places import natural
from lockers.models import Bank, Locker, LockerSize
from lockers.rules import wall
from lockers.rules.wall import Wall, WallDoor

LONGEST = 100_000  # characters of a list
FIELDS = ("row", "column", "width", "height", "size")
NTH = (
    gettext_lazy("first from the left"),
    gettext_lazy("second from the left"),
    gettext_lazy("third from the left"),
    gettext_lazy("fourth from the left"),
    gettext_lazy("fifth from the left"),
    gettext_lazy("sixth from the left"),
    gettext_lazy("seventh from the left"),
    gettext_lazy("eighth from the left"),
    gettext_lazy("ninth from the left"),
    gettext_lazy("tenth from the left"),
)


def in_order(bank: Bank) -> list[Locker]:
    """As people count them: 2 before 10."""
    return sorted(Locker.objects.filter(bank=bank).select_related("size"), key=lambda one: natural(one.number))


def door_of(locker: Locker) -> WallDoor:
    return WallDoor(locker.pk, locker.row, locker.column, locker.width, locker.height)


def wall_of(lockers: Iterable[Locker]) -> Wall:
    return wall.wall(door_of(locker) for locker in lockers)


# --- where is it --------------------------------------------------------------------------------


class WallCell(TypedDict):
    """For the small map at a kiosk: nothing of whose a door is, or how it is."""

    width: int
    height: int
    door: bool
    here: bool


def where_words(locker: Locker) -> str:
    """“Row 2, third from the left”; empty for a locker without a place."""
    if locker.row is None or locker.column is None:
        return ""
    beside = Locker.objects.filter(bank=locker.bank_id, row=locker.row)
    n = wall.from_left(door_of(locker), [door_of(one) for one in beside])
    nth = NTH[n - 1] if n <= len(NTH) else _("number %(n)s from the left") % {"n": n}
    return _("Row %(row)s, %(nth)s") % {"row": locker.row, "nth": nth}


def small_map(locker: Locker) -> list[list[WallCell]]:
    """Empty where this locker has no place."""
    found = wall_of(in_order(locker.bank))
    if locker.row is None or locker.pk in found.left:
        return []
    return [
        [
            {"width": cell.width, "height": cell.height, "door": cell.key is not None, "here": cell.key == locker.pk}
            for cell in row
        ]
        for row in found.rows
    ]


# --- arranging ----------------------------------------------------------------------------------


def lay_out(bank: Bank, *, rows: int, columns: int, down: bool = False, by: User | None) -> int:
    """All lockers in the order of their numbers, as rows × columns. Refused `not_officer`, `other_bank`, `bad_place`,
    `wall_too_small`."""
    require_officer_of(by, bank)
    if not (1 <= rows <= wall.ROWS and 1 <= columns <= wall.COLUMNS):
        words = _("Choose rows from 1 to %(rows)s, and columns from 1 to %(columns)s.")
        raise Refused("bad_place", words % {"rows": wall.ROWS, "columns": wall.COLUMNS})
    lockers = in_order(bank)
    if len(lockers) > rows * columns:
        words = _("Lockers in this bank: %(n)s. Places: only %(places)s. Add rows or columns.")
        raise Refused("wall_too_small", words % {"n": len(lockers), "places": rows * columns})
    return _placed(bank, wall.grid([one.pk for one in lockers], rows=rows, columns=columns, down=down), by)


def place(bank: Bank, text: str, *, by: User | None) -> int:
    """A list: number, row, column and perhaps width, height and size on each line. What is not in it has no place.

    Refused `not_officer`, `other_bank`, `bad_place`, `unknown_locker`, `unknown_size`, `places_overlap`.
    """
    require_officer_of(by, bank)
    numbers = {locker.number.casefold(): locker for locker in in_order(bank)}
    sizes = {size.name.casefold(): size for size in LockerSize.objects.all()}
    doors: dict[int, WallDoor] = {}
    sized: dict[int, LockerSize] = {}
    lines = _lines(text)
    if not lines:
        raise Refused("bad_place", _("The list is empty. Write one locker on each line: number, row and column."))
    for line, cells in lines:
        locker = numbers.get(cells[0].casefold())
        if locker is None:
            words = _("Line %(line)s: this bank has no locker “%(number)s”.")
            raise Refused("unknown_locker", words % {"line": line, "number": cells[0][:20]})
        doors[locker.pk] = _door(line, locker.pk, cells[1:5])
        if name := cells[5] if len(cells) > 5 else "":
            _require_size(line, name, sizes)
            sized[locker.pk] = sizes[name.casefold()]
    _require_apart(doors.values(), {locker.pk: locker.number for locker in numbers.values()})
    return _placed(bank, doors.values(), by, sized)


def as_list(bank: Bank) -> str:
    """The same list, of what is so now; a locker without a place has only its number."""
    lines = ["number,row,column,width,height,size"]
    for one in in_order(bank):
        cells = [one.row, one.column, one.width, one.height] if one.row and one.column else [""] * 4
        lines.append(
            ",".join(str(cell) for cell in (one.number, *cells, one.size.name if one.size else "")).rstrip(",")
        )
    return "\n".join(lines)


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Commas, semicolons or tabs between the cells; a first line with names is ignored."""
    plain = text[:LONGEST].replace(";", ",").replace("\t", ",")
    rows = [[cell.strip() for cell in row] for row in csv.reader(plain.splitlines())]
    found = [(line, row) for line, row in enumerate(rows, start=1) if row and row[0]]
    return [(line, row) for line, row in found if not (line == 1 and row[0].casefold() == "number")]


def _require_size(line: int, name: str, sizes: dict[str, LockerSize]) -> None:
    if name.casefold() not in sizes:
        words = _("Line %(line)s: there is no size “%(size)s”. An administrator creates sizes in the administration.")
        raise Refused("unknown_size", words % {"line": line, "size": name[:20]})


def _door(line: int, key: int, cells: list[str]) -> WallDoor:
    row, column, width, height = [*cells, "", "", "", ""][:4]
    if not (row or column or width or height):
        return WallDoor(key, None, None)
    typed = (row, column, width or "1", height or "1")
    numbers = [int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 4 else 0 for cell in typed]
    most = (wall.ROWS, wall.COLUMNS, wall.SPAN, wall.SPAN)
    if not all(1 <= one <= top for one, top in zip(numbers, most, strict=True)):
        words = _("Line %(line)s: write the number, row and column, for example 12,2,3. Width and height may follow.")
        raise Refused("bad_place", words % {"line": line})
    return WallDoor(key, *numbers)


def _require_apart(doors: Iterable[WallDoor], numbers: dict[int, str]) -> None:
    if both := wall.overlapping(doors):
        words = _("Lockers %(one)s and %(other)s would be in the same place. Correct one of them.")
        raise Refused("places_overlap", words % {"one": numbers[both[0]], "other": numbers[both[1]]})


@transaction.atomic
def _placed(
    bank: Bank, doors: Iterable[WallDoor], by: User | None, sized: Mapping[int, LockerSize] = MappingProxyType({})
) -> int:
    """How many have a place now."""
    known = {door.key: door for door in doors}
    lockers = in_order(bank)
    for locker in lockers:
        door = known.get(locker.pk, WallDoor(locker.pk, None, None))
        locker.row, locker.column, locker.width, locker.height = door.row, door.column, door.width, door.height
        locker.size = sized.get(locker.pk, locker.size)
    Locker.objects.bulk_update(lockers, FIELDS, batch_size=200)
    placed = sum(locker.row is not None for locker in lockers)
    access_log.append("bank.laid_out", bank=bank.pk, by=by and by.pk, doors=placed)
    return placed
