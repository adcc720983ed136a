"""The doorman at a station's websocket: checks who comes, passes frames in and news out, and does nothing else."""

from __future__ import annotations

import logging
import time
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings

from config.doorman import Doorman
from config.errors import Refused
from config.live import station_group
from recognition import stations
from recognition.deciding import Decider
from recognition.events import refused_frame, station_hello
from recognition.feeding import Feed
from recognition.frames import Frame, Guard, Slot
from recognition.models import StationDevice
from recognition.notes import note_for
from recognition.pipeline import pipeline_of
from recognition.station_apps import state_of

log = logging.getLogger("ostiary.live")

COOKIE = "ostiary_station"


class StationConsumer(Doorman):
    """One paired browser or camera: pictures in, answers and greetings out."""

    device: StationDevice
    feed: Feed | None = None
    pictures = 0  # received on this socket
    source = False  # whether this socket speaks for the station

    async def welcome(self) -> None:
        authenticate = database_sync_to_async(stations.authenticate, thread_sensitive=False)
        self.device = await authenticate(_token(self.scope))
        station = self.device.station
        self.source_group = f"source.{station.slug}"
        for group in (station_group(station.slug), stations.device_group(self.device.pk), self.source_group):
            await self.join(group)
        pipeline = pipeline_of(station)
        self.slot, self.guard = Slot(), Guard(settings.MAX_FRAME_BYTES)
        note = await database_sync_to_async(note_for, thread_sensitive=False)(station)
        app = await database_sync_to_async(state_of, thread_sensitive=False)(station)
        seen, limit = pipeline.present(), settings.MAX_FRAME_BYTES
        await self.send_json(station_hello(station, note, seen, max_frame_bytes=limit, app=app))
        self.feed = Feed(self, self.device, Decider(station.slug, pipeline), self.slot, self.guard)
        self.feed.start()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Never waits for the engine: the newest frame takes the place of the one in the slot."""
        if self.feed is None or self.leaving:
            return
        self.pictures += 1
        try:
            self.guard.check_rate()
            await self._take_in(bytes_data)
        except Refused as refusal:
            await self.refuse(refusal)

    async def _take_in(self, data: bytes | None) -> None:
        try:
            jpeg = self.guard.checked(data)
        except Refused as refusal:
            log.info("A picture for station %s was refused: %s", self.device.station.slug, refusal.code)
            await self.send_json(refused_frame(self.pictures, refusal))
            self.guard.refused()
            return
        if not self.source:
            await self._become_source()
        self.slot.put(Frame(self.pictures, jpeg, time.monotonic()))

    async def _become_source(self) -> None:
        """One camera at a time: whoever began last speaks for the station, the other one is told `replaced`."""
        self.source = True
        message = {"type": "source.changed", "by": self.channel_name}
        await self.channel_layer.group_send(self.source_group, message)

    async def source_changed(self, message: dict[str, Any]) -> None:
        if self.source and message["by"] != self.channel_name:
            self.source = False
            await self.refuse(Refused("replaced", "Another screen or camera has taken over this station."))

    async def disconnect(self, code: int) -> None:
        if self.feed is not None:
            await self.feed.stop(offline=self.source)


def _token(scope: dict[str, Any]) -> str:
    """A camera shows a Bearer token, a browser its cookie, which no script can read."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return str(value[7:].decode("latin1").strip())
    return str(scope.get("cookies", {}).get(COOKIE, ""))
