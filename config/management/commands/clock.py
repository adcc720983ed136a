"""Runs what happens by itself, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Any

from django.core.management.base import BaseCommand

from config.ops.jobs.runner import run_for_ever


class Command(BaseCommand):
    help = "Run the timed jobs (opening and closing sessions, sending mail) apart from the web processes; needs Redis."

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # to end as with Ctrl-C: others take the jobs at once
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(run_for_ever())
