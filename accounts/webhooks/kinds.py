"""What kinds of events other systems can subscribe to. Each app registers its own, in its `ready()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from accounts.roles import Role

Words = str | Promise


@dataclass(frozen=True)
class EventKind:
    """One kind of event.

    `private`: fields of its data that may name people, so that only subscribers with names get them.
    `only_if_chosen`: not among "all events". `flat`: its data lies beside `data` too, as before there was `data`.
    """

    code: str  # app.what: `library.loaned`
    label: Words
    meaning: Words  # when it is sent, in one sentence
    example: Mapping[str, Any]  # its data, `person` aside
    about_a_person: bool = True
    private: frozenset[str] = frozenset()
    only_if_chosen: bool = False
    flat: bool = False
    subscribers: frozenset[str] = field(default=frozenset({Role.ADMINISTRATOR}))  # roles that may subscribe to it

    @property
    def group(self) -> str:
        return self.code.partition(".")[0]


_kinds: dict[str, EventKind] = {}


def register(*added: EventKind) -> None:
    """Raises ValueError for a code that another kind has."""
    for kind in added:
        if _kinds.setdefault(kind.code, kind) != kind:
            raise ValueError(f"There is another event of the kind {kind.code}")


def all_kinds() -> dict[str, EventKind]:
    """By code, in the order of the codes."""
    return dict(sorted(_kinds.items()))


def get(code: str) -> EventKind:
    """Raises LookupError for a kind that no app has registered."""
    return _kinds[code]


def label_of(code: str) -> str:
    """`Loaned (library.loaned)`; the code alone for a kind that an older version had."""
    kind = _kinds.get(code)
    return f"{kind.label} ({code})" if kind else code


def offered_to(role: str) -> list[EventKind]:
    return [kind for kind in all_kinds().values() if role in kind.subscribers]
