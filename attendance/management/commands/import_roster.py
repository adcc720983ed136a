"""Import rosters: CSV, XLSX, or a OneRoster 1.1 package as ZIP or folder."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from attendance.imports.report import ImportReport, LineOutcome
from attendance.imports.rosters import file_kinds, imports
from attendance.imports.rosters.plan import Options
from config.management.printing import print_json, progress
from config.management.refusing import exits_2_when_refused

SHOWN = 200  # lines; --json has all


class Command(BaseCommand):
    help = "Import rosters from CSV, XLSX or OneRoster 1.1 (ZIP or folder). One result per line, one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="A CSV or XLSX file, a ZIP, or a folder.")
        parser.add_argument("--course", metavar="CODE", default="", help="For a table without a column 'course'.")
        parser.add_argument("--create", action="store_true", help="Add people who do not have an account yet.")
        parser.add_argument(
            "--end-missing",
            action="store_true",
            help="End the enrolments in these courses of people who are not in the file.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Check every line and change nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        wishes = file_kinds.from_path(options["file"], course=options["course"])
        chosen = Options(create=options["create"], end_missing=options["end_missing"])
        act = imports.dry_run if options["dry_run"] else imports.apply
        with progress(len(wishes.lines), "line") as bar:
            report = act(wishes, chosen, bar.update)
        seconds = round(time.monotonic() - began, 2)
        if options["json"]:
            print_json(self.stdout, {"file": str(options["file"]), **report.as_dict(), "seconds": seconds})
            return
        for line in _told(report):
            self.stdout.write(line)
        self.stdout.write(_summary(report, seconds))


def _told(report: ImportReport) -> list[str]:
    """What a person should read; lines that change nothing are only counted."""
    worth = [verdict for verdict in report.worst_first() if verdict.outcome != LineOutcome.SAME]
    lines = [
        f"{verdict.file or 'not in the file'}{f':{verdict.line}' if verdict.line else ''}  "
        f"{verdict.outcome.value:<8} {verdict.course}  {verdict.person}: {verdict.message}"
        for verdict in worth[:SHOWN]
    ]
    if len(worth) > SHOWN:
        lines.append(f"… and {len(worth) - SHOWN} more (--json has all).")
    if report.unused:
        lines.append(f"Ignored columns: {', '.join(report.unused)}.")
    return [*lines, *report.notes]


def _summary(report: ImportReport, seconds: float) -> str:
    counts = ", ".join(f"{number} {name}" for name, number in report.counts.items())
    said = "Imported" if report.applied else "Dry run (nothing was changed)"
    return f"{said}: {counts}; {seconds:.1f} s."
