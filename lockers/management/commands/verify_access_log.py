"""Is the access log of the lockers as it was written?"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.printing import print_json
from config.management.refusing import exits_2_when_refused
from lockers.bank.log import access_log
from lockers.bank.log.access_log import Anchor, LogVerdict

ANCHOR = re.compile(r"([1-9]\d{0,18}):([0-9a-f]{64})")


class Command(BaseCommand):
    help = "Verify the hash chain of the lockers' access log. Prints the first broken entry and exits with 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")
        parser.add_argument(
            "--anchor",
            metavar="NUMBER:HASH",
            help="The anchor that an earlier verification printed, kept elsewhere. The log must still contain it.",
        )

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        verdict = access_log.verify(_anchor(options["anchor"]))
        if options["json"]:
            print_json(self.stdout, _document(verdict))
        else:
            self._say(verdict)
        if verdict.broken:
            sys.exit(1)

    def _say(self, verdict: LogVerdict) -> None:
        if verdict.broken:
            self.stdout.write(f"BROKEN at entry {verdict.broken.seq} ({verdict.broken.reason}): {verdict.broken.words}")
        elif not verdict.entries:
            self.stdout.write("The access log is empty.")
        else:
            self.stdout.write(f"{verdict.entries} entries, {verdict.first} to {verdict.last}, are unchanged.")
            self.stdout.write(f"Anchor: {verdict.last}:{verdict.hash}")


def _anchor(text: str | None) -> Anchor | None:
    if text is None:
        return None
    if not (found := ANCHOR.fullmatch(text.strip())):
        raise Refused("bad_anchor", "An anchor is a number, a colon and 64 hexadecimal digits.")
    return int(found[1]), found[2]


def _document(verdict: LogVerdict) -> dict[str, Any]:
    broken = verdict.broken
    return {
        "ok": broken is None,
        "entries": verdict.entries,
        "first": verdict.first,
        "last": verdict.last,
        "anchor": f"{verdict.last}:{verdict.hash}" if verdict.entries and not broken else None,
        "broken": {"seq": broken.seq, "reason": broken.reason, "detail": broken.words} if broken else None,
    }
