"""`records`: one line for each person in each session, oldest session first, people by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendance.models import ClassSession, Enrollment, Liveness, RollEntry, SeenBy
from attendance.models.roll import seen_by
from attendance.reports.counts import TIME, WORDS, tally_of
from attendance.reports.queries import Wanted
from attendance.reports.scope import Reader, packs, records
from attendance.rules.labels import NOTES
from attendance.rules.statuses import Status
from config.tables import Column, Kind, Row, Table, Words

SOURCES: dict[str, Words] = {source.value: source.label for source in RollEntry.Source}
SEEN_BY: dict[str, Words] = {way.value: way.label for way in SeenBy}
LIVENESS: dict[str, Words] = {policy.value: policy.label for policy in Liveness}
COLUMNS = (
    Column("session", gettext_lazy("Session"), Kind.MOMENT, 17),
    Column("course", gettext_lazy("Course"), width=9),
    Column("title", gettext_lazy("Title"), width=24, files_only=True),
    Column("id_number", gettext_lazy("Id number"), width=10),
    Column("name", gettext_lazy("Name"), width=22),
    Column("group", gettext_lazy("Group"), width=8, files_only=True),
    Column("department", gettext_lazy("Department"), width=16, files_only=True),
    Column("status", gettext_lazy("Status"), width=10, words=WORDS),
    Column("first_seen", gettext_lazy("First seen"), Kind.CLOCK, 9),
    Column("last_seen", gettext_lazy("Last seen"), Kind.CLOCK, 9),
    Column("minutes_late", gettext_lazy("Minutes late"), Kind.NUMBER, 7),
    TIME,
    Column("sightings", gettext_lazy("Sightings"), Kind.NUMBER, 9, files_only=True),
    Column("source", gettext_lazy("Source"), words=SOURCES, files_only=True),
    Column("corrected", gettext_lazy("Corrected"), width=9, words={"yes": gettext_lazy("yes")}, files_only=True),
    Column("note", gettext_lazy("Note"), width=24, words=NOTES, files_only=True),
    Column("seen_by", gettext_lazy("Seen by"), width=8, words=SEEN_BY, files_only=True),
    Column("liveness", gettext_lazy("Liveness"), width=14, words=LIVENESS, files_only=True),
    Column("life", gettext_lazy("Liveness score (%)"), Kind.NUMBER, 8, files_only=True),
    Column("own_status", gettext_lazy("Own status"), width=8, files_only=True),
)
FIELDS = (
    "session_id",
    "person_id",
    "person__id_number",
    "person__first_name",
    "person__last_name",
    "person__department__name",
    "status",
    "first_seen",
    "last_seen",
    "sightings",
    "source",
    "corrected",
    "note",
    "liveness",
    "life",
    "own_status__short",
)
ORDER = ("session__starts_at", "session_id", "person__last_name", "person__first_name", "person_id")


def table(wanted: Wanted, by: Reader) -> Table:
    tally = cache(
        lambda: tally_of(records(wanted, by))
    )  # asked for three times, and of a million records it takes a while

    def totals() -> Row:
        lines = tally().lines
        said = {"session": _("Total"), "name": ngettext("%(n)s line", "%(n)s lines", lines) % {"n": lines}}
        return tuple(said.get(column.name) for column in COLUMNS)

    return Table(
        name=wanted.name,
        title=wanted.title,
        columns=COLUMNS,
        rows=_rows(wanted, by),
        subtitles=wanted.subtitles(),
        totals=totals,
        size=lambda: tally().lines,
        facts=lambda: tally().facts(),
    )


def _rows(wanted: Wanted, by: Reader) -> Iterator[Row]:
    found = records(wanted, by)
    for pack in packs(wanted, by):
        sessions, groups = {session.pk: session for session in pack}, _groups(pack)
        for line in found.filter(session__in=pack).order_by(*ORDER).values_list(*FIELDS):
            yield _row(line, sessions[line[0]], groups)


def _groups(pack: list[ClassSession]) -> dict[tuple[int, int], str]:
    courses = {session.course_id for session in pack}
    grouped = Enrollment.objects.filter(course__in=courses).exclude(group="")
    return {(course, person): group for course, person, group in grouped.values_list("course", "person", "group")}


def _row(line: Any, session: ClassSession, groups: dict[tuple[int, int], str]) -> Row:
    _session, person, id_number, first_name, last_name, department, status, first, last, *rest = line
    sightings, source, corrected, note, liveness, life, own = rest
    return (
        session.starts_at,
        session.course.code,
        session.course.title,
        id_number,
        f"{first_name} {last_name}".strip(),
        groups.get((session.course_id, person), ""),
        department or "",
        status,
        first,
        last,
        minutes_late(status, session.starts_at, first),
        last - first if first and last else None,
        sightings,
        source,
        "yes" if corrected else "",
        note,
        seen_by(source),
        liveness,
        None if life is None else round(100 * life),
        own or "",
    )


def minutes_late(status: str, starts_at: datetime, first: datetime | None) -> int | None:
    """Whole minutes from the start to the first sighting of a person who is late."""
    if status != Status.LATE or first is None:
        return None
    return max(0, int((first - starts_at).total_seconds() // 60))
