"""The one door to reports: pages, files, the command and the API all ask here, so they all give the same numbers."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from attendance.reports import half_days, people, premises, records, sessions
from attendance.reports.queries import ReportKind, Wanted
from attendance.reports.scope import Reader
from attendance.rules.visibility import keeps_rolls
from config.errors import Refused
from config.tables import Table

MAKERS: dict[str, Callable[[Wanted, Reader], Table]] = {
    ReportKind.RECORDS: records.table,
    ReportKind.PEOPLE: people.table,
    ReportKind.SESSIONS: sessions.table,
    ReportKind.PREMISES: premises.table,
    ReportKind.HALF_DAYS: half_days.table,
}


def kinds_for(by: Reader) -> list[ReportKind]:
    """A person who keeps no rolls has their own records only, of which no session can be summed up.

    Half days are there where the site has said when they are.
    """
    without = set() if any(half_days.defined()) else {ReportKind.HALF_DAYS}
    if by is not None and not keeps_rolls(by):
        without.add(ReportKind.SESSIONS)
    return [kind for kind in ReportKind if kind not in without]


def report(wanted: Wanted, *, by: Reader) -> Table:
    """Refused `not_allowed`, `bad_period`. The rows are read when the table is written, not before."""
    if wanted.kind not in kinds_for(by):
        raise Refused("not_allowed", _("Only people who keep rolls can get this report."), status=403)
    if wanted.until < wanted.since:
        raise Refused("bad_period", _("The period ends before it begins."))
    return MAKERS[wanted.kind](wanted, by)
