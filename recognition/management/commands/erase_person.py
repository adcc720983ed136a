"""Forget a person's face."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from config.errors import Refused
from config.management.refusing import exits_2_when_refused
from recognition.faces.erasure import erase_person


class Command(BaseCommand):
    help = "Delete all face data of a person and withdraw their consents. The person and the audit log remain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id_number", metavar="ID")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document only. Needs --yes.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"] and not options["yes"]:
            raise Refused("not_confirmed", "Nothing was erased. --json does not ask for confirmation, so add --yes.")
        person = User.objects.filter(id_number=options["id_number"]).first()
        if person is None:
            raise Refused("unknown_person", f"No one has the id number {options['id_number']}.")
        if not options["yes"] and not self._confirmed(person):
            raise Refused("not_confirmed", "Nothing was erased.")
        erased = erase_person(person, by=None)
        if options["json"]:
            self.stdout.write(json.dumps({"id_number": person.id_number, "erased": erased}))
        else:
            self.stdout.write(f"Erased of {person}: {', '.join(f'{count} {what}' for what, count in erased.items())}.")

    def _confirmed(self, person: User) -> bool:
        """Asked on standard error: what is printed on standard output is the result and nothing else."""
        self.stderr.write(f"Erase all face data of {person}? Type the id number to confirm: ", ending="")
        self.stderr.flush()
        return sys.stdin.readline().strip() == person.id_number
