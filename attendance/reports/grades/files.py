"""Grades as the CSV files that Moodle and Canvas import.

Canvas: the columns of its own gradebook export (Student, ID, SIS User ID, SIS Login ID, Section), a line "Points
Possible", then a line for each student; `ID` is Canvas's own number and stays empty, so students are found by SIS id.
Moodle: any columns; the import asks which one identifies the user (ID number, email address) and which is the grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attendance.models import Course
from attendance.reports.grades.grades import GradeRow
from config.tables import Cell, Column, Kind, Row, Table

MOODLE, CANVAS = "moodle", "canvas"


def table(form: str, course: Course, rows: Iterable[GradeRow], *, title: str, out_of: Decimal, name: str) -> Table:
    heads = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", title)
    lines = _canvas(course, rows, out_of)
    if form == MOODLE:
        heads, lines = ("First name", "Last name", "ID number", "Email address", "Group", title), _moodle(rows)
    columns = (*(Column(head, head) for head in heads[:-1]), Column(title, title, Kind.NUMBER, places=2))
    return Table(name=name, title=title, columns=columns, rows=lines)


def _moodle(rows: Iterable[GradeRow]) -> Iterator[Row]:
    for row in rows:
        person = row.person
        yield person.first_name, person.last_name, person.id_number, person.email, row.group, _number(row.grade)


def _canvas(course: Course, rows: Iterable[GradeRow], out_of: Decimal) -> Iterator[Row]:
    yield "    Points Possible", "", "", "", "", _number(out_of)
    for row in rows:
        person = row.person
        student = f"{person.last_name}, {person.first_name}"
        yield student, "", person.id_number, person.email, row.group or course.code, _number(row.grade)


def _number(value: Decimal | None) -> Cell:
    return None if value is None else float(value)
