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
from recognition.faces import key_rotation


class Command(BaseCommand):
    help = "Encrypt all face data with the first key of FACE_KEYS. Afterwards the other keys can be removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        states = Counter(tqdm(key_rotation.rotate_keys(), total=key_rotation.count(), file=sys.stderr, disable=None))
        report = {name: states[name] for name in ("rotated", "current", "failed")}
        if options["json"]:
            self.stdout.write(json.dumps(report))
        else:
            self.stdout.write(f"Re-encrypted {report['rotated']} rows; {report['current']} already used the first key.")
        if report["failed"]:
            words = f"{report['failed']} rows could not be opened and were left unchanged. Keep the old keys."
            raise CommandError(words, returncode=2)
