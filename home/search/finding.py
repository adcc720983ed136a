"""Asks every provider, and tells whether one thing alone was meant."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from config.ops.registries.search_providers import MOST, SEARCH, Hit, SearchQuery, Words


@dataclass(frozen=True)
class FoundGroup:
    label: Words
    hits: list[Hit]


def find(person: Any, query: SearchQuery) -> list[FoundGroup]:
    """What has one label is one group, in the order of SEARCH; those with the very number that was typed come first."""
    if not query.text:
        return []
    groups: dict[str, FoundGroup] = {}
    for one in SEARCH:
        if hits := list(islice(one.find(person, query), MOST)):
            groups.setdefault(str(one.label), FoundGroup(one.label, [])).hits.extend(hits)
    return sorted(groups.values(), key=lambda group: not any(hit.exact for hit in group.hits))


def the_one(groups: list[FoundGroup]) -> Hit | None:
    """The only thing that bears this number, or else the only one that was found."""
    hits = [hit for group in groups for hit in group.hits]
    exact = [hit for hit in hits if hit.exact] or hits
    return exact[0] if len(exact) == 1 else None
