"""What the page of one session shows: its rows and its sums, in few queries however many people there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from attendance.models import STATUS_CHOICES, Appeal, AttendanceRecord, ClassSession, Doubt, RollEntry
from attendance.roll import coverage, own_statuses, roster
from attendance.roll.own_statuses import StatusSet
from attendance.rules.labels import NOTES
from attendance.rules.statuses import SeeingSpan


@dataclass(frozen=True, slots=True)
class RollPageRow:
    """One person's line on the page."""

    record: AttendanceRecord
    group: str = ""
    correction: RollEntry | None = None  # the last one
    label: str = ""  # of the status, in the institution's own words
    doubted: bool = False
    appeal: int | None = None  # the one that waits for an answer

    @property
    def person(self) -> User:
        return self.record.person

    @property
    def note(self) -> str:
        return str(NOTES.get(self.record.note, ""))

    def fits(self, show: str, words: str) -> bool:
        """Whether the filter of the page leaves this row in."""
        text = f"{self.person.get_full_name()} {self.person.id_number} {self.group}".casefold()
        return show in ("", self.record.status) and all(word in text for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class Summary:
    counts: list[tuple[str, int]]  # statuses that occur, in their usual order
    total: int
    coverage: float | None  # %
    gaps: list[SeeingSpan]  # longer than the course allows
    doubts: int


def rows_of(
    session: ClassSession,
    people: Iterable[int] | None = None,
    groups: Mapping[int, str] | None = None,
    statuses: StatusSet | None = None,
) -> list[RollPageRow]:
    """By name. `people`: only these. `groups` and `statuses`: as of `groups_of` and `set_of`, when they are known."""
    records = session.records.select_related("person", "own_status").annotate(
        doubted=Exists(_DOUBTS), appeal=Subquery(_APPEALS)
    )
    if people is not None:
        records = records.filter(person__in=people)
    statuses = statuses or own_statuses.set_of(session.course)
    groups, corrections = groups if groups is not None else groups_of(session), _corrections(session)
    return [
        RollPageRow(
            record,
            groups.get(record.person_id, ""),
            corrections.get(record.person_id),
            own_statuses.label_of(record, statuses),
            record.doubted,
            record.appeal,
        )
        for record in records.order_by("person__last_name", "person__first_name", "person_id")
    ]


_DOUBTS = Doubt.objects.filter(session=OuterRef("session"), person=OuterRef("person"), resolved_at=None)
_APPEALS = Appeal.objects.filter(record=OuterRef("pk"), answered_at=None).values("pk")[:1]


def groups_of(session: ClassSession) -> dict[int, str]:
    """Everyone whom the course's roster expects on that day, with their group in it."""
    return dict(roster.enrolled_in(session).values_list("person_id", "group"))


def _corrections(session: ClassSession) -> dict[int | None, RollEntry]:
    lines = session.entries.filter(kind=RollEntry.Kind.CORRECTED).select_related("by").order_by("pk")
    return {line.person_id: line for line in lines}


def summary_of(session: ClassSession, rows: Iterable[RollPageRow], now: datetime | None = None) -> Summary:
    """`rows`: all of the session's, not only those that the filter shows."""
    now, rows = now or timezone.now(), list(rows)
    found = Counter(row.record.status for row in rows)
    begun = session.opened_at is not None
    share = coverage.share(session, now) if begun else None
    return Summary(
        counts=[(code, found[code]) for code, _label in STATUS_CHOICES if found[code]],
        total=len(rows),
        coverage=None if share is None else 100 * share,
        gaps=coverage.long_gaps(session, now) if begun else [],
        doubts=sum(row.doubted for row in rows),
    )


def without_row(rows: Iterable[RollPageRow], groups: Mapping[int, str]) -> list[User]:
    """Expected people who have no row: before the session opens all of them, afterwards those who joined later."""
    missing = set(groups) - {row.record.person_id for row in rows}
    return list(User.objects.filter(pk__in=missing)) if missing else []
