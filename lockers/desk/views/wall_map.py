"""The map: the doors of each bank as they are on the wall, live; and where officers arrange them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.identity.signed_in import asker
from config.errors import Refused
from config.tables.incoming.decoding import text_of
from lockers.bank import layout
from lockers.desk import board
from lockers.desk.board import BankNow, DoorTile
from lockers.models import Locker
from lockers.rules import wall
from lockers.rules.guards import done_or_said, for_officers, typed
from lockers.rules.visibility import banks_for, banks_served, kept_lockers


@dataclass(frozen=True)
class MapCell:
    width: int
    height: int
    door: DoorTile | None


@dataclass(frozen=True)
class BankMap:
    """`rows` as a table is written; `left`: doors without a place, shown below as on the board."""

    bank: BankNow
    rows: list[list[MapCell]]
    columns: range
    left: list[DoorTile]
    may_arrange: bool


@require_GET
@for_officers
def wall_map(request: HttpRequest) -> HttpResponse:
    """Full when it is loaded; static/lockers/map.js then listens at ws/lockers/."""
    me = asker(request)
    state = board.hello(me)
    lockers = {locker.pk: locker for locker in kept_lockers(me)}
    served = set(banks_served(me).values_list("pk", flat=True))
    maps = [_map(bank, lockers, bank["id"] in served) for bank in state["banks"]]
    return render(request, "lockers/map.html", {"maps": maps, "looks": list(board.LOOKS.items()), "tab": "map"})


def _map(bank: BankNow, lockers: dict[int, Locker], may_arrange: bool) -> BankMap:
    tiles = {door["id"]: door for door in bank["doors"]}
    found = layout.wall_of(lockers[pk] for pk in tiles if pk in lockers)
    rows = [
        [MapCell(cell.width, cell.height, tiles[cell.key] if cell.key else None) for cell in row] for row in found.rows
    ]
    return BankMap(bank, rows, range(1, found.columns + 1), [tiles[pk] for pk in found.left], may_arrange)


@require_http_methods(["GET", "POST"])
@for_officers
def arrange(request: HttpRequest, bank: int) -> HttpResponse:
    """As rows × columns at once, or place by place in a list."""
    one = get_object_or_404(banks_for(asker(request)), pk=bank)
    kept = layout.as_list(one)
    if request.method == "POST":
        if done_or_said(request, lambda: _arranged(request, one)):
            return redirect("lockers:map")
        kept = typed(request, "places") or kept
    most = {"rows": wall.ROWS, "columns": wall.COLUMNS}
    context = {"bank": one, "places": kept, "count": one.lockers.count(), "most": most, "tab": "map"}
    return render(request, "lockers/arrange.html", context, status=400 if request.method == "POST" else 200)


def _arranged(request: HttpRequest, bank: Any) -> str:
    me = asker(request)
    if request.POST.get("act") == "grid":
        down = request.POST.get("order") == "down"
        rows, columns = _number(request, "rows"), _number(request, "columns")
        placed = layout.lay_out(bank, rows=rows, columns=columns, down=down, by=me)
    else:
        placed = layout.place(bank, _list_of(request), by=me)
    words = ngettext("%(n)d locker is on the map.", "%(n)d lockers are on the map.", placed) % {"n": placed}
    return _("The map is saved. %(placed)s") % {"placed": words}


def _list_of(request: HttpRequest) -> str:
    """A CSV file, where one was chosen; else what stands in the field."""
    file = request.FILES.get("file")
    if file is None:
        return typed(request, "places")
    if (file.size or 0) > layout.LONGEST:
        words = _("This file is larger than %(most)s kB. Choose the list of one bank.")
        raise Refused("too_large", words % {"most": layout.LONGEST // 1000}, status=413)
    return text_of(file.read()).replace("\x00", "")


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0
