"""What the search of the whole site finds: each app looks through its own (`wiring/search.py`).

A provider finds only what its own pages would show this person, at most `MOST` hits, in a bounded number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from config.ops.registries.registry import Registry
from config.web.folding import matches, words_of

Words = str | Promise
MOST = 8  # hits of one provider


class SearchQuery:
    """What was typed, or scanned: as it is, and its words as they are compared."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.replace("\x00", "").split())[:100]
        self.words = words_of(self.text)

    def fits(self, *texts: Words) -> bool:
        return matches(self.words, " ".join(str(text) for text in texts))

    @property
    def is_long_enough(self) -> bool:
        """One letter begins half of all names."""
        return len(self.text) > 1


@dataclass(frozen=True)
class Hit:
    """One thing found. `exact`: it bears the very number that was asked for, so that a scanner goes straight to it."""

    title: Words
    url: str
    note: Words = ""
    exact: bool = False
    links: Sequence[tuple[Words, str]] = ()  # other pages of the same thing


@dataclass(frozen=True)
class SearchProvider:
    """`find` is asked with the person who searches."""

    label: Words
    find: Callable[[Any, SearchQuery], Iterable[Hit]]


SEARCH = Registry[SearchProvider]("Search providers")
