"""`half_days`: for each person and day whether they were there in the morning and in the afternoon.

What a half day is made of is `attendance.rules.half_days`; when they begin and end is the site's (settings).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import cache

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendance.models import AttendanceRecord, Course
from attendance.models.sessions import ended_at
from attendance.reports.counts import WORDS as STATUS_WORDS
from attendance.reports.people import Names, named
from attendance.reports.premises import PEOPLE_COUNT
from attendance.reports.queries import Wanted
from attendance.reports.scope import Reader, records
from attendance.roll.time_on_premises import PEOPLE_AT_ONCE, around, of_people
from attendance.rules.half_days import HalfDay, KnownRecord, half_of
from attendance.rules.hours import Day
from attendance.rules.statuses import SeeingSpan, Status
from attendance.rules.times import DAY, meeting
from attendance.sessions.timetable import site_zone
from config.tables import Column, Kind, Row, Subtotal, Table, Words

WORDS: dict[str, Words] = {**STATUS_WORDS, HalfDay.PARTLY: gettext_lazy("Partly")}
COUNTS = tuple(Column(half.value, WORDS[half], Kind.NUMBER, 8) for half in HalfDay)
COLUMNS = (
    Column("day", gettext_lazy("Day"), Kind.DATE, 12),
    Column("id_number", gettext_lazy("Id number"), width=11),
    Column("name", gettext_lazy("Name"), width=22),
    Column("department", gettext_lazy("Department"), width=16, files_only=True),
    Column("morning", gettext_lazy("Morning"), width=11, words=WORDS),
    Column("afternoon", gettext_lazy("Afternoon"), width=11, words=WORDS),
    *COUNTS,
)
FIELDS = (
    "person_id",
    "session__starts_at",
    "session__ends_at",
    "session__closed_at",
    "session__course__kind",
    "status",
    "first_seen",
)
Spans = tuple[tuple[time, time] | None, ...]


def defined() -> Spans:
    """Morning and afternoon of the site, by its clock; None for one that it does not count."""
    return settings.ATTENDANCE_MORNING, settings.ATTENDANCE_AFTERNOON


def table(wanted: Wanted, by: Reader) -> Table:
    sums = cache(lambda: _sums(_rows(wanted, by)))

    def totals() -> Row:
        people, _days, counts = sums()
        words = ngettext("%(n)s person", "%(n)s people", people) % {"n": people}
        return (_("Total"), None, words, None, None, None, *counts)

    return Table(
        name=wanted.name,
        title=wanted.title,
        columns=COLUMNS,
        rows=_rows(wanted, by),
        subtitles=(*wanted.subtitles(), _defined_words()),
        totals=totals,
        facts=lambda: list(zip((PEOPLE_COUNT, *COUNTS), (sums()[0], *sums()[2]), strict=True)),
    )


def _defined_words() -> str:
    """When the half days of the site are."""
    words = {"morning": _("Morning %(hours)s"), "afternoon": _("Afternoon %(hours)s")}
    shown = zip(words.values(), defined(), strict=True)
    return " · ".join(said % {"hours": f"{span[0]:%H:%M}–{span[1]:%H:%M}"} for said, span in shown if span)


def _sums(rows: Iterable[Row]) -> tuple[int, int, Sequence[int]]:
    """People, days, and so many half days of each kind."""
    people, days, counts = 0, 0, [0] * len(COUNTS)
    for row in rows:
        if isinstance(row, Subtotal):
            people += 1
        else:
            days += 1
            counts = [done + int(more) for done, more in zip(counts, row[-len(COUNTS) :], strict=True)]  # type: ignore[arg-type]
    return people, days, counts


def _rows(wanted: Wanted, by: Reader) -> Iterator[Row]:
    """By person, then by day, and a sum after each person."""
    nearby = records(wanted.of_period(*around(wanted.since, wanted.until)), by)
    everyone = named(list(nearby.values_list("person_id", flat=True).distinct()))
    for begin in range(0, len(everyone), PEOPLE_AT_ONCE):
        names = dict(everyone[begin : begin + PEOPLE_AT_ONCE])
        known = _known(nearby, list(names))
        for person, _lines, days in of_people(nearby, list(names)):
            yield from _of_person(names[person], known.get(person, {}), {day.day: day for day in days}, wanted)


Known = dict[date, list[KnownRecord]]  # by each day on which it was going on


def _known(found: QuerySet[AttendanceRecord], people: list[int]) -> dict[int, Known]:
    known: dict[int, Known] = {}
    for person, starts_at, ends_at, closed_at, kind, status, first in (
        found.filter(person__in=people).order_by("session__starts_at", "session_id").values_list(*FIELDS)
    ):
        entrance = kind == Course.Kind.PREMISES
        record = KnownRecord(starts_at, ended_at(ends_at, closed_at), Status(status), entrance, first is not None)
        for day in _days_of(record):
            known.setdefault(person, {}).setdefault(day, []).append(record)
    return known


def _days_of(record: KnownRecord) -> Iterator[date]:
    day, last = timezone.localdate(record.began), timezone.localdate(record.ended)
    while day <= last:
        yield day
        day += DAY


def _of_person(names: Names, known: Known, hours: dict[date, Day], wanted: Wanted) -> Iterator[Row]:
    days = [day for day in sorted(known) if wanted.since <= day <= wanted.until]
    rows = [(day, _halves(day, known[day], hours)) for day in days]
    told = [_row(day, names, halves) for day, halves in rows if _is_told(halves, wanted.status)]
    if told:
        yield from told
        _people, number, counts = _sums(told)
        words = ngettext("%(n)s day", "%(n)s days", number) % {"n": number}
        yield Subtotal((_("Total"), *names, words, None, *counts))


def _is_told(halves: Sequence[HalfDay | None], status: str) -> bool:
    return any(half is not None and status in ("", half) for half in halves)


def _halves(day: date, known: list[KnownRecord], hours: dict[date, Day]) -> list[HalfDay | None]:
    """A stay that began on the evening before may still go on in the morning."""
    stays: list[SeeingSpan] = [span for of in (day - DAY, day) if of in hours for span in hours[of].spans]
    return [half_of(*_moments(day, span), known, stays) if span else None for span in defined()]


def _moments(day: date, span: tuple[time, time]) -> tuple[datetime, datetime]:
    return meeting(day, *span, site_zone())


def _row(day: date, names: Names, halves: Sequence[HalfDay | None]) -> Row:
    counts = Counter(halves)
    return (day, *names, *halves, *(counts[half] for half in HalfDay))
