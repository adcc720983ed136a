"""`manage.py watch_doors`: hears what the lockers' doors on message brokers say."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Any

from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.refusing import exits_2_when_refused
from config.ops.outage import patiently
from lockers.doors import listener as watching

log = logging.getLogger("ostiary.lockers")


class Command(BaseCommand):
    help = "Listen to the doors of LOCKER_ACTUATORS that are on a message broker. Opens nothing. Run only one."

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        running = patiently("Looking up the doors on message brokers", lambda: list(watching.listeners()), log)
        if not running:
            raise Refused(
                "no_broker", "LOCKER_ACTUATORS names no door on a message broker, so there is nothing to listen to."
            )
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
