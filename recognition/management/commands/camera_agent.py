"""manage.py camera_agent: a webcam, a network camera or a video file becomes the eye of a station."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recognition.stations.camera.agent import Agent
from recognition.stations.camera.link import CameraLink
from recognition.stations.camera.source import CameraSource
from recognition.stations.camera.status import StatusLine
from recognition.stations.camera.trouble import GiveUp

SOURCE = "OSTIARY_CAMERA_SOURCE"
TOKEN = "OSTIARY_CAMERA_TOKEN"  # noqa: S105  the variable's name


class Command(BaseCommand):
    help = (
        "Stream a camera to a station. It reconnects automatically and sends only the newest picture. Ctrl-C stops it."
    )
    requires_system_checks: list[str] = []  # it also runs on machines without the database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--station", required=True, help="the station's short name")
        parser.add_argument(
            "--source",
            default="",
            help=f"camera number (0), rtsp://… or http://… address, or a file; with a password, better in {SOURCE}",
        )
        parser.add_argument("--server", required=True, help="for example https://ostiary.example.org")
        parser.add_argument("--token", default="", help=f"the camera's token; better in the variable {TOKEN}")
        parser.add_argument("--fps", type=float, default=8.0, help="maximum pictures per second (default: 8)")
        parser.add_argument("--loop", action="store_true", help="play a file in a loop")

    def handle(self, *args: Any, **options: Any) -> None:
        token = options["token"] or os.environ.get(TOKEN, "")
        if not token:
            raise CommandError(f"Give the camera's token with --token or in {TOKEN}.", returncode=2)
        options["source"] = options["source"] or os.environ.get(SOURCE, "")
        if not options["source"]:
            raise CommandError(f"Name the camera to use with --source or in {SOURCE}.", returncode=2)
        if not 0 < options["fps"] <= 60:
            raise CommandError("--fps must be between 0 and 60.", returncode=2)
        _end_politely()
        try:
            source = CameraSource(options["source"], loop=options["loop"])
            link = CameraLink(options["server"], token, options["station"])
            status = StatusLine(sys.stderr, options["station"])
            Agent(source, link, status, fps=options["fps"]).run()
        except GiveUp as reason:
            raise CommandError(str(reason), returncode=2) from reason
        except KeyboardInterrupt:
            return


def _end_politely() -> None:
    """A service manager's SIGTERM ends the agent as Ctrl-C does: connection and camera are closed."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
