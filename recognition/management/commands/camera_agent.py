"""manage.py camera_agent: a webcam, a network camera or a video file becomes the eye of a station."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recognition.camera.agent import Agent
from recognition.camera.link import Link
from recognition.camera.source import Source
from recognition.camera.status import Status
from recognition.camera.trouble import GiveUp

SOURCE = "OSTIARY_CAMERA_SOURCE"
TOKEN = "OSTIARY_CAMERA_TOKEN"  # noqa: S105  the variable's name


class Command(BaseCommand):
    help = "Streams a camera to a station: reconnects by itself, and sends only the newest picture. Ctrl-C ends it."
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
        parser.add_argument("--fps", type=float, default=8.0, help="at most so many pictures a second (default: 8)")
        parser.add_argument("--loop", action="store_true", help="play a file again and again")

    def handle(self, *args: Any, **options: Any) -> None:
        token = options["token"] or os.environ.get(TOKEN, "")
        if not token:
            raise CommandError(f"Give the camera's token with --token or in {TOKEN}.", returncode=2)
        options["source"] = options["source"] or os.environ.get(SOURCE, "")
        if not options["source"]:
            raise CommandError(f"Say with --source or in {SOURCE} which camera to use.", returncode=2)
        if not 0 < options["fps"] <= 60:
            raise CommandError("--fps must lie between 0 and 60.", returncode=2)
        _end_politely()
        try:
            source = Source(options["source"], loop=options["loop"])
            link = Link(options["server"], token, options["station"])
            status = Status(sys.stderr, options["station"])
            Agent(source, link, status, fps=options["fps"]).run()
        except GiveUp as reason:
            raise CommandError(str(reason), returncode=2) from reason
        except KeyboardInterrupt:
            return


def _end_politely() -> None:
    """A service manager's SIGTERM ends the agent as Ctrl-C does: connection and camera are closed."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
