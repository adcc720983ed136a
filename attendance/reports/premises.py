"""`premises`: for each person and day when they came, when they went, and how long they were there.

Somebody who used two entrances has one line a day; time that two of them saw counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendance.reports.people import Names, named
from attendance.reports.scope import Reader, records
from attendance.reports.tally import COUNTED, TIME, WORDS
from attendance.reports.wanted import Wanted
from attendance.rules import NEVER, Span, Status, merged
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
CHUNK = 100  # people asked for at once
# Of several sessions on one day, the status that says most.
STRONGEST = (*COUNTED[:3], Status.EXCUSED, Status.UNVERIFIED, Status.ABSENT)
FIELDS = ("person_id", "session__starts_at", "session__course__code", "status", "first_seen", "last_seen")


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
    """People, days on which somebody was there, time: from the lines themselves, for two entrances overlap."""
    people, days, time = 0, 0, NEVER
    for row in rows:
        if isinstance(row, Subtotal):
            people += 1
        elif isinstance(row[-1], timedelta):
            days, time = days + 1, time + row[-1]
    return people, days, time


def _rows(wanted: Wanted, by: Reader) -> Iterator[Row]:
    """By person, then by day, and a sum after each person."""
    found = records(wanted, by)
    people = named(list(found.values_list("person_id", flat=True).distinct()))
    for begin in range(0, len(people), CHUNK):
        chunk = people[begin : begin + CHUNK]
        theirs = found.filter(person__in=[person for person, _names in chunk])
        seen = theirs.order_by("person_id", "session__starts_at", "session_id").values_list(*FIELDS)
        by_person = {person: list(lines) for person, lines in groupby(seen, key=itemgetter(0))}
        for person, names in chunk:
            yield from _of_person(names, by_person.get(person, []), wanted.status)


def _of_person(names: Names, lines: list[tuple], status: str) -> Iterator[Row]:
    rows = [_day(day, names, list(those)) for day, those in groupby(lines, key=lambda line: _local_day(line[1]))]
    rows = [row for row in rows if not status or row[5] == status]
    if rows:
        yield from rows
        _one, days, time = _sums(rows)
        yield Subtotal(_sum_row(_("Sum"), names, days, time))


def _local_day(at: datetime) -> Cell:
    return timezone.localtime(at).date()


def _day(day: Cell, names: Names, lines: list[tuple]) -> Row:
    spans = merged(Span(first, last) for *_rest, first, last in lines if first)
    where = ", ".join(dict.fromkeys(line[2] for line in lines))
    status = min((line[3] for line in lines), key=STRONGEST.index)
    if not spans:
        return (day, *names, where, status, None, None, None)
    time = sum((span.ended - span.began for span in spans), NEVER)
    return (day, *names, where, status, spans[0].began, spans[-1].ended, time)


def _sum_row(word: str, names: tuple[Cell, Cell, Cell], days: int, time: timedelta) -> Row:
    return (word, *names, None, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}, None, None, time)
