"""`manage.py home_assistant`: the lockers' doors in Home Assistant, by MQTT discovery."""

from __future__ import annotations

import logging
import queue
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from config.errors import Refused
from config.management.refusing import exits_2_when_refused
from config.ops.outage import AWAY, Outage
from lockers.doors import home_assistant
from lockers.doors.hardware.home_link import HomeLink

log = logging.getLogger("ostiary.lockers.home")

LOOKS = 1.0  # s between two looks at the doors, unless a command comes


class Command(BaseCommand):
    help = "Show the lockers' doors in Home Assistant, and accept its commands where a bank allows them. Run only one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="Remove every door from Home Assistant, then exit.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.HOME_ASSISTANT_URL:
            raise Refused("no_broker", "HOME_ASSISTANT_URL does not name a message broker.")
        try:
            link = HomeLink(settings.HOME_ASSISTANT_URL, home_assistant.home())
            link.start()
        except (OSError, ValueError) as error:
            raise Refused("no_broker", f"The message broker cannot be reached: {error}") from error
        if options["remove"]:
            link.clear()
            link.stop()
            self.stdout.write("All lockers have been removed from the broker.")
            return
        self.stdout.write("Sending door status to Home Assistant.")
        self.stdout.flush()
        with suppress(KeyboardInterrupt):
            link.settle()
            serve(link)
        link.stop()


def serve(link: HomeLink, *, ended: Any = lambda: False) -> None:
    """Until `ended()`. While the database is away every door is unavailable there, and commands are lost."""
    outage = Outage("Sending door status to Home Assistant", log)
    while not ended():
        close_old_connections()
        try:
            link.say(home_assistant.home().messages(home_assistant.all_doors()))
            outage.over()
            obey_one(link)
        except AWAY as error:
            link.alive(False)
            time.sleep(outage.failed(error))
            drop_all(link)


def obey_one(link: HomeLink) -> None:
    try:
        key = link.commands.get(timeout=LOOKS)
    except queue.Empty:
        return
    if code := home_assistant.command(key):
        log.warning("Home Assistant may not open door %d: %s", key, code)


def drop_all(link: HomeLink) -> None:
    """A door never opens late."""
    with suppress(queue.Empty):
        while True:
            link.commands.get_nowait()
