"""`manage.py library_gates`: listens to the doors on a message broker, for the alarm of their tags."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from library.kiosk import gate_listener
from library.visits.gates import mqtt_gates


class Command(BaseCommand):
    help = "Listen to the gates of LIBRARY_GATES that use a message broker, and record their tag alarms."

    def handle(self, *args: Any, **options: Any) -> None:
        doors = list(mqtt_gates())
        if not doors:
            raise CommandError("LIBRARY_GATES names no gate on a message broker, so there is nothing to listen to.")
        if not settings.REDIS_URL:
            raise CommandError("Set REDIS_URL. Without it the web process would not learn of the alarms.")
        for station, gate in doors:
            self.stdout.write(f"{station or '*'}: {gate.topic}/alarm")
        self.stdout.flush()
        links = gate_listener.listening()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        for link in links:
            link.stop()
