"""What a person finds on the home page and in the header: each app says its own part (settings.MENU)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string

Words = str | Promise


@dataclass(frozen=True)
class Entry:
    """One place to go. `in_header` also puts it into every page's header."""

    title: Words
    text: Words
    url: str
    in_header: bool = False
    parts: tuple[str, ...] = ()  # beginnings of other addresses that lie in this part of the site


def entries_for(person: Any) -> list[Entry]:
    """Everything `person` may open, in the order of settings.MENU."""
    return [entry for path in settings.MENU for entry in _part(path, person)]


def menu_of(request: HttpRequest) -> list[Entry]:
    """The entries of whoever asks, found out once for each request: home page and header show the same."""
    if not hasattr(request, "_menu"):
        request._menu = entries_for(request.user)  # type: ignore[attr-defined]
    found: list[Entry] = request._menu  # type: ignore[attr-defined]
    return found


def nearest(entries: Iterable[Entry], path: str) -> Entry | None:
    """The entry in whose part of the site an address lies: the one that shares the longest beginning with it."""
    around = [(len(start), entry) for entry in entries for start in (entry.url, *entry.parts) if path.startswith(start)]
    return max(around, key=lambda found: found[0], default=(0, None))[1]


def tools_for(person: Any, viewer: Any) -> list[Entry]:
    """What `viewer` may do with `person` elsewhere, in the order of settings.PERSON_TOOLS."""
    return [entry for path in settings.PERSON_TOOLS for entry in import_string(path)(person, viewer)]


def _part(path: str, person: Any) -> Iterator[Entry]:
    yield from import_string(path)(person)
