"""`sessions`: one line for each session, oldest first, with its counts and how much of it the cameras saw."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendance.models import AttendanceRecord, ClassSession
from attendance.reports.counts import COLUMNS as TALLY
from attendance.reports.counts import Tally, tallies_by, tally_of
from attendance.reports.queries import Wanted
from attendance.reports.scope import Reader, pages, records, sessions
from attendance.roll import coverage
from config.tables import Column, Kind, Row, Table

COLUMNS = (
    Column("starts_at", gettext_lazy("Session"), Kind.MOMENT, 17),
    Column("ends_at", gettext_lazy("Ended"), Kind.MOMENT, 17, files_only=True),
    Column("course", gettext_lazy("Course"), width=9),
    Column("title", gettext_lazy("Title"), width=22),
    *TALLY,
    Column("coverage", gettext_lazy("Camera coverage"), Kind.PERCENT, 9),
    Column("strangers", gettext_lazy("Not recognised"), Kind.NUMBER, 10, files_only=True),
    Column("note", gettext_lazy("Note"), width=30, files_only=True),
)


def table(wanted: Wanted, by: Reader) -> Table:
    """The counts are those of the people who were chosen, the coverage is the whole session's."""
    listed = sessions(wanted, by)
    counted = records(wanted, by)
    if wanted.narrows_people:
        counted = counted.filter(session__in=listed.order_by().values("pk"))
    tally, number = cache(lambda: tally_of(counted)), cache(listed.count)

    def totals() -> Row:
        held = ngettext("%(n)s session", "%(n)s sessions", number()) % {"n": number()}
        return (_("Total"), None, None, held, *tally().cells(), None, None, None)

    return Table(
        name=wanted.name,
        title=wanted.title,
        columns=COLUMNS,
        rows=_rows(listed, counted),
        subtitles=wanted.subtitles(),
        totals=totals,
        size=number,
        facts=lambda: tally().facts(),
    )


def _rows(listed: QuerySet[ClassSession], counted: QuerySet[AttendanceRecord]) -> Iterator[Row]:
    now = timezone.now()
    for page in pages(listed.prefetch_related("coverage")):
        tallies = tallies_by(counted.filter(session__in=page), "session_id")
        for session in page:
            share = coverage.share(session, now)
            yield (
                session.starts_at,
                session.effective_end,
                session.course.code,
                session.course.title,
                *tallies.get(session.pk, Tally()).cells(),
                None if share is None else 100 * share,
                session.strangers,
                session.note,
            )
