"""Embed every photo again with the active profile, after a change of profile."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from config.management.refusing import exits_2_when_refused
from recognition.faces.profiles import reembedding
from recognition.faces.profiles.runtime import get_engine


class Command(BaseCommand):
    help = "Embed all photos with the active profile. You can stop it at any time. The next run continues from there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        done = failed = 0
        with tqdm(total=reembedding.remaining().count(), unit="photo", file=sys.stderr, disable=None) as bar:
            for person in reembedding.reembed():
                done, failed = done + person["done"], failed + person["failed"]
                bar.update(person["done"] + person["failed"])
        profile = get_engine().profile.make
        if options["json"]:
            self.stdout.write(json.dumps({"profile": profile, "done": done, "failed": failed}))
        else:
            self.stdout.write(f"Embedded {done} photos with the profile '{profile}'; {failed} failed (see the log).")
