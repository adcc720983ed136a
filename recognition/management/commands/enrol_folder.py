"""Enrol everyone in a folder: a sub-folder for each person, named by id number."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from recognition.enrol.bulk.bulk import BulkEntry
from recognition.enrol.bulk.folder import people_in, strays
from recognition.management.bulk_command import BulkCommand
from recognition.models import FaceSample


class Command(BulkCommand):
    help = "Enrol the photos of a folder that holds one sub-folder for each person, named by id number."
    source = FaceSample.Source.FOLDER

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        super().add_arguments(parser)

    def entries(self, options: dict[str, Any]) -> list[BulkEntry]:
        entries = people_in(options["folder"])
        beside = strays(options["folder"])
        if beside:
            self.stderr.write(f"{len(beside)} pictures are not in a person's folder and were skipped.")
        return entries
