"""Enrol everyone in a ZIP, with folders named by id number or a CSV that says whose the photos are."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from config.errors import Refused
from recognition.enrol.bulk.bulk import BulkEntry
from recognition.enrol.bulk.zip import people_in_zip
from recognition.management.bulk_command import BulkCommand
from recognition.models import FaceSample


class Command(BulkCommand):
    help = "Enrol the photos of a ZIP. Without a CSV, the folder of a photo names the person by id number."
    source = FaceSample.Source.ZIP

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("zip", metavar="ZIP", type=Path)
        parser.add_argument(
            "--csv",
            metavar="people.csv",
            type=Path,
            help="Columns: id_number and, optionally, photos (separated by ;), first_name, last_name.",
        )
        super().add_arguments(parser)

    def entries(self, options: dict[str, Any]) -> list[BulkEntry]:
        return people_in_zip(_read(options["zip"]), _read(options["csv"]) if options["csv"] else None)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused("unreadable", f"{path} cannot be read: {error.strerror}.") from error
