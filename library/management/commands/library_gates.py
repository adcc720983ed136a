"""`manage.py library_gates`: listens to the doors on a message broker, for the alarm of their tags."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from library import gate_news
from library.gates import mqtt_gates


class Command(BaseCommand):
    help = "Listen to the doors of LIBRARY_GATES that are on a message broker: their tags ring, or are silent again."

    def handle(self, *args: Any, **options: Any) -> None:
        doors = list(mqtt_gates())
        if not doors:
            raise CommandError("LIBRARY_GATES names no door on a message broker: there is nobody to listen to.")
        if not settings.REDIS_URL:
            raise CommandError("Set REDIS_URL: without it the web process would hear nothing of what is heard here.")
        for station, gate in doors:
            self.stdout.write(f"{station or '*'}: {gate.topic}/alarm")
        self.stdout.flush()
        clients = gate_news.listening()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        for client in clients:
            client.loop_stop()
