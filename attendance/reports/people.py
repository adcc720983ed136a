"""`people`: one line for each person, by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from attendance.models import Course
from attendance.reports.counts import COLUMNS as TALLY
from attendance.reports.counts import TIME, Tally, tallies_by
from attendance.reports.queries import Wanted
from attendance.reports.scope import Reader, records
from attendance.roll.time_on_premises import around, of_people
from config.tables import Column, Row, Table

COLUMNS = (
    Column("id_number", gettext_lazy("Id number"), width=11),
    Column("name", gettext_lazy("Name"), width=24),
    Column("department", gettext_lazy("Department"), width=16),
    *TALLY,
    TIME,
)
Names = tuple[str, str, str]  # id number, name, department
CHUNK = 500  # people asked for at once


def table(wanted: Wanted, by: Reader) -> Table:
    summary = _Summary(wanted, by)
    return Table(
        name=wanted.name,
        title=wanted.title,
        columns=COLUMNS,
        rows=summary.rows(),
        subtitles=wanted.subtitles(),
        totals=summary.totals,
        size=lambda: len(summary.tallies),
        facts=lambda: summary.total.facts(),
    )


class _Summary:
    """A few numbers for each person: they fit into memory, however many records they were counted from."""

    def __init__(self, wanted: Wanted, by: Reader) -> None:
        self.wanted, self.by = wanted, by

    @cached_property
    def tallies(self) -> dict[int, Tally]:
        found = tallies_by(records(self.wanted, self.by), "person_id", timed=True)
        for person, time in self._hours_at_entrances():
            found[person].time += time
        status = self.wanted.status
        return {person: tally for person, tally in found.items() if not status or tally.counts[status]}

    def _hours_at_entrances(self) -> Iterator[tuple[int, timedelta]]:
        since, until = self.wanted.since, self.wanted.until
        seen = records(self.wanted, self.by).filter(session__course__kind=Course.Kind.PREMISES)
        people = list(seen.values_list("person_id", flat=True).distinct())
        nearby = records(self.wanted.of_period(*around(since, until)), self.by)
        for person, _lines, days in of_people(nearby, people):
            yield person, sum((day.length for day in days if since <= day.day <= until), timedelta())

    @cached_property
    def total(self) -> Tally:
        total = Tally()
        for tally in self.tallies.values():
            total.include(tally)
        return total

    def totals(self) -> Row:
        number = len(self.tallies)
        people = ngettext("%(n)s person", "%(n)s people", number) % {"n": number}
        return (_("Total"), people, None, *self.total.cells(), self.total.time)

    def rows(self) -> Iterator[Row]:
        for person, names in named(list(self.tallies)):
            tally = self.tallies[person]
            yield (*names, *tally.cells(), tally.time)


def named(people: list[int]) -> list[tuple[int, Names]]:
    """Who these are, sorted by name as everywhere."""
    fields = ("pk", "last_name", "first_name", "id_number", "department__name")
    found: list[tuple[int, str, str, str, str | None]] = []
    for begin in range(0, len(people), CHUNK):
        found += User.objects.filter(pk__in=people[begin : begin + CHUNK]).order_by().values_list(*fields)
    found.sort(key=lambda person: (person[1].casefold(), person[2].casefold(), person[3]))
    return [
        (pk, (id_number, f"{first} {last}".strip(), department or ""))
        for pk, last, first, id_number, department in found
    ]
