"""Counting: so many present, late, left early, absent, excused, unverified, and what share of them attended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from attendance.models import STATUS_CHOICES, AttendanceRecord, Course
from attendance.rules.statuses import Status, counted, percentage_of
from config.ops.cache import storable
from config.tables import Cell, Column, Fact, Kind

COUNTED = (Status.PRESENT, Status.LATE, Status.LEFT_EARLY, Status.ABSENT)
BESIDE = (Status.EXCUSED, Status.UNVERIFIED)  # known, but no part of a percentage
WORDS = dict(STATUS_CHOICES)

COLUMNS = (
    Column("counted", _("Counted"), Kind.NUMBER, 8),
    *(Column(status.value, WORDS[status], Kind.NUMBER, 8) for status in COUNTED + BESIDE),
    Column("percentage", _("Attendance"), Kind.PERCENT, 9),
)
TIME = Column("time", _("Time (h:mm)"), Kind.DURATION, 9)

# From the first to the last sighting in a class; nothing for those who were not seen. At an entrance a night shift
# begins in one session and ends in the next: attendance.roll.time_on_premises knows its hours.
IN_CLASS = Q(session__course__kind=Course.Kind.CLASS)
TIME_SEEN = ExpressionWrapper(F("last_seen") - F("first_seen"), output_field=DurationField())


@storable
@dataclass(slots=True)
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    time: timedelta = timedelta()

    def add(self, status: str, number: int = 1, time: timedelta | None = None) -> None:
        self.counts[status] += number
        self.time += time or timedelta()

    def include(self, other: Tally) -> None:
        self.counts.update(other.counts)
        self.time += other.time

    @property
    def lines(self) -> int:
        return sum(self.counts.values())

    @property
    def counted(self) -> int:
        return counted(self.counts)

    @property
    def percentage(self) -> float | None:
        return percentage_of(self.counts)

    def cells(self) -> tuple[Cell, ...]:
        """In the order of COLUMNS."""
        return (self.counted, *(self.counts[status] for status in COUNTED + BESIDE), self.percentage)

    def facts(self) -> Sequence[Fact]:
        """The percentage first, then what it is made of."""
        pairs = list(zip(COLUMNS, self.cells(), strict=True))
        return [pairs[-1], *pairs[:-1]]


def tally_of(records: QuerySet[AttendanceRecord]) -> Tally:
    tally = Tally()
    for status, number in records.values_list("status").annotate(Count("pk")):
        tally.add(status, number)
    return tally


def tallies_by(records: QuerySet[AttendanceRecord], key: str, *, timed: bool = False) -> dict[int, Tally]:
    """One for each person or session, in one query. `timed`: with the time in classes."""
    what = {"number": Count("pk")} | ({"time": Sum(TIME_SEEN, filter=IN_CLASS)} if timed else {})
    tallies: dict[int, Tally] = {}
    for which, status, *rest in records.values_list(key, "status").annotate(**what):
        tallies.setdefault(which, Tally()).add(status, *rest)
    return tallies
