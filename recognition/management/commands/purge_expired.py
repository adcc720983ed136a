"""Delete what is kept for a while only. Run it every night."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.management.refusing import exits_2_when_refused
from config.ops.health import system_clock
from recognition.management.retention import purge_expired


class Command(BaseCommand):
    help = "Delete old sightings and sign-ins, faces of people whose membership has ended, and unusable data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        system_clock.require_right()  # what is deleted a day too soon does not come back
        purged = purge_expired()
        if options["json"]:
            self.stdout.write(json.dumps(purged))
            return
        for what, count in purged.items():
            self.stdout.write(f"{what.replace('_', ' ')}: {count}")
