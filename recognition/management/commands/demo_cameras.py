"""manage.py demo_cameras: every camera of the demo campus, each playing its film to its station."""

from __future__ import annotations

import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.announce import wait_for
from recognition.camera.agent import Agent
from recognition.camera.link import Link
from recognition.camera.source import Source
from recognition.camera.status import Status
from recognition.camera.trouble import GiveUp
from recognition.demo.campus import film_of, token_file
from recognition.demo.cast import PLACES, Place

REPORT_EVERY = 600.0  # s: five cameras share one terminal


class Command(BaseCommand):
    help = "Plays the films of the demo campus to its stations, all in one process. Ctrl-C ends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--server", required=True, help="for example http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        cameras = [
            threading.Thread(target=_play, args=(place, options["server"]), name=place.slug, daemon=True)
            for place in PLACES
            if place.film and film_of(place).exists() and token_file(place).exists()
        ]
        if not cameras:
            raise CommandError("There are no films yet: manage.py demo_campus makes them.", returncode=2)
        wait_for(options["server"])  # it has just been started too; a camera that finds nobody says so itself
        for camera in cameras:
            camera.start()
        for camera in cameras:
            camera.join()


def _play(place: Place, server: str) -> None:
    """One that cannot go on says why and ends; the others play on."""
    status = Status(sys.stderr, place.slug, report_every=REPORT_EVERY)
    try:
        link = Link(server, token_file(place).read_text().strip(), place.slug)
        Agent(Source(str(film_of(place)), loop=True), link, status, fps=place.fps).run()
    except GiveUp as reason:
        status.say(str(reason))
