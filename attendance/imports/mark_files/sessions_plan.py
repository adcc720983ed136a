"""Sessions of a table: planned where they lie ahead, opened and closed where they are over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.imports.mark_files.cells import BadCell, clock, day
from attendance.imports.mark_files.reading import Sheet
from attendance.imports.report import LineOutcome, LineVerdict
from attendance.imports.rosters.roster_table import LONGEST_GROUP, long_group
from attendance.imports.timetable_files.courses import stations_of
from attendance.imports.timetable_files.targets import shown
from attendance.models import ClassSession, Course
from attendance.roll import state
from attendance.rules.times import DAY, moment
from attendance.sessions import sessions, timetable
from config.errors import Refused
from config.tables.incoming import IncomingRow

LONGEST_AGO = timedelta(days=2 * 366)
State = ClassSession.State


@dataclass(frozen=True)
class _Wanted:
    course: Course
    starts: datetime
    ends: datetime
    group: str
    station: Any


def verdicts(sheet: Sheet) -> Iterator[LineVerdict]:
    """Does what each line asks, in the transaction of the caller, who undoes it after a dry run."""
    seen: dict[tuple[int, datetime], int] = {}
    for row in sheet.rows():
        try:
            with transaction.atomic():
                wanted = _wanted(sheet, row)
                first = seen.setdefault((wanted.course.pk, wanted.starts), row.line)
                if first != row.line:
                    words = _("The same session is already in line %(line)d.") % {"line": first}
                    raise BadCell(("twice", words))
                outcome, code, words = _done(sheet, wanted)
        except BadCell as bad:
            outcome, (code, words) = LineOutcome.REFUSED, bad.problem
        except Refused as refusal:
            outcome, code, words = LineOutcome.REFUSED, refusal.code, refusal.message
        yield LineVerdict(sheet.table.name, row.line, sheet.code(row), _title(row), outcome, code, words)


def _title(row: IncomingRow) -> str:
    return " ".join(filter(None, (row["date"], row["start"])))[:60]


def _wanted(sheet: Sheet, row: IncomingRow) -> _Wanted:
    course, on = sheet.course_of(row), day(row["date"])
    first, last = clock(row["start"]), clock(row["end"], "no_end")
    zone = timetable.site_zone()
    starts, ends = moment(on, first, zone), moment(on if last > first else on + DAY, last, zone)
    if starts < timezone.now() - LONGEST_AGO:
        raise BadCell(("too_old", _("The session is more than two years ago. Check the date.")))
    if len(row["group"]) > LONGEST_GROUP:
        raise BadCell(long_group())
    return _Wanted(course, starts, ends, row["group"], _station(sheet, course, row["station"]))


def _station(sheet: Sheet, course: Course, name: str) -> Any:
    """Teachers choose among the stations of the course: which cameras look is an administrator's decision."""
    if not name:
        return None
    station = stations_of([name], {})[name]
    if station is None:
        words = _("No single attendance station is called %(name)s. Write its short name.") % {"name": name[:60]}
        raise BadCell(("unknown_station", words))
    if not sheet.by.is_administrator and not course.stations.filter(pk=station.pk).exists():
        words = _("%(name)s is not a station of this course. Only administrators can choose another one.")
        raise BadCell(("not_allowed", words % {"name": name[:60]}))
    return station


def _done(sheet: Sheet, wanted: _Wanted) -> tuple[LineOutcome, str, str]:
    there = wanted.course.sessions.filter(starts_at=wanted.starts).first()
    return _changed(there, wanted) if there else _made(sheet, wanted)


def _changed(there: ClassSession, wanted: _Wanted) -> tuple[LineOutcome, str, str]:
    """What the file has no column or value for stays as it is."""
    group = wanted.group or there.group
    stations = {wanted.station.pk} if wanted.station else None
    same_room = stations is None or stations == set(there.stations.values_list("pk", flat=True))
    if (there.ends_at, there.group) == (wanted.ends, group) and same_room:
        return LineOutcome.SAME, "there", _("The session exists already.")
    if there.state != State.PLANNED or there.starts_at <= timezone.now():
        words = _("There is such a session, but it has begun, ended or was cancelled, so it stays as it is.")
        raise BadCell(("begun", words))
    timetable.refuse_session(wanted.course, wanted.starts, wanted.ends, but=there.pk)
    before = shown(there)
    there.ends_at, there.group, there.by_hand = wanted.ends, group, True
    there.save(update_fields=["ends_at", "group", "by_hand"])
    if stations:
        there.stations.set(stations)
    state.tell_session(there)
    words = _("Changed: %(before)s → %(after)s") % {"before": before, "after": shown(there)}
    return LineOutcome.CHANGED, "changed", words


def _made(sheet: Sheet, wanted: _Wanted) -> tuple[LineOutcome, str, str]:
    is_over = wanted.ends <= timezone.now()
    add = timetable.add_past_session if is_over else timetable.add_session
    made = add(wanted.course, wanted.starts, wanted.ends, group=wanted.group)
    if wanted.station:
        made.stations.set([wanted.station])
    if not is_over:
        return LineOutcome.NEW, "new", _("The session is planned: %(when)s.") % {"when": shown(made)}
    sessions.open_session(made, by=sheet.by, at=made.starts_at)
    sessions.close_session(made, by=sheet.by, at=made.ends_at)
    words = _("The session is over, so it is added with its roll, and without statuses: %(when)s.")
    return LineOutcome.NEW, "past", words % {"when": shown(made)}
