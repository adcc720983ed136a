"""What a person finds on their home page: each app says what is going on there, and what needs them (`wiring/home.py`).

A part is asked once for each page. It takes as many queries for a thousand rows as for one, and says only what its
own pages would show this person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise

from config.ops.registries.registry import Registry

Words = str | Promise
Tone = Literal["", "error", "warning", "info", "success"]
URGENCY: tuple[Tone, ...] = ("error", "warning", "info", "success", "")  # the first of them comes first


@dataclass(frozen=True)
class OneClick:
    """A button. `post`: it acts at once, else it leads to a page. `what`: its object, for those who hear the page."""

    label: Words
    url: str
    what: Words = ""
    post: bool = True


@dataclass(frozen=True)
class Need:
    """Something that waits for this person: how many, of what, and where it is dealt with. None when `count` is 0."""

    count: int
    label: Words
    url: str
    tone: Tone = "warning"
    note: Words = ""
    act: OneClick | None = None
    counted: bool = True  # False: the label says it all, and no number stands before it


@dataclass(frozen=True)
class Figure:
    """A number and what it counts."""

    value: int | str
    label: Words
    url: str = ""


@dataclass(frozen=True)
class CardRow:
    """One thing of a card."""

    title: Words
    url: str
    note: Words = ""
    badge: Words = ""
    tone: Tone = ""
    act: OneClick | None = None


@dataclass(frozen=True)
class HomeCard:
    """What is going on in one part of the house. `empty`: one sentence for when there are no rows."""

    title: Words
    url: str
    figures: Sequence[Figure] = ()
    rows: Sequence[CardRow] = ()
    empty: Words = ""
    acts: Sequence[OneClick] = ()


HomePart = Callable[[Any, datetime], Iterable[Need | HomeCard]]
HOME = Registry[HomePart]("Parts of the home page")
