"""One table of enrolments, with forgiving headers, into wishes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from attendance.imports.days import day_of
from attendance.imports.tables import Row, Table, plain_name
from attendance.imports.wishes import WantedCourse, WantedPerson, Wish, Wishes
from config.errors import Refused

LONGEST_GROUP = 40
NAMES = {
    "course": ("course", "course code", "class", "class code", "code", "subject"),
    "id_number": ("id number", "id", "number", "student id", "student number", "person", "user", "matriculation", "no"),
    "group": ("group", "section", "lab", "lab group"),
    "since": ("since", "from", "start", "starts", "start date", "begin", "begin date", "valid from"),
    "until": ("until", "to", "end", "ends", "end date", "valid until"),
    "first_name": ("first name", "given name", "forename"),
    "last_name": ("last name", "family name", "surname"),
    "email": ("email", "e-mail", "mail", "email address"),
}
KNOWN = {plain_name(name): column for column, names in NAMES.items() for name in names}


def wishes_of(table: Table, kind: str, *, course: str = "") -> Wishes:
    """`course`: the code for every line, where the table has no such column. Refused `no_id_number`, `no_course`."""
    found = {name: KNOWN[name] for name in table.columns if name in KNOWN}
    if "id_number" not in found.values():
        words = _("The first line must name the columns, and one of them must be id_number.")
        raise Refused("no_id_number", words)
    if "course" not in found.values() and not course:
        raise Refused("no_course", _("The file names no course: add a column course, or choose one."))
    lines = [_wish(table, _named(row, found), course) for row in table.rows]
    unused = [title for title, name in zip(table.titles, table.columns, strict=True) if name and name not in found]
    return Wishes(kind, lines, unused=tuple(unused))


def _named(row: Row, found: dict[str, str]) -> Row:
    """The same row by our own names. Of two columns that mean the same, the first that is filled counts."""
    cells: dict[str, str] = {}
    for name, column in found.items():
        cells[column] = cells.get(column) or row[name]
    return Row(row.line, cells, row.problem)


def _wish(table: Table, row: Row, course: str) -> Wish:
    problem = problem_of(row) or _missing(row, course)
    if problem:
        return Wish(table.name, row.line, _course(row, course), _person(row), problem=problem)
    try:
        since, until = day_of(row["since"]), day_of(row["until"])
    except ValueError as error:
        return Wish(table.name, row.line, _course(row, course), _person(row), problem=bad_day(str(error)))
    return Wish(
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


def _course(row: Row, course: str) -> WantedCourse | None:
    code = row["course"] or course
    return WantedCourse(code) if code else None


def _person(row: Row) -> WantedPerson | None:
    number = row["id_number"]
    if not number:
        return None
    return WantedPerson((number,), "", row["email"], row["first_name"], row["last_name"])


# --- what may be wrong with a line --------------------------------------------------------------

Problem = tuple[str, str]


def problem_of(row: Row) -> Problem | None:
    """What makes all of a line unreadable."""
    if row.problem == "broken_encoding":
        return "broken_encoding", _("Letters were lost before the file came here. Export it anew, as UTF-8.")
    if row.problem == "open_quote":
        return "open_quote", _("A quotation mark opens here and closes lines later: what lies between was not read.")
    return None


def _missing(row: Row, course: str) -> Problem | None:
    if not row["id_number"]:
        return "no_id_number", _("There is no id number.")
    if not (row["course"] or course):
        return "no_course", _("There is no course.")
    if len(row["group"]) > LONGEST_GROUP:
        return "long_group", _("The name of a group has 40 letters at most.")
    return None


def bad_day(text: str) -> Problem:
    return "bad_date", _("'%(text)s' is no day. Write it like 2026-09-30.") % {"text": text[:40]}


def backwards(since: date | None, until: date | None) -> Problem | None:
    if since and until and until < since:
        return "ends_before_it_begins", _("The enrolment ends before it begins.")
    return None
