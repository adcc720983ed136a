"""The doorman at a station's websocket: checks who comes, passes frames in and news out, and does nothing else."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from config.live.consumer import SiteConsumer
from config.live.news import station_group
from recognition.live.pipeline import pipeline_of
from recognition.live.session import StationSession
from recognition.models import Station, StationDevice
from recognition.stations import presence, stations
from recognition.stations.app.station_app import app_of
from recognition.stations.events import StationNote, station_hello

COOKIE = "ostiary_station"


class StationConsumer(SiteConsumer):
    """One paired browser or camera: pictures in, answers and greetings out."""

    device: StationDevice
    session: StationSession | None = None
    source = False  # whether this socket speaks for the station

    async def welcome(self) -> None:
        authenticate = database_sync_to_async(stations.authenticate, thread_sensitive=False)
        self.device = await authenticate(_token(self.scope))
        station = self.device.station
        self.source_group = f"source.{station.slug}"
        for group in (station_group(station.slug), stations.device_group(self.device.pk), self.source_group):
            await self.join(group)
        pipeline = pipeline_of(station)
        note, app = await database_sync_to_async(_said_by_app, thread_sensitive=False)(station)
        taken = await database_sync_to_async(presence.is_taken, thread_sensitive=False)(station.slug)
        seen, limit = pipeline.present(), settings.MAX_FRAME_BYTES
        await self.send_json(station_hello(station, note, seen, max_frame_bytes=limit, app=app, taken=taken))
        self.session = StationSession(self, self.device, pipeline)
        self.session.start()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.session is None or self.leaving:
            return
        try:
            frame = await self.session.admit(bytes_data)
        except Refused as refusal:
            await self.refuse(refusal)
            return
        if frame is None:
            return
        if not self.source:
            await self._become_source()
        self.session.put(frame)

    async def _become_source(self) -> None:
        """One camera at a time: anyone who began last speaks for the station, the other one is told `replaced`."""
        self.source = True
        message = {"type": "source.changed", "by": self.channel_name}
        await self.channel_layer.group_send(self.source_group, message)

    async def source_changed(self, message: dict[str, Any]) -> None:
        if self.source and message["by"] != self.channel_name:
            self.source = False
            await self.refuse(Refused("replaced", _("Another screen or camera is using this station now.")))

    async def gone(self) -> None:
        if self.session is not None:
            await self.session.stop(offline=self.source)


def _said_by_app(station: Station) -> tuple[StationNote, dict[str, Any] | None]:
    """What the app of its purpose says of a station now, for `hello`. Runs in a database thread."""
    app = app_of(station.purpose)
    return app.note(station), app.state(station)


def _token(scope: dict[str, Any]) -> str:
    """A camera shows a Bearer token, a browser its cookie, which no script can read."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return str(value[7:].decode("latin1").strip())
    return str(scope.get("cookies", {}).get(COOKIE, ""))
