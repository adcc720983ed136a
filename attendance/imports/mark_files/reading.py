"""A table of sessions or of marks, by the names of its columns; and the tables that people can begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from attendance.imports.mark_files.cells import BadCell, clock, day
from attendance.imports.rosters.roster_table import problem_of
from attendance.models import ClassSession, Course
from attendance.rules.times import moment
from attendance.rules.visibility import courses_for, sessions_for
from attendance.sessions import timetable
from config.errors import Refused
from config.tables import Column, Table
from config.tables.incoming import IncomingRow, IncomingTable, read_table
from config.tables.incoming.columns import PERSON, columns_of, unused_titles
from config.tables.incoming.identifiers import normal

MOST_LINES = 3_000


class FileKind(StrEnum):
    SESSIONS = "sessions"
    MARKS = "marks"


COMMON = {
    "course": ("course code", "class", "class code", "code", "subject"),
    "date": ("day", "session date"),
    "start": ("starts", "begin", "start time", "starts at"),
}
SESSIONS = COMMON | {
    "end": ("ends", "end time", "ends at"),
    "group": ("section", "lab", "lab group"),
    "station": ("room", "place", "classroom"),
}
MARKS = COMMON | {
    "session": ("session id", "session number"),
    "status": ("mark", "attendance", "attendance status"),
    "time": ("arrival", "arrived", "arrived at"),
    "remark": ("note", "comment", "reason"),
    "name": ("full name", "student", "student name"),
    **PERSON,
}
WANTED = {
    FileKind.SESSIONS: ("course", "group", "date", "start", "end", "station"),
    FileKind.MARKS: ("course", "date", "start", "id_number", "email", "status", "time", "remark"),
}
EXAMPLES = {
    FileKind.SESSIONS: ("cs101", "A", "2026-09-30", "09:00", "10:30", ""),
    FileKind.MARKS: ("cs101", "2026-09-30", "09:00", "s-1001", "", "P", "09:05", ""),
}


@dataclass(frozen=True)
class Sheet:
    """`course`: of every line that names none."""

    kind: FileKind
    table: IncomingTable
    columns: dict[str, str]
    by: User
    course: str = ""
    courses: dict[str, Course] = field(init=False)
    _days: dict[int, dict[date, list[ClassSession]]] = field(init=False, default_factory=dict)
    _numbers: dict[str, ClassSession | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        mine = {course.code.casefold(): course for course in courses_for(self.by)}
        object.__setattr__(self, "courses", mine)

    def rows(self) -> list[IncomingRow]:
        return [self._named(row) for row in self.table.rows]

    def _named(self, row: IncomingRow) -> IncomingRow:
        return IncomingRow(row.line, {ours: row[theirs] for ours, theirs in self.columns.items()}, row.problem)

    @property
    def unused(self) -> tuple[str, ...]:
        return unused_titles(self.table, self.columns)

    def code(self, row: IncomingRow) -> str:
        return normal(row["course"]) or self.course

    def course_of(self, row: IncomingRow) -> Course:
        """Raises BadCell `no_course`, `unknown_course`, and the problem of the whole line."""
        if problem := problem_of(row):
            raise BadCell(problem)
        code = self.code(row)
        if not code:
            raise BadCell(("no_course", _("The course is missing.")))
        if code.casefold() not in self.courses:
            words = _("There is no course with the code %(code)s, or it is not one of yours.") % {"code": code}
            raise BadCell(("unknown_course", words))
        return self.courses[code.casefold()]

    def session_of(self, row: IncomingRow) -> ClassSession:
        """Raises BadCell `no_session`, `several_sessions`, `other_session` and as above."""
        if problem := problem_of(row):
            raise BadCell(problem)
        if row["session"]:
            return self._numbered(row)
        course, on = self.course_of(row), day(row["date"])
        found = self._on(course).get(on, [])
        if row["start"]:
            starts = moment(on, clock(row["start"]), timetable.site_zone())
            found = [one for one in found if one.starts_at == starts]
        if not found:
            words = _("The course has no session then. Import the session first, or correct the date and the start.")
            raise BadCell(("no_session", words))
        if len(found) > 1:
            times = ", ".join(f"{one.starts_at.astimezone(timetable.site_zone()):%H:%M}" for one in found)
            words = _("The course has several sessions on this day: %(times)s. Add the start.") % {"times": times}
            raise BadCell(("several_sessions", words))
        return found[0]

    def _on(self, course: Course) -> dict[date, list[ClassSession]]:
        """Asked once for a course. Only for reading: sessions that a table adds are not in it."""
        if course.pk not in self._days:
            days: dict[date, list[ClassSession]] = {}
            for one in course.sessions.select_related("course").order_by("starts_at"):
                days.setdefault(_day_of(one), []).append(one)
            self._days[course.pk] = days
        return self._days[course.pk]

    def _by_number(self, number: str) -> ClassSession | None:
        if number not in self._numbers:
            there = sessions_for(self.by).select_related("course")
            is_number = number.isdecimal() and len(number) < 19
            self._numbers[number] = there.filter(pk=number).first() if is_number else None
        return self._numbers[number]

    def _numbered(self, row: IncomingRow) -> ClassSession:
        """What else the line says of the session must be true of it."""
        number = row["session"]
        session = self._by_number(number)
        if session is None:
            words = _("There is no session with the number %(number)s, or it is not one of yours.")
            raise BadCell(("no_session", words % {"number": number[:20]}))
        is_other = row["course"] and self.code(row).casefold() != session.course.code.casefold()
        if is_other or (row["date"] and day(row["date"]) != _day_of(session)):
            words = _("The session %(number)s is %(session)s, which is not what the line says. Correct one of them.")
            raise BadCell(("other_session", words % {"number": number, "session": session}))
        return session


def _day_of(session: ClassSession) -> date:
    return session.starts_at.astimezone(timetable.site_zone()).date()


def read(name: str, data: bytes, *, by: User, course: str = "") -> Sheet:
    """A column `status` makes it a table of marks. Refused for a file that is wrong as a whole, and `no_column`."""
    table = read_table(name, data, most=MOST_LINES)
    marks = columns_of(table, MARKS)
    kind = FileKind.MARKS if "status" in marks else FileKind.SESSIONS
    found = marks if kind == FileKind.MARKS else columns_of(table, SESSIONS)
    if missing := _missing(kind, found, course):
        words = _("The first line must name the columns. These are missing: %(names)s.")
        raise Refused("no_column", words % {"names": ", ".join(missing)})
    return Sheet(kind, table, found, by, course)


def _missing(kind: FileKind, found: dict[str, str], course: str) -> list[str]:
    if kind == FileKind.MARKS:
        where = ["course", "date"] if "session" not in found else []
        who = [] if {"id_number", "email", "name"} & set(found) else ["id_number"]
        needed = [*where, *who]
    else:
        needed = ["course", "date", "start", "end"]
    return [name for name in needed if name not in found and not (name == "course" and course)]


# --- tables to begin with ------------------------------------------------------------------------

TITLES = {
    FileKind.SESSIONS: gettext_lazy("Sessions to import"),
    FileKind.MARKS: gettext_lazy("Marks to import"),
}


def template(kind: FileKind) -> Table:
    """The columns and one line as an example."""
    columns = tuple(Column(name, name) for name in WANTED[kind])
    return Table(f"{kind.value}-template", TITLES[kind], columns, [EXAMPLES[kind]])
