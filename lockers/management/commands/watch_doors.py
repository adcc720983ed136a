"""`manage.py watch_doors`: hears what the lockers' doors on message brokers say."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.refusing import exits_2_when_refused
from lockers import watching


class Command(BaseCommand):
    help = "Listen to the doors of LOCKER_ACTUATORS that are on a message broker. It opens nothing. Run one."

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        running = list(watching.listeners())
        if not running:
            raise Refused("no_broker", "LOCKER_ACTUATORS names no door on a message broker: there is nobody to hear.")
        try:
            for listener in running:
                listener.start()
        except (OSError, ValueError) as error:
            raise Refused("no_broker", f"A message broker cannot be reached: {error}") from error
        self.stdout.write(f"Listening on {len(running)} broker(s).")
        self.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        for listener in running:
            listener.stop()
