"""A station that is really seeing says so every few seconds: frames come, the engine answers, and there is light.

The app of its purpose hears of it (StationApp.on_seeing).
"""

from __future__ import annotations

import logging
import time

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.utils import timezone

from recognition.live.pipeline import FrameResult
from recognition.models import Station
from recognition.stations.app.station_app import app_of

log = logging.getLogger("ostiary.live")

EVERY = 5.0  # s


class Heartbeat:
    """Of one socket that feeds a station."""

    def __init__(self, station: Station) -> None:
        self._slug, self._purpose = station.slug, station.purpose
        self._told = -EVERY

    async def answered(self, result: FrameResult) -> None:
        """Called for each decided frame. An app that breaks is logged: a heartbeat never stops the pictures."""
        now = time.monotonic()
        if not is_seeing(result) or now - self._told < EVERY:
            return
        self._told = now
        await sync_to_async(self._tell, thread_sensitive=False)()

    def _tell(self) -> None:
        close_old_connections()
        try:
            app_of(self._purpose).on_seeing(self._slug, timezone.now())
        except Exception:
            log.exception("The heartbeat of station %s could not be noted", self._slug)
        finally:
            close_old_connections()


def is_seeing(result: FrameResult) -> bool:
    return result.state != "engine_down" and result.lit
