"""Write the access log of the lockers into a file."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.refusing import exits_2_when_refused
from lockers.bank.log.files import FORMATS, chosen


class Command(BaseCommand):
    help = "Export the lockers' access log as CSV or as JSON lines, with the hashes that link the entries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="csv", help="Default: csv.")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="First day.")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="Last day, inclusive.")
        parser.add_argument("--output", metavar="FILE", type=Path, required=True, help="The file to write to.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        rows = chosen(_begin(options["first"]), _begin(options["last"], later=1))
        try:
            with options["output"].open("w", encoding="utf-8", newline="") as file:
                file.writelines(FORMATS[options["format"]](rows))
        except OSError as error:
            raise Refused("unwritable", f"{options['output']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote {rows.count()} entries to {options['output']}.")


def _begin(day: date | None, *, later: int = 0) -> datetime | None:
    """The first moment of the day in the site's time, or of a later one."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=later), time.min, ZoneInfo(settings.TIME_ZONE))
