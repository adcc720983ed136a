"""Create the demo campus."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config.management.refusing import exits_2_when_refused
from recognition.demo import campus


class Command(BaseCommand):
    help = "Create the missing parts of the demo campus: invented people, a station, real portraits and a film of them."

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Preparing the demo campus …")
        campus.create(self._say, self._warn)

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"  {sentence}")
        self.stdout.flush()

    def _warn(self, sentence: str) -> None:
        """What a person must hear, also where the rest goes to a log."""
        self.stderr.write(sentence)
