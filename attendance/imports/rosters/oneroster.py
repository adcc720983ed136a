"""OneRoster 1.1 CSV: classes become courses, enrolments of students and teachers become wishes.

Ends in OneRoster are exclusive: a term that ends on 1 July has its last day on 30 June.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from attendance.imports.rosters.roster_table import Problem, backwards, bad_day, problem_of
from attendance.imports.rosters.rows import ImportWish, Part, WantedCourse, WantedPerson, Wishes
from config.errors import Refused
from config.tables.incoming import IncomingRow, IncomingTable
from config.tables.incoming.cells import plain_name
from config.tables.incoming.days import day_of
from config.tables.incoming.identifiers import fault_of, normal

FILES = ("manifest", "orgs", "academicSessions", "courses", "classes", "users", "enrollments")
NEEDED = ("enrollments",)
VERSIONS = ("1.1", "1.1.1")
PARTS = {"student": Part.STUDENT, "teacher": Part.TEACHER}
DAY = timedelta(days=1)

Tables = Mapping[str, IncomingTable]
Period = tuple[date | None, date | None]


def wishes_of(tables: Tables) -> Wishes:
    """`tables`: by the names of FILES; those that the manifest calls absent are not looked at.

    Refused `no_manifest`, `wrong_version`, `missing_file`, `missing_column`.
    """
    used = _used(tables)
    periods, classes = _terms(used), _classes(used)
    people = {row["sourcedid"]: _person(table, row) for table, row in _rows(used, "users")}
    spoiled = _spoiled(used, "users") | _spoiled(used, "classes")
    terms = {row["sourcedid"]: _period_of(row["termsourcedids"], periods) for _t, row in _rows(used, "classes")}
    wishes = [
        wish
        for table, row in _rows(used, "enrollments")
        if (wish := _wish(table, row, classes, people, terms, spoiled)) is not None
    ]
    notes = tuple(f"{table.name}: {note}" for table in used.values() for note in table.notes)
    return Wishes("oneroster", wishes, courses=list(classes.values()), notes=notes)


# --- the package --------------------------------------------------------------------------------


def _used(tables: Tables) -> dict[str, IncomingTable]:
    """The files that the manifest speaks of. `bulk` and `delta` files have the same columns."""
    said = _manifest(tables)
    if said.get("oneroster.version", "1.1") not in VERSIONS:
        words = _("This is OneRoster %(version)s. Export it as OneRoster 1.1 CSV.")
        raise Refused("wrong_version", words % {"version": said["oneroster.version"][:20]})
    used = {}
    for name in FILES[1:]:
        mode = said.get(f"file.{name}".casefold(), "absent").casefold()
        if mode != "absent" and name not in tables:
            raise Refused(
                "missing_file",
                _("The manifest lists %(name)s.csv, but the file is missing. Export the package again.")
                % {"name": name},
            )
        if mode != "absent":
            used[name] = tables[name]
    for name in NEEDED:
        if name not in used:
            raise Refused(
                "missing_file", _("The package has no %(name)s.csv, so there is nothing to import.") % {"name": name}
            )
    _require_columns(used)
    return used


def _manifest(tables: Tables) -> dict[str, str]:
    if "manifest" not in tables:
        words = _(
            "There is no manifest.csv, so this is not a OneRoster package. Put manifest.csv next to the other files."
        )
        raise Refused("no_manifest", words)
    return {row["propertyname"].casefold(): row["value"] for row in tables["manifest"].rows}


COLUMNS = {
    "classes": ("sourcedid", "title"),
    "users": ("sourcedid",),
    "academicSessions": ("sourcedid", "startdate", "enddate"),
    "orgs": ("sourcedid",),
    "courses": ("sourcedid",),
    "enrollments": ("classsourcedid", "usersourcedid", "role"),
}


def _require_columns(used: Tables) -> None:
    for name, table in used.items():
        for column in COLUMNS[name]:
            if column not in table.columns:
                words = _("%(name)s.csv has no column %(column)s.") % {"name": name, "column": column}
                raise Refused("missing_column", words)


def _rows(used: Tables, name: str) -> Iterator[tuple[IncomingTable, IncomingRow]]:
    table = used.get(name)
    if table is not None:
        for row in table.rows:
            yield table, row


# --- terms, classes, people ---------------------------------------------------------------------


def _terms(used: Tables) -> dict[str, Period]:
    """First and last day of each term; a term whose days cannot be read sets no limits."""
    found: dict[str, Period] = {}
    for _table, row in _rows(used, "academicSessions"):
        try:
            found[row["sourcedid"]] = day_of(row["startdate"]), _last_day(row["enddate"])
        except ValueError:
            continue
    return found


def _last_day(end: str) -> date | None:
    day = day_of(end)
    return day and day - DAY


def _period_of(terms: str, periods: Mapping[str, Period]) -> Period:
    """From the first day of the first term to the last day of the last one."""
    named = [periods[term.strip()] for term in terms.split(",") if term.strip() in periods]
    begins, ends = [first for first, _last in named if first], [last for _first, last in named if last]
    whole = bool(named)
    return (min(begins) if whole and begins else None), (max(ends) if whole and ends else None)


def _classes(used: Tables) -> dict[str, WantedCourse]:
    titles = {row["sourcedid"]: row["title"] for _table, row in _rows(used, "courses")}
    schools = {row["sourcedid"]: row["identifier"] or row["sourcedid"] for _table, row in _rows(used, "orgs")}
    return {
        row["sourcedid"]: WantedCourse(
            code=normal(row["classcode"]) or normal(row["sourcedid"]),
            sourced_id=row["sourcedid"],
            title=row["title"] or titles.get(row["coursesourcedid"], ""),
            department=schools.get(row["schoolsourcedid"], ""),
            line=row.line,
            file=table.name,
            ended=_is_deleted(row) or _is_inactive(row),
        )
        for table, row in _rows(used, "classes")
        if row["sourcedid"] and not row.problem
    }


def _person(table: IncomingTable, row: IncomingRow) -> WantedPerson:
    """By student number; by the id of the other system, by the name they sign in with, by what else they are called."""
    called = [part.partition(":")[2].strip(" }") for part in row["userids"].split(",")]
    number = normal(row["identifier"])
    others = map(normal, (row["sourcedid"], row["username"], *called))
    return WantedPerson(
        (number,) if number else (),
        row["sourcedid"],
        tuple(dict.fromkeys(filter(None, others))),
        row["email"],
        row["givenname"],
        row["familyname"],
        teaches=row["role"].casefold() == "teacher",
        line=row.line,
        file=table.name,
        gone=_gone(row),
    )


def _gone(row: IncomingRow) -> Problem | None:
    """Only what says plainly that an account is in use counts as that."""
    status, enabled = row["status"], row["enableduser"]
    if _is_deleted(row):
        words = _("The other system has deleted this account (status is %(said)s).")
        return "user_deleted", words % {"said": status[:40]}
    if enabled.casefold() not in ("", "true", "1", "yes", "y"):
        words = _("The other system has disabled this account (enabledUser is %(said)s).")
        return "not_enabled", words % {"said": enabled[:40]}
    if _is_inactive(row):
        words = _("The other system has disabled this account (status is %(said)s).")
        return "not_enabled", words % {"said": status[:40]}
    return None


def _spoiled(used: Tables, name: str) -> dict[tuple[str, str], Problem]:
    """Rows that cannot be used, by file and id: lines that refer to them must say so."""
    found: dict[tuple[str, str], Problem] = {}
    seen: dict[str, IncomingRow] = {}
    for table, row in _rows(used, name):
        key = row["sourcedid"]
        problem = problem_of(row) or fault_of(normal(key))
        if key in seen and row.cells != seen[key].cells:
            words = _("The sourcedId %(id)s is in lines %(first)d and %(line)d, and the two lines differ.")
            problem = "same_id", words % {"id": key[:40], "first": seen[key].line, "line": row.line}
        if problem:
            told = _("%(file)s, line %(line)d: %(why)s") % {"file": table.name, "line": row.line, "why": problem[1]}
            found[name, key] = problem[0], told
        seen.setdefault(key, row)
    return found


# --- enrolments ---------------------------------------------------------------------------------


def _wish(
    table: IncomingTable,
    row: IncomingRow,
    classes: Mapping[str, WantedCourse],
    people: Mapping[str, WantedPerson],
    terms: Mapping[str, Period],
    spoiled: Mapping[tuple[str, str], Problem],
) -> ImportWish | None:
    """None for a part that takes no part: guardians, aides, proctors, administrators."""
    part = PARTS.get(row["role"].casefold())
    problem = problem_of(row) or _lacking(row)
    problem = problem or spoiled.get(("users", row["usersourcedid"])) or spoiled.get(("classes", row["classsourcedid"]))
    if part is None and problem is None:
        return None
    course_id, person_id = row["classsourcedid"], row["usersourcedid"]
    course = classes.get(course_id) or WantedCourse("", sourced_id=course_id)
    person = people.get(person_id) or WantedPerson((), person_id, (normal(person_id),))
    begins, ends = terms.get(course_id, (None, None))
    try:
        since, until = day_of(row["begindate"]) or begins, _last_day(row["enddate"]) or ends
    except ValueError as error:
        since, until, problem = None, None, problem or bad_day(str(error))
    return ImportWish(
        table.name,
        row.line,
        course,
        person,
        part=part or Part.STUDENT,
        since=since,
        until=until,
        given=frozenset({"since", "until"}),
        ends=_is_deleted(row) or _is_inactive(row) or course.ended,
        problem=problem or backwards(since, until),
    )


def _lacking(row: IncomingRow) -> Problem | None:
    for column in COLUMNS["enrollments"]:
        if not row[column]:
            return "incomplete", _("The column %(column)s is empty.") % {"column": column}
    return None


def _is_deleted(row: IncomingRow) -> bool:
    return plain_name(row["status"]) in ("tobedeleted", "deleted")


def _is_inactive(row: IncomingRow) -> bool:
    """As OneRoster 1.0 says it."""
    return plain_name(row["status"]) == "inactive"
