"""Tells staff, once a second or when it changes, how a station is doing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from config.live.news import PATIENCE
from recognition.models import Station
from recognition.stations import presence
from recognition.stations.camera.advice import is_slow
from recognition.stations.events import FrameAnswer, Picture
from recognition.stations.liveness_policy import LivenessLevel
from recognition.stations.visibility import DEMO_PICTURES, is_public_demo, staff_group

log = logging.getLogger("ostiary.live")

EVERY = 1.0  # s
COUNTED = 5.0  # s over which frames a second are counted
COUNTED_FOR_ADVICE = 10  # answers, before it is said that they are slow: a camera that begins is


async def tell(group: str, event: Mapping[str, Any]) -> None:
    """Send news that has no transaction to wait for. A layer that is down, or hangs, is logged, never raised."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await layer.group_send(group, {"type": "live.event", "event": dict(event)})
    except Exception:
        log.warning("Could not tell %s", group, exc_info=True)


class Reporter:
    def __init__(self, station: Station, socket: str) -> None:
        self._slug, self._group, self._socket = station.slug, staff_group(station.purpose), socket
        self._answers: deque[float] = deque(maxlen=600)
        self._told, self._state, self._advice = 0.0, "", ""
        self._room, self._is_film = station.view == Station.View.ROOM, station.is_film
        self._liveness = station.liveness != LivenessLevel.OFF

    async def answered(self, answer: FrameAnswer, *, picture_kept: bool, advice: str = "") -> None:
        now = time.monotonic()
        self._advice = advice
        self._answers.append(now)
        if answer["state"] != self._state or now - self._told >= EVERY:
            await self._tell(answer["state"], online=True)
            await self._remember(presence.speaks)
        if picture_kept and is_public_demo(self._slug):
            await tell(DEMO_PICTURES, _picture(self._slug, answer))

    async def idle(self) -> None:
        """Connected, but no frame came for a while."""
        await self._tell("idle", online=True)

    async def offline(self) -> None:
        await self._tell("offline", online=False)
        await self._remember(presence.falls_silent)

    async def _tell(self, state: str, *, online: bool) -> None:
        self._told, self._state = time.monotonic(), state
        fps = self._fps()
        report = presence.now(self._slug, online=online, state=state, fps=fps, advice=self._advised(fps, state))
        await sync_to_async(_noted, thread_sensitive=False)(self._slug, presence.note, report)
        await tell(self._group, report)

    async def _remember(self, how: Callable[[str, str], None]) -> None:
        await sync_to_async(_noted, thread_sensitive=False)(self._slug, how, self._slug, self._socket)

    def _advised(self, fps: float, state: str) -> str:
        """A film's pictures are as they are, and few pictures say nothing while the engine is down."""
        if self._is_film or state in ("idle", "offline", "engine_down"):
            return ""
        enough = len(self._answers) >= COUNTED_FOR_ADVICE
        slow = enough and is_slow(fps, room=self._room, liveness=self._liveness)
        return self._advice or ("slow" if slow else "")

    def _fps(self) -> float:
        since = time.monotonic() - COUNTED
        recent = [at for at in self._answers if at >= since]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 else 0.0


def _noted(slug: str, how: Callable[..., None], *what: Any) -> None:
    try:
        how(*what)
    except Exception:
        log.warning("Could not note the presence of %s", slug, exc_info=True)


def _picture(slug: str, answer: FrameAnswer) -> Picture:
    return {
        "kind": "picture",
        "station": slug,
        "seq": answer["seq"],
        "state": answer["state"],
        "faces": answer["faces"],
        "size": answer["size"],
    }
