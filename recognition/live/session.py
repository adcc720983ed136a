"""The session of a station: from its socket's newest frame to an answer for the page, and to what follows from it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from config.live.consumer import broken
from config.live.news import station_group
from config.ops.outage import Outage
from recognition.faces.profiles.runtime import in_engine
from recognition.live import latest_pictures
from recognition.live.heartbeat import Heartbeat
from recognition.live.pipeline import EngineDown, FrameResult, StationPipeline
from recognition.live.reporter import Reporter, tell
from recognition.live.slot import Frame, Guard, Slot
from recognition.models import StationDevice
from recognition.sightings.decisions import IdentityEvent, SuspicionEvent
from recognition.stations import stations, suspicions
from recognition.stations.app.dispatch import dispatch
from recognition.stations.app.station_app import AfterFrame
from recognition.stations.events import FrameAnswer, RefusedFrame, frame_answer, refused_frame
from recognition.stations.visibility import staff_group

log = logging.getLogger("ostiary.live")

STOPS_WITHIN = 5.0  # s
CHECK_EVERY = 5.0  # s between questions whether the device is still paired
STALE = 1.0  # s: an older frame is not decided, the client is asked for a new one
DOWN = FrameResult(state="engine_down")


class StationSocket(Protocol):
    channel_name: str

    async def send_json(self, content: Any) -> None: ...
    async def refuse(self, refusal: Refused) -> None: ...


@dataclass(frozen=True, slots=True)
class Decision:
    answer: FrameAnswer | RefusedFrame
    announcements: tuple[IdentityEvent, ...] = ()
    picture_kept: bool = False
    result: FrameResult | None = None  # None: the frame could not be used


class StationSession:
    """Lives as long as its socket; owns the slot and the loop that empties it. What is slow runs on other threads."""

    def __init__(self, socket: StationSocket, device: StationDevice, pipeline: StationPipeline) -> None:
        self._socket, self._device, self._pipeline = socket, device, pipeline
        self._slug = device.station.slug
        self._slot, self._guard = Slot(), Guard(settings.MAX_FRAME_BYTES)
        self._reporter = Reporter(device.station, socket.channel_name)
        self._heartbeat = Heartbeat(device.station)
        self._received = 0  # pictures
        self._checked = 0.0
        self._engine_well = True
        self._deliveries: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self, *, offline: bool) -> None:
        """End the loop, and wait for it a moment. What was already announced is still recorded."""
        if self._task is not None:
            self._task.cancel()
            _done, still = await asyncio.wait({self._task}, timeout=STOPS_WITHIN)
            if still:
                log.error("The feed of station %s does not end", self._slug)
        if offline:
            await self._reporter.offline()

    # --- what comes in ----------------------------------------------------------------------------

    async def admit(self, data: bytes | None) -> Frame | None:
        """The frame. None where it is not a picture, and the client is told. Refused: the socket is to be closed."""
        self._received += 1
        self._guard.check_rate()
        try:
            return Frame(self._received, self._guard.checked(data), time.monotonic())
        except Refused as refusal:
            log.info("A picture for station %s was refused: %s", self._slug, refusal.code)
            await self._socket.send_json(refused_frame(self._received, refusal))
            self._guard.refused()
            return None

    def put(self, frame: Frame) -> None:
        """Never waits for the engine: the newest frame takes the place of the one in the slot."""
        self._slot.put(frame)

    # --- the loop ---------------------------------------------------------------------------------

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
            await self._socket.refuse(refusal)
        except Exception as error:
            Outage(f"The feed of station {self._slug}", log).failed(error)
            await self._socket.refuse(broken())  # the page or camera comes back, and is asked again who it is

    async def _check_in(self) -> None:
        self._checked = time.monotonic()
        await database_sync_to_async(stations.check_in, thread_sensitive=False)(self._device.pk)

    async def _answer(self) -> None:
        decision = await in_engine(self._decide_newest)
        if decision is None:
            return
        await self._socket.send_json(decision.answer)
        self._judge(decision.answer)
        for event in decision.announcements:
            self._deliver(self._delivered(event))
        for found in decision.result.suspicions if decision.result is not None else ():
            self._deliver(self._tell_staff(found))
        if decision.result is not None and decision.result.errand is not None:
            self._deliver(self._run_errand(decision.result.errand))
        await self._report(decision)

    def _judge(self, answer: FrameAnswer | RefusedFrame) -> None:
        if answer["kind"] == "frame":
            self._guard.accepted()
        elif answer["code"] != "stale":
            log.info("A picture for station %s was refused: %s", self._slug, answer["code"])
            self._guard.refused()

    async def _report(self, decision: Decision) -> None:
        if decision.result is not None:
            await self._heartbeat.answered(decision.result)
        if decision.answer["kind"] == "frame":
            advice = decision.result.advice if decision.result is not None else ""
            await self._reporter.answered(decision.answer, picture_kept=decision.picture_kept, advice=advice)

    # --- deciding, on the engine's threads -------------------------------------------------------

    def _decide_newest(self) -> Decision | None:
        """Take the frame that is the newest *now*, when a thread is free, and decide it. None: the slot is empty."""
        frame = self._slot.take()
        if frame is None:
            return None
        if frame.age > STALE:
            stale = Refused("stale", _("The picture waited too long. Send a new one."))
            return Decision(refused_frame(frame.seq, stale))
        try:
            return self._decided(frame)
        except Refused as refusal:
            return Decision(refused_frame(frame.seq, refusal))

    def _decided(self, frame: Frame) -> Decision:
        began = time.monotonic()
        result = self._processed(frame)
        kept = result is not DOWN and latest_pictures.keep(self._slug, frame.seq, frame.jpeg)
        answer = frame_answer(frame.seq, result, age=frame.age, took=time.monotonic() - began)
        return Decision(answer, result.announcements, kept, result)

    def _processed(self, frame: Frame) -> FrameResult:
        try:
            result = self._pipeline.process(frame.jpeg, timezone.now())
        except EngineDown as error:
            self._engine_failed(error)
            return DOWN
        if not self._engine_well:
            log.info("Station %s recognises again", self._slug)
        self._engine_well = True
        return result

    def _engine_failed(self, error: EngineDown) -> None:
        """Told once for each outage, not once a frame."""
        if self._engine_well:
            log.error("Station %s cannot recognise: %s", self._slug, error, exc_info=error)
        self._engine_well = False

    # --- acting on what was seen ------------------------------------------------------------------

    def _deliver(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside the frames: a database that is slow for a moment must not freeze the preview."""
        task = asyncio.create_task(work)
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _delivered(self, event: IdentityEvent) -> None:
        trouble = await database_sync_to_async(dispatch, thread_sensitive=False)(event)
        if trouble is not None:
            await tell(station_group(event.station), trouble)
            await tell(staff_group(event.purpose), trouble)

    async def _tell_staff(self, found: SuspicionEvent) -> None:
        try:
            await database_sync_to_async(suspicions.tell, thread_sensitive=False)(found)
        except Exception:
            log.exception("A suspicion at station %s could not be recorded", found.station)

    async def _run_errand(self, errand: AfterFrame) -> None:
        try:
            await database_sync_to_async(errand, thread_sensitive=False)()
        except Exception:
            log.exception("What was read at station %s could not be acted on", self._slug)
