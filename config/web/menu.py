"""What a person finds in the menu and in the header: each app says its own part (`hooks.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from config.ops.registries.registry import Registry

Words = str | Promise


@dataclass(frozen=True)
class Entry:
    """One place to go. `in_header` also puts it into every page's header."""

    title: Words
    text: Words
    url: str
    in_header: bool = False
    parts: tuple[str, ...] = ()  # beginnings of other addresses that lie in this part of the site


Menu = Callable[[Any], Iterable[Entry]]  # what a person may open
Tools = Callable[[Any, Any], Iterable[Entry]]  # what, for a person, a viewer may open
MENUS = Registry[Menu]("Menus")
TOOLS = Registry[Tools]("Person tools")


def entries_for(person: Any) -> list[Entry]:
    """Everything `person` may open, in the order of MENUS."""
    return [entry for menu in MENUS for entry in menu(person)]


def menu_of(request: HttpRequest) -> list[Entry]:
    """The entries of anyone who asks, found out once for each request: home page and header show the same."""
    if not hasattr(request, "_menu"):
        request._menu = entries_for(request.user)  # type: ignore[attr-defined]
    found: list[Entry] = request._menu  # type: ignore[attr-defined]
    return found


def nearest(entries: Iterable[Entry], path: str) -> Entry | None:
    """The entry in whose part of the site an address lies: the one that shares the longest beginning with it."""
    around = [(len(start), entry) for entry in entries for start in (entry.url, *entry.parts) if path.startswith(start)]
    return max(around, key=lambda found: found[0], default=(0, None))[1]


def tools_for(person: Any, viewer: Any) -> list[Entry]:
    """What `viewer` may do with `person` elsewhere, in the order of TOOLS."""
    return [entry for tools in TOOLS for entry in tools(person, viewer)]
