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
from library.catalogue.formats.items.dialects import DIALECTS, by_code
from library.catalogue.formats.items.found import look
from library.catalogue.formats.record_formats import NAMES, ReadChoices
from library.catalogue.imports import WORDS, RecordVerdict, take

QUIET = ("new", "same")  # verdicts that need no line of their own
MOST_IN_JSON = 100_000  # verdicts in the document


class Command(BaseCommand):
    help = "Import titles and copies from MARC 21, UNIMARC, MARCXML, CSV or XLSX. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Report what would be done, and change nothing.")
        known = ", ".join(DIALECTS)
        parser.add_argument(
            "--copies", metavar="FIELD", default="", help=f"Where copies are read from: {known}, or a field as 985$b."
        )
        parser.add_argument(
            "--format", choices=tuple(NAMES), default="", help="Of the records, where they do not tell."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        counts: Counter[str] = Counter()
        told: list[dict[str, object]] = []
        with _opened(options["file"]) as file, _bar(options["file"]) as bar:
            choices = self._choices(file, options)
            for verdict in take(file, dry_run=options["dry_run"], choices=choices):
                counts[verdict.code] += 1
                counts["copies"] += verdict.copies
                bar.update(max(0, file.tell() - bar.n) if not file.closed else 0)
                if options["json"]:
                    told += [verdict.as_dict()] if len(told) < MOST_IN_JSON else []
                else:
                    self._say(verdict)
        self._sum_up(counts, told, time.monotonic() - began, options)

    def _choices(self, file: IO[bytes], options: dict[str, Any]) -> ReadChoices:
        """As they were typed. Refused `no_such_field`, and `choose_copies` where the file alone does not tell."""
        dialect = by_code(options["copies"]) if options["copies"] else None
        if options["copies"] and dialect is None:
            words = f"{options['copies']} is not a field with barcodes. Choose one of {', '.join(DIALECTS)}, or 985$b."
            raise Refused("no_such_field", words)
        found = look(file)
        dialect = dialect or (found.best if found.formats else None)
        if not options["json"] and dialect:
            self.stdout.write(f"Copies are read from {dialect}.")
        if dialect and not (options["copies"] or dialect.certain or options["dry_run"]):
            words = f"The copies may be in {dialect}. Look with --dry-run, then run again with --copies {dialect.code}."
            raise Refused("choose_copies", words)
        return ReadChoices(dialect, options["format"])

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
