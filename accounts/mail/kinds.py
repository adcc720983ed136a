"""What kinds of e-mail there are. Each app declares its own, through settings.MAIL_KINDS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

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

    `compose` writes it anew at the moment of sending, from the facts that were kept with it: what its placeholders
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
    roles: frozenset[str] = field(default=frozenset())  # who gets it; empty: everybody
    wish: Words = ""  # the same as the sentence with which somebody chooses it on their own page

    def concerns(self, role: str) -> bool:
        """Whether somebody with this role decides on their own page whether they want it."""
        return not self.to_guardian and (not self.roles or role in self.roles)


def all_kinds() -> dict[str, MailKind]:
    return {kind.code: kind for path in settings.MAIL_KINDS for kind in import_string(path)}


def find(code: str) -> MailKind | None:
    """None for a kind that an older version of the product had."""
    return all_kinds().get(code)
