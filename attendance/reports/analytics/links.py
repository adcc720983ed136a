"""From a number on a chart to the people behind it: the report of records, narrowed to what was counted there.

The report is made for its reader as the chart was (attendance.reports.scope), so a link shows no one more.
"""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from attendance.models import Course
from attendance.reports.queries import ReportKind, Wanted


def people_behind(wanted: Wanted, **narrowed: object) -> str:
    """`narrowed`: fields of the report's form that are set beside, or instead of, what was chosen for the charts."""
    chosen: dict[str, object] = {
        "kind": ReportKind.RECORDS.value,
        "from": wanted.since,
        "to": wanted.until,
        "course": wanted.course.code if wanted.course else "",
        "course_kind": "" if wanted.course else Course.Kind.CLASS.value,  # charts of all courses leave entrances out
        "department": wanted.department.code if wanted.department else "",
        "group": wanted.group,
        "person": wanted.person.id_number if wanted.person else "",
    }
    said = {name: value for name, value in (chosen | narrowed).items() if value not in ("", None)}
    return f"{reverse('attendance:reports')}?{urlencode(said)}"


def of_days(wanted: Wanted, day: date, *, week: bool) -> str:
    """This day, or the week that begins on it, as far as it lies in the period."""
    last = day + timedelta(days=6) if week else day
    return people_behind(wanted, **{"from": max(day, wanted.since), "to": min(last, wanted.until)})


def of_course(wanted: Wanted, code: str) -> str:
    return people_behind(wanted, course=code, course_kind="")


def of_person(wanted: Wanted, id_number: str, code: str) -> str:
    return people_behind(wanted, course=code, course_kind="", person=id_number)
