"""Seal all face data with the first key of FACE_KEYS."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from config.management.refusing import exits_2_when_refused
from recognition import key_rotation


class Command(BaseCommand):
    help = "Seal all face data with the first key of FACE_KEYS; afterwards the other keys may go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        states = Counter(tqdm(key_rotation.rotate_keys(), total=key_rotation.count(), file=sys.stderr, disable=None))
        report = {name: states[name] for name in ("rotated", "current", "failed")}
        if options["json"]:
            self.stdout.write(json.dumps(report))
        else:
            self.stdout.write(f"Sealed {report['rotated']} rows anew; {report['current']} had the first key already.")
        if report["failed"]:
            words = f"{report['failed']} rows could not be opened and were left as they are: keep the keys."
            raise CommandError(words, returncode=2)
