"""One page of what is known: error rates, attacks, speed, lanes; with data, day and versions."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string

from config.errors import Refused
from config.management.printing import print_json
from config.management.refusing import exits_2_when_refused
from recognition.admin.evidence import measuring
from recognition.admin.evidence.gathering import document
from recognition.admin.evidence.results import PUBLISHED
from recognition.admin.evidence.views import context_of
from recognition.engine.model_files.atomic_files import replacing


class Command(BaseCommand):
    help = "Write the evidence page as evidence.html and evidence.json; --measure or --take first adds results to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--output", type=Path, default=Path(), metavar="DIR", help="Folder to write to (default: the current one)."
        )
        parser.add_argument(
            "--measure",
            type=Path,
            metavar="DIR",
            help="Measure everything DIR has data for: pairs.csv, a sub-folder for each person, labels.csv and films.",
        )
        parser.add_argument(
            "--take", type=Path, metavar="FILE", help="Store the printed output of an evaluate_… command."
        )
        parser.add_argument(
            "--passive", action="store_true", help="With --take: the output is from evaluate_liveness --passive."
        )
        parser.add_argument(
            "--data", default="", help="With --take: the name of the data (default: the file's folder)."
        )
        parser.add_argument("--profile", default=settings.RECOGNITION_PROFILE, help="Whose results these are.")
        parser.add_argument(
            "--publish", action="store_true", help="Store the results with the product, not with this site."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document and write no page.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        self._add(options)
        known = document()
        if options["json"]:
            print_json(self.stdout, known)
            return
        for path in _write(known, options["output"]):
            self.stdout.write(f"Written: {path}")

    def _add(self, options: dict[str, Any]) -> None:
        folder, profile = PUBLISHED if options["publish"] else None, options["profile"]
        if options["measure"]:
            for result in measuring.measure(options["measure"], profile=profile, write_to=folder):
                self.stderr.write(f"Measured: {result.name} on {result.data}")
        if options["take"]:
            passive, data = options["passive"], options["data"]
            measuring.take(options["take"], profile=profile, data=data, passive=passive, write_to=folder)


def _write(known: dict[str, Any], folder: Path) -> list[Path]:
    pages = {
        folder / "evidence.html": render_to_string("recognition/evidence/file.html", context_of(known)),
        folder / "evidence.json": json.dumps(known, indent=1, ensure_ascii=False) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in pages.items():
            with replacing(path) as building:
                building.write_text(text, "utf-8")
    except OSError as error:
        raise Refused("no_folder", f"{folder} cannot be written: {error.strerror}.") from error
    return list(pages)
