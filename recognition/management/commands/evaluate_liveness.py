"""How often does an attack pass, and how often is a living person sent away?"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.management.printing import percent, print_json, progress, table
from config.management.refusing import exits_2_when_refused
from recognition.faces.profiles.runtime import get_engine
from recognition.live import liveness_service
from recognition.liveness.error_rates import Clip, ClipVerdict, rates, read_labels

Judge = Callable[[Clip], dict[str, Any]]
RATE = 10.0  # frames a second


class Command(BaseCommand):
    help = "BPCER, and APCER for each kind of attack, worst first (ISO/IEC 30107-3), over a folder of labelled films."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            metavar="DIR",
            help="Films and labels.csv: clip, label (live or attack), kind of attack, challenge (steps with spaces).",
        )
        parser.add_argument(
            "--passive",
            action="store_true",
            help="Show each film to the passive policy. Passing means that a walk-up station would have named it.",
        )
        parser.add_argument(
            "--rate",
            type=_rate_of,
            default=RATE,
            metavar="N",
            help="Frames a second that are shown with --passive (10).",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        clips = read_labels(options["folder"], challenged=not options["passive"])
        judge = _shown(options["rate"]) if options["passive"] else _challenged()
        told = []
        with progress(len(clips), "film") as bar:
            for clip in clips:
                told.append(judge(clip))
                bar.update()
        verdicts = [ClipVerdict(clip, one["passed"], one["reason"]) for clip, one in zip(clips, told, strict=True)]
        networks = liveness_service.passive_model() is not None
        report = rates(verdicts) | {
            "passive": options["passive"] or networks,
            "networks": networks,
            "clips": [
                {"clip": clip.path.name, "label": clip.label, "kind": clip.kind} | one
                for clip, one in zip(clips, told, strict=True)
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
        self.stdout.write(f"Photo-attack networks: {'used' if report['networks'] else 'missing, not used'}.")


def _challenged() -> Judge:
    """Each film as an attempt at its challenge."""
    from recognition.liveness.films.film_check import check_film

    liveness_service.require_liveness()
    networks = liveness_service.required_passive()

    def judge(clip: Clip) -> dict[str, Any]:
        result = check_film(clip.path, clip.actions, get_engine(), networks).result
        return {"passed": result.passed, "reason": result.reason}

    return judge


def _shown(rate: float) -> Judge:
    """Each film to the passive policy, for its length."""
    from recognition.liveness.films.reading import frames_of
    from recognition.liveness.passive.showing import show, thinned

    engine, networks = get_engine(), liveness_service.passive_model()

    def judge(clip: Clip) -> dict[str, Any]:
        shown = show(thinned(frames_of(clip.path), rate), engine, networks)
        named = None if shown.named_at is None else round(shown.named_at, 2)
        told = {"passed": shown.passed, "reason": shown.reason, "named_after": named}
        return told | {"suspected": shown.suspected_at is not None, "cues": shown.life.as_record()["cues"]}

    return judge


def _rate_of(value: str) -> float:
    rate = float(value)
    if not 1 <= rate <= 120:
        raise ValueError
    return rate


def _row(name: str, rate: dict[str, Any]) -> tuple[str, str, str, str]:
    between = f"{percent(rate['low'])} to {percent(rate['high'])}"
    return name, percent(rate["rate"]), f"{rate['errors']} of {rate['of']}", between
