"""What `enrol_folder` and `enrol_zip` share: options, the progress bar, the report."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from accounts.roles import Purpose
from config.errors import Refused
from config.management.refusing import exits_2_when_refused
from recognition.enrol.bulk import report as bulk_report
from recognition.enrol.bulk.bulk import BulkEntry, BulkOutcome, Plan, run


class BulkCommand(BaseCommand):
    source: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--create", action="store_true", help="Add people who are not in Ostiary yet.")
        parser.add_argument(
            "--consent",
            metavar="PURPOSES",
            default="",
            help="Record consent to these purposes and enrol for them. You confirm that the people agreed: "
            + ",".join(Purpose.values),
        )
        parser.add_argument("--dry-run", action="store_true", help="Check every photo and write nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    def entries(self, options: dict[str, Any]) -> list[BulkEntry]:
        raise NotImplementedError

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        consent = _purposes(options["consent"])
        plan = Plan(self.source, None, consent=consent, create=options["create"], dry_run=options["dry_run"])
        outcomes = _run(self.entries(options), plan)
        self._report(outcomes, time.monotonic() - started, as_json=options["json"], dry_run=plan.dry_run)

    def _report(self, outcomes: list[BulkOutcome], seconds: float, *, as_json: bool, dry_run: bool) -> None:
        report = bulk_report.as_json(outcomes, seconds=seconds)
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for line in bulk_report.as_lines(outcomes):
            self.stdout.write(line)
        done = "Would enrol" if dry_run else "Enrolled"
        self.stdout.write(
            f"{done} {report['accepted']} photos of {report['people']} people; "
            f"{report['rejected']} rejected; {seconds:.1f} s."
        )


def _run(entries: Sequence[BulkEntry], plan: Plan) -> list[BulkOutcome]:
    outcomes = []
    total = sum(len(entry.photos) for entry in entries)
    with tqdm(total=total, unit="photo", file=sys.stderr, disable=None) as bar:
        for outcome in run(entries, plan):
            outcomes.append(outcome)
            bar.update(len(outcome.verdicts))
    return outcomes


def _purposes(text: str) -> frozenset[str]:
    named = frozenset(word.strip() for word in text.split(",") if word.strip())
    unknown = sorted(named - set(Purpose.values))
    if unknown:
        raise Refused("unknown_purpose", f"'{unknown[0]}' is not a purpose. Use {', '.join(Purpose.values)}.")
    return named
