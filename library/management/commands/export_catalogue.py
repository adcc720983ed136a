"""Write the catalogue into a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.refusing import exits_2_when_refused
from library.catalogue.exports import FORMATS
from library.models import Title


class Command(BaseCommand):
    help = "Export all titles and copies as MARCXML or CSV. import_catalogue reads both back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="marcxml", help="Without it: marcxml.")
        parser.add_argument("--output", metavar="FILE", type=Path, required=True, help="Where to write it.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        chunks, _content_type = FORMATS[options["format"]]
        try:
            with options["output"].open("wb") as file:
                file.writelines(chunks())
        except OSError as error:
            raise Refused("unwritable", f"{options['output']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote {Title.objects.count()} titles to {options['output']}.")
