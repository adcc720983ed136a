"""What kinds of e-mail there are. Each app registers its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.functional import Promise

from config.ops.registries.registry import Registry

Words = str | Promise
# What the placeholders stand for. A list becomes one line for each entry, in the body only.
Context = Mapping[str, "str | Sequence[str]"]
Facts = Mapping[str, Any]


class Placeholder(NamedTuple):
    meaning: Words
    sample: Words  # for the preview


@dataclass(frozen=True)
class MailKind:
    """One kind of e-mail, and its original text with `{{ placeholders }}`.

    `compose` writes it again at the moment of sending, from the facts that were kept with it: what its placeholders
    stand for now, or None when it is no longer true and must not go out.
    """

    code: str
    label: Words  # what it is about
    subject: Words
    body: Words
    placeholders: Mapping[str, Placeholder]
    compose: Callable[[Facts], Context | None] | None = None
    may_opt_out: bool = True
    obeys_quiet_hours: bool = True
    to_guardian: bool = False
    in_bell: bool = True  # False: its subject is for no one who looks over a shoulder
    roles: frozenset[str] = field(default=frozenset())  # who gets it; empty: everyone
    wish: Words = ""  # the same as the sentence with which someone chooses it on their own page

    def concerns(self, role: str) -> bool:
        """Whether someone with this role decides on their own page whether they want it."""
        return not self.to_guardian and (not self.roles or role in self.roles)


KINDS = Registry[MailKind]("Kinds of e-mail")  # by code


def register(kinds: Iterable[MailKind], *, order: int = 0) -> None:
    for kind in kinds:
        KINDS.register(kind.code, kind, order=order)


def all_kinds() -> dict[str, MailKind]:
    return dict(KINDS.items())


def find(code: str) -> MailKind | None:
    """None for a kind that an older version of the product had."""
    return KINDS.get(code)
