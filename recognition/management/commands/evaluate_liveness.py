"""How often does an attack pass, and how often is a living person sent away?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.management.printing import percent, print_json, progress, table
from config.management.refusing import exits_2_when_refused
from recognition import living
from recognition.runtime import get_engine


class Command(BaseCommand):
    help = "BPCER, and APCER for each kind of attack, worst first (ISO/IEC 30107-3), over a folder of labelled films."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            metavar="DIR",
            help="Films and labels.csv: clip, label (live or attack), kind of attack, challenge (steps with spaces).",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        from recognition.liveness.evaluate import Verdict, rates, read_labels

        living.require_liveness()
        passive, clips, verdicts = living.required_passive(), read_labels(options["folder"]), []
        with progress(len(clips), "film") as bar:
            for clip in clips:
                verdicts.append(_judged(clip, passive, Verdict))
                bar.update()
        report = rates(verdicts) | {
            "passive": passive is not None,
            "clips": [
                {
                    "clip": v.clip.path.name,
                    "label": v.clip.label,
                    "kind": v.clip.kind,
                    "passed": v.passed,
                    "reason": v.reason,
                }
                for v in verdicts
            ],
        }
        if options["json"]:
            print_json(self.stdout, report)
        else:
            self._show(report)

    def _show(self, report: dict[str, Any]) -> None:
        rows = [("", "error rate", "errors", "95 % interval")]
        rows += [_row(f"APCER {one['kind']}", one) for one in report["apcer"]]
        if report["bpcer"]:
            rows.append(_row("BPCER", report["bpcer"]))
        for line in table(rows):
            self.stdout.write(line)
        self.stdout.write(f"Passive models: {'used' if report['passive'] else 'missing, not used'}.")


def _judged(clip: Any, passive: Any, verdict: Any) -> Any:
    from recognition.liveness.checking import check_film

    result = check_film(clip.path, clip.actions, get_engine(), passive).result
    return verdict(clip, result.passed, result.reason)


def _row(name: str, rate: dict[str, Any]) -> tuple[str, str, str, str]:
    between = f"{percent(rate['low'])} to {percent(rate['high'])}"
    return name, percent(rate["rate"]), f"{rate['errors']} of {rate['of']}", between
