"""Take over a catalogue from a file."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.printing import print_json, progress
from config.management.refusing import exits_2_when_refused
from library.catalogue.imports import WORDS, RecordVerdict, take

QUIET = ("new", "same")  # verdicts that need no line of their own
MOST_IN_JSON = 100_000  # verdicts in the document


class Command(BaseCommand):
    help = "Import titles and copies from MARC 21, MARCXML, CSV or XLSX. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Report what would be done, and change nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        counts: Counter[str] = Counter()
        told: list[dict[str, object]] = []
        with _opened(options["file"]) as file, _bar(options["file"]) as bar:
            for verdict in take(file, dry_run=options["dry_run"]):
                counts[verdict.code] += 1
                counts["copies"] += verdict.copies
                bar.update(max(0, file.tell() - bar.n) if not file.closed else 0)
                if options["json"]:
                    told += [verdict.as_dict()] if len(told) < MOST_IN_JSON else []
                else:
                    self._say(verdict)
        self._sum_up(counts, told, time.monotonic() - began, options)

    def _say(self, verdict: RecordVerdict) -> None:
        if verdict.code not in QUIET or verdict.notes:
            self.stdout.write(f"{verdict.number:>7}  {verdict.title[:50]:<50}  {verdict.sentence}")

    def _sum_up(
        self, counts: Counter[str], told: list[dict[str, object]], seconds: float, options: dict[str, Any]
    ) -> None:
        numbers = {code: counts[code] for code in (*WORDS, "copies")}
        if options["json"]:
            said = {"dry_run": options["dry_run"], "seconds": round(seconds, 2), **numbers, "records": told}
            return print_json(self.stdout, said)
        would = "Would import" if options["dry_run"] else "Imported"
        self.stdout.write(
            f"{would} {options['file'].name}: {numbers['new']} new, {numbers['changed']} changed, "
            f"{numbers['same']} as they were, {numbers['again']} repeated, {numbers['skipped']} skipped; "
            f"{numbers['copies']} copies new or changed; {seconds:.1f} s."
        )
        return None


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise Refused("unreadable", f"{path} cannot be read: {error.strerror}.") from error


def _bar(path: Path) -> Any:
    return progress(path.stat().st_size, "B")
