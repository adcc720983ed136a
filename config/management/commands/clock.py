"""Runs what happens by itself, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from django.core.management.base import BaseCommand

from config.clock import run_for_ever


class Command(BaseCommand):
    help = "Run the timed jobs (opening and closing sessions, sending mail) apart from the web processes; needs Redis."

    def handle(self, *args: Any, **options: Any) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(run_for_ever())
