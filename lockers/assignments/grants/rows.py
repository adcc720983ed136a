"""What a table or a list of people asks for: one wish for each line, and nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.tables.incoming import IncomingRow, IncomingTable
from config.tables.incoming.cells import is_error
from config.tables.incoming.columns import PERSON, columns_of
from config.tables.incoming.days import day_of
from config.tables.incoming.identifiers import fault_of, normal

NAMES = {
    "id_number": PERSON["id_number"],
    "locker": ("locker number", "door", "box", "compartment"),
    "from": ("since", "start", "starts", "starts on", "start date", "begin", "valid from"),
    "until": ("to", "end", "ends", "ends on", "end date", "last day", "valid until"),
}
ANY = ("any", "any free", "*")
LONGEST = 64  # of what is kept of a cell


@dataclass(frozen=True, slots=True)
class GrantWish:
    """`locker`: a number, or None for any free one. `problem`: a code for what makes the line unusable."""

    line: int
    said: str
    locker: str | None = None
    starts_on: date | None = None  # None: as the whole grant
    ends_on: date | None = None
    problem: str = ""
    detail: str = ""


def from_table(table: IncomingTable) -> list[GrantWish]:
    """Refused `no_id_number`, and as the reader of tables."""
    found = columns_of(table, NAMES)
    if "id_number" not in found:
        words = _("The first line must name the columns, and one of them must be id_number.")
        raise Refused("no_id_number", words)
    return [_wish(row, found) for row in table.rows]


def from_people(people: Iterable[User]) -> list[GrantWish]:
    """Any free locker for each, in the given order."""
    return [GrantWish(number, person.id_number) for number, person in enumerate(people, start=1)]


def from_list(typed: str) -> list[GrantWish]:
    """Id numbers, one on each line; empty lines keep their number."""
    lines = enumerate(typed.splitlines(), start=1)
    return [_sound(GrantWish(number, normal(text)[:LONGEST])) for number, text in lines if normal(text)]


def from_rows(rows: Iterable[Mapping[str, object]]) -> list[GrantWish]:
    """As the API gives them: dates are dates already."""
    return [_from_row(number, row) for number, row in enumerate(rows, start=1)]


def _from_row(number: int, row: Mapping[str, object]) -> GrantWish:
    wish = GrantWish(number, normal(row["id_number"])[:LONGEST])
    first, last = row.get("starts_on"), row.get("ends_on")
    wish = replace(
        wish,
        starts_on=first if isinstance(first, date) else None,
        ends_on=last if isinstance(last, date) else None,
    )
    return _sound(_with_locker(wish, str(row.get("locker") or "any")))


def _wish(row: IncomingRow, found: Mapping[str, str]) -> GrantWish:
    cells = {ours: row[column] for ours, column in found.items()}
    wish = GrantWish(row.line, normal(cells["id_number"])[:LONGEST])
    if row.problem:
        return replace(wish, problem=row.problem)
    if error := next((text for text in cells.values() if is_error(text)), None):
        return _bad(wish, "spreadsheet_error", error)
    if "locker" in found:
        wish = _with_locker(wish, cells["locker"])
    try:
        wish = replace(wish, starts_on=day_of(cells.get("from", "")), ends_on=day_of(cells.get("until", "")))
    except ValueError as error:
        return _bad(wish, "bad_date", str(error))
    return _sound(wish)


def _with_locker(wish: GrantWish, cell: str) -> GrantWish:
    """An empty cell beside others that name a locker may be a slip: any free one is asked for in words."""
    number = normal(cell)
    if not number:
        return replace(wish, problem="no_locker")
    if number.casefold() in ANY:
        return wish
    if fault := fault_of(number):
        return _bad(wish, fault[0], number)
    return replace(wish, locker=number[:LONGEST])


def _sound(wish: GrantWish) -> GrantWish:
    if wish.problem:
        return wish
    if not wish.said:
        return replace(wish, problem="no_number")
    if fault := fault_of(wish.said):
        return _bad(wish, fault[0], wish.said)
    return wish


def _bad(wish: GrantWish, problem: str, detail: str) -> GrantWish:
    return replace(wish, problem=problem, detail=detail[:LONGEST])
