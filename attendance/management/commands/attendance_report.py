"""Write a report of attendance into a file."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from attendance.reports.choices import ReportForm
from attendance.reports.queries import ReportKind
from attendance.reports.reports import report
from config.errors import Refused
from config.management.printing import print_json, progress
from config.management.refusing import exits_2_when_refused
from config.tables import Table
from config.tables.cell_text import facts_of, rounded
from config.tables.files import FORMATS, format_named

OPTIONS = {
    "course": ("CODE", "Only this course."),
    "from": ("YYYY-MM-DD", "First day. Without it: 30 days."),
    "to": ("YYYY-MM-DD", "Last day. Without it: today."),
    "person": ("ID_NUMBER", "Only this person."),
    "department": ("CODE", "Only people of this department."),
    "group": ("NAME", "Only this group of the course."),
    "status": ("STATUS", "Only lines with this status: present, late, left_early, absent …"),
    "course_kind": ("KIND", "Only courses of this kind: class, premises."),
    "weekday": ("NUMBER", "Only sessions that began on this weekday; 0 is Monday."),
    "hour": ("NUMBER", "Only sessions that began in this hour, 0 to 23."),
    "arrival": ("NUMBER", "Only people first seen in these five minutes, counted from 15 minutes before the start."),
    "kind": ("KIND", ", ".join(ReportKind.values) + ". Without it: records."),
}


class Command(BaseCommand):
    help = "Write a report of attendance as CSV, XLSX or PDF. The numbers are the same as on the pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, (metavar, words) in OPTIONS.items():
            parser.add_argument(f"--{name}", metavar=metavar, default=None, help=words)
        parser.add_argument("--format", metavar="FORMAT", default="", help=f"{', '.join(FORMATS)}. Without it: csv.")
        parser.add_argument("--output", metavar="FILE", type=Path, required=True, help="Where to write it.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        kind = format_named(options["format"] or "csv")
        table = report(_wanted(options), by=None)
        rows = _ProgressBar(table)
        _write(table.counted(rows.step), options["output"], kind.write)
        rows.bar.close()
        said = {"output": str(options["output"]), "rows": rows.number, "seconds": round(time.monotonic() - began, 2)}
        if options["json"]:
            print_json(self.stdout, said | {"title": str(table.title), "totals": _totals(table)})
            return
        for title, value in facts_of(table):
            self.stdout.write(f"{title:<14} {value}")
        self.stdout.write(f"Wrote {rows.number} lines to {options['output']} in {said['seconds']} s.")


class _ProgressBar:
    """How many have been written, on a bar that is only drawn on a terminal."""

    def __init__(self, table: Table) -> None:
        self.number, self.bar = 0, progress(table.size() or 0, "line")

    def step(self, number: int) -> None:
        self.number += number
        self.bar.update(number)


def _wanted(options: dict[str, Any]) -> Any:
    """The same form as on the page, so that the same is refused. Its first complaint is the answer."""
    for name in OPTIONS:
        if options[name] is not None and not options[name].strip():
            words = _("--%(name)s is empty. Give it a value, or leave it out to include everything.")
            raise Refused("bad_option", words % {"name": name})
    form = ReportForm({name: options[name] or "" for name in OPTIONS}, by=None)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refused("bad_option", f"--{field}: {' '.join(map(str, errors))}")
    return form.wanted()


def _write(table: Table, path: Path, write: Any) -> None:
    """All or nothing: a report that fails half-way leaves an older file as it was."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            write(table, file)
        part.replace(path)
    except OSError as error:
        raise Refused("cannot_write", _("%(file)s cannot be written: %(why)s.") % _why(path, error)) from error
    finally:
        part.unlink(missing_ok=True)


def _why(path: Path, error: OSError) -> dict[str, str]:
    return {"file": str(path), "why": (error.strerror or str(error)).lower()}


def _totals(table: Table) -> dict[str, Any]:
    return {column.name: _plain(value) for column, value in table.facts()}


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, float):
        return rounded(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
