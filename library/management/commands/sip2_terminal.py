"""`manage.py sip2_terminal NAME`: a password for a self-check machine, and its line for SIP2_TERMINALS."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from library.sip2.server.terminals import POWERS, new_password


class Command(BaseCommand):
    help = "Print a new password for a self-check machine, and SIP2_TERMINALS with it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the machine is called, such as selfcheck-1")
        parser.add_argument("--may", nargs="+", choices=sorted(POWERS), default=[], help="what else it may do")

    def handle(self, *args: Any, **options: Any) -> None:
        password, hashed = new_password()
        self.stdout.write(f"For the machine (shown only once): {options['name']} / {password}")
        known = _with(options["name"], hashed, options["may"])
        self.stdout.write("For the environment: SIP2_TERMINALS=" + json.dumps(known))


def _with(name: str, hashed: str, may: list[str]) -> dict[str, Any]:
    return {**settings.SIP2_TERMINALS, name: {"password": hashed, "may": may} if may else hashed}
