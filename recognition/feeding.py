"""The task beside a station's socket: takes the newest frame, has it decided, and sees that it is acted on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any, Protocol

from channels.db import database_sync_to_async

from config.errors import Refused
from config.live import station_group
from recognition import identity, stations
from recognition.deciding import Decider, Decision
from recognition.events import Frame, RefusedFrame
from recognition.frames import Guard, Slot
from recognition.identity import IdentityEvent
from recognition.models import StationDevice
from recognition.reporting import Reporter, tell
from recognition.runtime import in_engine
from recognition.seeing import Heartbeat
from recognition.station_apps import Errand
from recognition.visibility import staff_group

log = logging.getLogger("ostiary.live")

STOPS_WITHIN = 5.0  # s
CHECK_EVERY = 5.0  # s between questions whether the device is still paired


class Door(Protocol):
    async def send_json(self, content: Any) -> None: ...
    async def refuse(self, refusal: Refused) -> None: ...


class Feed:
    """Lives as long as the socket. Everything slow happens on other threads."""

    def __init__(self, door: Door, device: StationDevice, decider: Decider, slot: Slot, guard: Guard) -> None:
        self._door, self._device, self._decider, self._slot, self._guard = door, device, decider, slot, guard
        self._reporter, self._heartbeat = Reporter(device.station), Heartbeat(device.station)
        self._checked = 0.0
        self._deliveries: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self, *, offline: bool) -> None:
        """End the task, and wait for it a moment. What was already announced is still recorded."""
        if self._task is not None:
            self._task.cancel()
            _done, still = await asyncio.wait({self._task}, timeout=STOPS_WITHIN)
            if still:
                log.error("The feed of station %s does not end", self._device.station.slug)
        if offline:
            await self._reporter.offline()

    async def _run(self) -> None:
        try:
            while True:
                if time.monotonic() - self._checked >= CHECK_EVERY:
                    await self._check_in()
                if await self._slot.wait(CHECK_EVERY):
                    await self._answer()
                else:
                    await self._reporter.idle()
        except Refused as refusal:
            await self._door.refuse(refusal)
        except Exception:
            log.exception("The feed of station %s broke", self._device.station.slug)
            await self._door.refuse(Refused("internal", "Something went wrong. The connection starts anew."))

    async def _check_in(self) -> None:
        self._checked = time.monotonic()
        await database_sync_to_async(stations.check_in, thread_sensitive=False)(self._device.pk)

    async def _answer(self) -> None:
        decision = await in_engine(self._decider.decide, self._slot)
        if decision is None:
            return
        await self._door.send_json(decision.answer)
        self._judge(decision.answer)
        for event in decision.announcements:
            self._deliver(self._delivered(event))
        if decision.result is not None and decision.result.errand is not None:
            self._deliver(self._run_errand(decision.result.errand))
        await self._report(decision)

    def _judge(self, answer: Frame | RefusedFrame) -> None:
        if answer["kind"] == "frame":
            self._guard.accepted()
        elif answer["code"] != "stale":
            log.info("A picture for station %s was refused: %s", self._device.station.slug, answer["code"])
            self._guard.refused()

    async def _report(self, decision: Decision) -> None:
        if decision.result is not None:
            await self._heartbeat.answered(decision.result)
        if decision.answer["kind"] == "frame":
            await self._reporter.answered(decision.answer, picture_kept=decision.picture_kept)

    # --- acting on what was seen ------------------------------------------------------------------

    def _deliver(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside the frames: a database that is slow for a moment must not freeze the preview."""
        task = asyncio.create_task(work)
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _delivered(self, event: IdentityEvent) -> None:
        trouble = await database_sync_to_async(identity.dispatch, thread_sensitive=False)(event)
        if trouble is not None:
            await tell(station_group(event.station), trouble)
            await tell(staff_group(event.purpose), trouble)

    async def _run_errand(self, errand: Errand) -> None:
        try:
            await database_sync_to_async(errand, thread_sensitive=False)()
        except Exception:
            log.exception("What was read at station %s could not be acted on", self._device.station.slug)
