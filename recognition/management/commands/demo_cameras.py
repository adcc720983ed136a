"""manage.py demo_cameras: every camera of the demo campus, each playing its film to its station."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.ops.launch.announce import wait_for
from recognition.demo.campus import film_of, token_file
from recognition.demo.cast import PLACES, Place
from recognition.stations.camera.agent import Agent
from recognition.stations.camera.link import CameraLink
from recognition.stations.camera.source import CameraSource
from recognition.stations.camera.status import StatusLine
from recognition.stations.camera.trouble import GiveUp

REPORT_EVERY = 600.0  # s: five cameras share one terminal
AGAIN = 30.0  # s until a camera that could not go on looks whether it can now


class Command(BaseCommand):
    help = "Play the films of the demo campus to its stations, all in one process. Ctrl-C stops it."
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
            raise CommandError("There are no films yet. Run manage.py demo_campus to make them.", returncode=2)
        wait_for(options["server"])  # it has just been started too; a camera that finds no one says so itself
        for camera in cameras:
            camera.start()
        for camera in cameras:
            camera.join()


def _play(place: Place, server: str) -> None:
    """For ever. One that cannot go on says why, once, and tries again: someone may have made it a new token."""
    status = StatusLine(sys.stderr, place.slug, report_every=REPORT_EVERY)
    while True:
        try:
            _film(place, server, status)
        except (GiveUp, OSError) as reason:
            status.wait(str(reason))
        except Exception:
            status.wait(traceback.format_exc())  # the other cameras play on
        time.sleep(AGAIN)


def _film(place: Place, server: str, status: StatusLine) -> None:
    """Films play in step, so that no one is at two stations at once.

    One never takes a station away from a browser that someone has paired with it.
    """
    link = CameraLink(server, token_file(place).read_text().strip(), place.slug)
    Agent(CameraSource(str(film_of(place)), loop=True, in_step=True), link, status, fps=place.fps, gives_way=True).run()
