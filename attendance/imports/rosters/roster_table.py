"""One table of enrolments, with forgiving headers, into wishes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from attendance.imports.rosters.rows import ImportWish, WantedCourse, WantedPerson, Wishes
from config.errors import Refused
from config.tables.incoming import IncomingRow, IncomingTable, sentence_for
from config.tables.incoming.cells import is_error
from config.tables.incoming.columns import PERSON, columns_of, unused_titles
from config.tables.incoming.days import day_of
from config.tables.incoming.identifiers import normal

LONGEST_GROUP = 40
NAMES = {
    "course": ("course code", "class", "class code", "code", "subject"),
    "group": ("section", "lab", "lab group"),
    "since": ("from", "start", "starts", "start date", "begin", "begin date", "valid from"),
    "until": ("to", "end", "ends", "end date", "valid until"),
    **PERSON,
}


def wishes_of(table: IncomingTable, kind: str, *, course: str = "") -> Wishes:
    """`course`: the code for every line, where the table has no such column. Refused `no_id_number`, `no_course`."""
    found = columns_of(table, NAMES)
    if "id_number" not in found:
        words = _("The first line must name the columns, and one of them must be id_number.")
        raise Refused("no_id_number", words)
    if "course" not in found and not course:
        raise Refused("no_course", _("The file has no course. Add a column course, or choose a course."))
    lines = [_wish(table, _named(row, found), course) for row in table.rows]
    return Wishes(kind, lines, unused=unused_titles(table, found), notes=table.notes)


def _named(row: IncomingRow, found: dict[str, str]) -> IncomingRow:
    """The same row by our own names, also of the cells that are empty."""
    return IncomingRow(row.line, {ours: row[column] for ours, column in found.items()}, row.problem)


def _wish(table: IncomingTable, row: IncomingRow, course: str) -> ImportWish:
    problem = problem_of(row) or _missing(row, course)
    if problem:
        return ImportWish(table.name, row.line, _course(row, course), _person(row), problem=problem)
    try:
        since, until = day_of(row["since"]), day_of(row["until"])
    except ValueError as error:
        return ImportWish(table.name, row.line, _course(row, course), _person(row), problem=bad_day(str(error)))
    return ImportWish(
        table.name,
        row.line,
        _course(row, course),
        _person(row),
        group=row["group"],
        since=since,
        until=until,
        given=frozenset({"group", "since", "until"} & row.cells.keys()),
        problem=backwards(since, until),
    )


def _course(row: IncomingRow, course: str) -> WantedCourse | None:
    code = normal(row["course"]) or course
    return WantedCourse(code) if code else None


def _person(row: IncomingRow) -> WantedPerson | None:
    number = normal(row["id_number"])
    if not number:
        return None
    return WantedPerson((number,), email=row["email"], first_name=row["first_name"], last_name=row["last_name"])


# --- what may be wrong with a line --------------------------------------------------------------

Problem = tuple[str, str]


def problem_of(row: IncomingRow) -> Problem | None:
    """What makes all of a line unusable."""
    if row.problem:
        return row.problem, sentence_for(row.problem)
    if error := next((text for text in row.cells.values() if is_error(text)), None):
        words = _("'%(text)s' is a spreadsheet error. Correct the cell, then try again.")
        return "spreadsheet_error", words % {"text": error}
    return None


def _missing(row: IncomingRow, course: str) -> Problem | None:
    if not normal(row["id_number"]):
        return "no_id_number", _("The id number is missing.")
    if not (row["course"] or course):
        return "no_course", _("The course is missing.")
    if len(row["group"]) > LONGEST_GROUP:
        return long_group()
    return None


def bad_day(text: str) -> Problem:
    return "bad_date", _("'%(text)s' is not a date. Write it like 2026-09-30.") % {"text": text[:40]}


def long_group() -> Problem:
    return "long_group", _("The name of the group is longer than 40 characters. Shorten it.")


def backwards(since: date | None, until: date | None) -> Problem | None:
    if since and until and until < since:
        return "ends_before_it_begins", _("The enrolment ends before it begins. Correct one of the two days.")
    return None
