"""`premises`: for each person and day when they came, when they went, and how long they were there.

A person who used two entrances has one line a day; time that two of them saw counts once. A night shift is one line, on
the evening on which it began (attendance.rules.hours).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendance.reports.counts import COUNTED, TIME, WORDS
from attendance.reports.people import Names, named
from attendance.reports.queries import Wanted
from attendance.reports.scope import Reader, records
from attendance.roll.time_on_premises import StayLine, around, of_people
from attendance.rules.hours import Day
from attendance.rules.statuses import NEVER, Status
from config.tables import Cell, Column, Kind, Row, Subtotal, Table

COLUMNS = (
    Column("day", gettext_lazy("Day"), Kind.DATE, 12),
    Column("id_number", gettext_lazy("Id number"), width=11),
    Column("name", gettext_lazy("Name"), width=24),
    Column("department", gettext_lazy("Department"), width=16, files_only=True),
    Column("premises", gettext_lazy("Premises"), width=14),
    Column("status", gettext_lazy("Status"), width=10, words=WORDS),
    Column("first_in", gettext_lazy("First in"), Kind.CLOCK, 9),
    Column("last_out", gettext_lazy("Last out"), Kind.CLOCK, 9),
    TIME,
)
PEOPLE_COUNT = Column("people", gettext_lazy("People"), Kind.NUMBER)
DAYS = Column("days", gettext_lazy("Days present"), Kind.NUMBER)
# Of several sessions on one day, the status that says most.
STRONGEST = (*COUNTED[:3], Status.EXCUSED, Status.UNVERIFIED, Status.ABSENT)


def table(wanted: Wanted, by: Reader) -> Table:
    sums = cache(lambda: _sums(_rows(wanted, by)))

    def totals() -> Row:
        _people, days, time = sums()
        return _sum_row(_("Total"), (None, None, None), days, time)

    return Table(
        name=wanted.name,
        title=wanted.title,
        columns=COLUMNS,
        rows=_rows(wanted, by),
        subtitles=wanted.subtitles(),
        totals=totals,
        facts=lambda: list(zip((PEOPLE_COUNT, DAYS, TIME), sums(), strict=True)),
    )


def _sums(rows: Iterable[Row]) -> tuple[int, int, timedelta]:
    """People, days on which a person was there, time: from the lines themselves, for two entrances overlap."""
    people, days, time = 0, 0, NEVER
    for row in rows:
        if isinstance(row, Subtotal):
            people += 1
        elif isinstance(row[-1], timedelta):
            days, time = days + 1, time + row[-1]
    return people, days, time


def _rows(wanted: Wanted, by: Reader) -> Iterator[Row]:
    """By person, then by day, and a sum after each person."""
    nearby = records(wanted.of_period(*around(wanted.since, wanted.until)), by)
    people = named(list(records(wanted, by).values_list("person_id", flat=True).distinct()))
    names = dict(people)
    for person, lines, days in of_people(nearby, [person for person, _names in people]):
        yield from _of_person(names[person], lines, days, wanted)


def _of_person(names: Names, lines: list[StayLine], days: list[Day], wanted: Wanted) -> Iterator[Row]:
    hours = {day.day: day for day in days}
    by_day = [(day, list(those)) for day, those in groupby(lines, key=lambda line: line.day)]
    rows = [_day(names, those, hours.get(day)) for day, those in by_day if _is_told(day, those, hours, wanted)]
    rows = [row for row in rows if not wanted.status or row[5] == wanted.status]
    if rows:
        yield from rows
        _one, number, time = _sums(rows)
        yield Subtotal(_sum_row(_("Total"), names, number, time))


def _is_told(day: date, lines: list[StayLine], hours: dict[date, Day], wanted: Wanted) -> bool:
    """Not a day outside the period, and not one that saw nothing but the end of the evening's shift before it."""
    if not wanted.since <= day <= wanted.until:
        return False
    return day in hours or not any(line.first for line in lines)


def _day(names: Names, lines: list[StayLine], hours: Day | None) -> Row:
    where = ", ".join(dict.fromkeys(line.code for line in lines))
    status = min((line.status for line in lines), key=STRONGEST.index)
    times = (hours.first, hours.last, hours.length) if hours else (None, None, None)
    return (lines[0].day, *names, where, status, *times)


def _sum_row(word: str, names: tuple[Cell, Cell, Cell], days: int, time: timedelta) -> Row:
    return (word, *names, None, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}, None, None, time)
