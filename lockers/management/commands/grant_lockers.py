"""Grant lockers to a group from a file. Without --apply every line is checked and nothing is changed."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.errors import Refused
from config.management.printing import print_json, progress
from config.management.refusing import exits_2_when_refused
from config.tables.incoming import read_table
from lockers.assignments.grants import drafts, execution
from lockers.assignments.grants import rows as wishes
from lockers.assignments.grants.messages import why
from lockers.models import Bank, Grant, GrantLine, Locker

SHOWN = 200  # lines; --json has all
FOR_EVER = 10.0**9  # s


class Command(BaseCommand):
    help = "Grant lockers of a bank to a group, from CSV or XLSX (id_number, locker, from, until)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--bank", metavar="CODE", required=True)
        parser.add_argument("--name", default="", help="Name of the grant. Default: the file's name.")
        parser.add_argument("--from", dest="starts_on", metavar="DAY", type=date.fromisoformat, required=True)
        parser.add_argument("--until", dest="ends_on", metavar="DAY", type=date.fromisoformat, required=True)
        parser.add_argument("--kind", choices=Locker.Kind.values, default=Locker.Kind.STANDARD)
        parser.add_argument("--first", metavar="NUMBER", default="", help="Use free lockers from this number on.")
        parser.add_argument("--last", metavar="NUMBER", default="", help="Use free lockers up to this number.")
        parser.add_argument(
            "--apply", action="store_true", help="Assign the lockers of all lines that were not refused."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a line was refused."""
        path, bank = options["file"], Bank.objects.filter(code=options["bank"]).first()
        if bank is None:
            raise Refused("no_such_bank", _("No bank has this code."), status=404)
        if not path.is_file():
            raise Refused("no_file", _("This file does not exist."), status=404)
        grant = drafts.draft(
            _frame(bank, options), wishes.from_table(read_table(path.name, path.read_bytes())), by=None
        )
        if options["apply"]:
            grant = self._applied(grant)
        self._say(grant, options)
        refused = grant.lines.filter(state=GrantLine.State.REFUSED).exists()
        if not options["apply"]:
            drafts.discard(grant, by=None)
        if refused:
            raise CommandError(_("Some lines were refused."), returncode=1)

    def _applied(self, grant: Grant) -> Grant:
        planned = grant.lines.filter(state=GrantLine.State.PLANNED).count()
        with progress(planned, "line") as bar:
            return execution.work(execution.start(grant, by=None), seconds=FOR_EVER, told=bar.update)

    def _say(self, grant: Grant, options: dict[str, Any]) -> None:
        rows = [_line(row) for row in grant.lines.select_related("person", "locker")]
        counts: dict[str, int] = {}
        for row in rows:
            counts[row["state"]] = counts.get(row["state"], 0) + 1
        if options["json"]:
            kept = {"grant": grant.pk} if options["apply"] else {}
            print_json(self.stdout, {"file": str(options["file"]), **kept, "counts": counts, "lines": rows})
            return
        refused = [row for row in rows if row["message"]]
        for row in refused[:SHOWN]:
            self.stdout.write(f"{options['file'].name}:{row['line']}  {row['id_number']}: {row['message']}")
        if len(refused) > SHOWN:
            self.stdout.write(f"… and {len(refused) - SHOWN} more (--json has all).")
        said = f"Grant {grant.pk}" if options["apply"] else "Dry run: nothing was changed"
        self.stdout.write(f"{said}: " + ", ".join(f"{number} {state}" for state, number in sorted(counts.items())))


def _frame(bank: Bank, options: dict[str, Any]) -> drafts.GrantFrame:
    name = options["name"] or options["file"].stem
    dates = options["starts_on"], options["ends_on"]
    return drafts.GrantFrame(name, bank, *dates, options["kind"], options["first"], options["last"])


def _line(row: GrantLine) -> dict[str, Any]:
    return {
        "line": row.line,
        "id_number": row.person.id_number if row.person else row.said,
        "locker": row.locker.number if row.locker else None,
        "state": row.state,
        "code": row.code,
        "message": why(row.code, row.detail) if row.code else "",
    }
