"""Who may be in the house now: each app says whom it knows of, and how sure that is (`wiring/people_inside.py`).

Nothing here is proof. Someone who was seen at ten may have left at eleven by a door without a camera: so each entry
says when and where, and the list is checked by people. It is asked only when an evacuation list is begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from config.ops.registries.registry import Registry

Words = str | Promise


@dataclass(frozen=True)
class PersonInside:
    """`how`: what is known, such as "signed in". `person` is the account's key; a guest has `guest` instead."""

    name: str
    seen_at: datetime
    place: str
    how: Words
    person: int | None = None
    number: str = ""
    guest: int | None = None


PEOPLE_INSIDE = Registry[Callable[[datetime], Iterable[PersonInside]]]("People inside")


def people_inside(now: datetime) -> list[PersonInside]:
    """Each person once, by what was known last."""
    latest: dict[tuple[str, int], PersonInside] = {}
    for source in PEOPLE_INSIDE:
        for one in source(now):
            key = ("guest", one.guest) if one.guest is not None else ("person", one.person or 0)
            if key not in latest or latest[key].seen_at < one.seen_at:
                latest[key] = one
    return list(latest.values())
