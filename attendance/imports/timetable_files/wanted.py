"""What a timetable file asks for: a lesson each week, or one meeting. Plain values, before any question."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from attendance.rules.times import Weekly

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session, in UTC."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class WantedSlot:
    """`source`: what the file calls all meetings of one lesson; `slot`: which of them.

    `names`: what may name the course, the most exact first; those of one tier have to agree.
    `aliases`: what names it only where someone has typed that it does.
    """

    line: int
    shown: str
    source: str = ""
    slot: str = ""
    names: tuple[tuple[str, ...], ...] = ()
    aliases: tuple[str, ...] = ()
    when: Weekly | Meeting | None = None
    rooms: tuple[str, ...] = ()
    teachers: tuple[str, ...] = ()
    cancelled: bool = False
    problem: Problem | None = None

    @property
    def source_digest(self) -> str:
        return digest(self.source)

    @property
    def key(self) -> str:
        return digest(self.source, self.slot)

    def said(self, group: str) -> str:
        """The same text as long as the file says the same."""
        if isinstance(self.when, Meeting):
            return f"{self.when.starts:%Y-%m-%dT%H:%MZ} {self.when.ends:%Y-%m-%dT%H:%MZ} {group}".strip()
        if self.when is None:
            return ""
        line = self.when
        return f"{line.weekday} {line.starts:%H:%M} {line.ends:%H:%M} {line.first_day} {line.last_day} {group}".strip()


@dataclass(frozen=True)
class TimetableFile:
    """`kind`: as `ImportedSlot.Kind` has it."""

    kind: str
    name: str
    slots: tuple[WantedSlot, ...]
    notes: tuple[str, ...] = ()


def digest(*parts: str) -> str:
    """Of one length, however long an UID is."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
