"""The page of one person, for staff: each app adds its section (`hooks.py`), with its own rule of who sees it.

A section's name is its anchor and its address: it stays. Where `may_see` says no, it is not even named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from config.ops.registries.registry import Registry

Words = str | Promise


@dataclass(frozen=True)
class PersonSection:
    """`may_see` is asked of viewer and person, `context` of request and person, and only when the section is read."""

    title: Words
    template: str
    may_see: Callable[[Any, Any], bool]
    context: Callable[[HttpRequest, Any], Mapping[str, Any]]
    at_once: bool = False  # part of the first screen; the others come when someone gets to them


SECTIONS = Registry[PersonSection]("Sections of a person's page")


def sections_for(viewer: Any, person: Any) -> list[tuple[str, PersonSection]]:
    """What this viewer may see of this person, in order."""
    return [(name, section) for name, section in SECTIONS.items() if section.may_see(viewer, person)]
