"""What was, or would be, done with each line, in plain words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LineOutcome(TextChoices):
    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    ENDED = "ended", _("ended")
    SAME = "same", _("unchanged")
    REFUSED = "refused", _("refused")


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """`line` 0: no line of the file, but a person who is missing in it. `code` is stable, `message` for people."""

    file: str
    line: int
    course: str
    person: str
    outcome: LineOutcome
    code: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        names = ("file", "line", "course", "person", "code", "message")
        return {name: getattr(self, name) for name in names} | {"outcome": self.outcome.value}


@dataclass
class ImportReport:
    kind: str
    verdicts: list[LineVerdict] = field(default_factory=list)
    unused: tuple[str, ...] = ()
    applied: bool = False
    notes: tuple[str, ...] = ()  # what a person should know of how the file was read

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(verdict.outcome.value for verdict in self.verdicts)
        return {outcome.value: found[outcome.value] for outcome in LineOutcome}

    @property
    def changes(self) -> int:
        """How many lines do something."""
        return sum(verdict.outcome not in (LineOutcome.SAME, LineOutcome.REFUSED) for verdict in self.verdicts)

    def worst_first(self) -> list[LineVerdict]:
        """What a person should look at comes first; within that, the order of the file."""
        order = [LineOutcome.REFUSED, LineOutcome.ENDED, LineOutcome.CHANGED, LineOutcome.NEW, LineOutcome.SAME]
        return sorted(self.verdicts, key=lambda verdict: order.index(verdict.outcome))

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "applied": self.applied,
            "counts": self.counts,
            "unused_columns": list(self.unused),
            "notes": list(self.notes),
            "lines": [verdict.as_dict() for verdict in self.verdicts],
        }
