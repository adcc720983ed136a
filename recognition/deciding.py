"""From the newest frame in the slot to the answer for the page. Runs on the engine's threads."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from django.utils import timezone

from config.errors import Refused
from recognition import pictures
from recognition.events import Frame, RefusedFrame, frame_answer, refused_frame
from recognition.frames import Frame as Picture
from recognition.frames import Slot
from recognition.identity import IdentityEvent
from recognition.pipeline import EngineDown, FrameResult, StationPipeline

log = logging.getLogger("ostiary.live")

STALE = 1.0  # s: an older frame is not decided, the client is asked for a new one
DOWN = FrameResult(state="engine_down")


@dataclass(frozen=True, slots=True)
class Decision:
    answer: Frame | RefusedFrame
    announcements: tuple[IdentityEvent, ...] = ()
    picture_kept: bool = False
    result: FrameResult | None = None  # None: the frame could not be used


class Decider:
    """Decides the frames of one socket, and remembers whether the engine was well."""

    def __init__(self, slug: str, pipeline: StationPipeline) -> None:
        self._slug, self._pipeline = slug, pipeline
        self._well = True

    def decide(self, slot: Slot) -> Decision | None:
        """Take the frame that is the newest *now*, when a thread is free, and decide it. None: the slot is empty."""
        frame = slot.take()
        if frame is None:
            return None
        if frame.age > STALE:
            return Decision(refused_frame(frame.seq, Refused("stale", "The picture waited too long. Send a new one.")))
        try:
            return self._decided(frame)
        except Refused as refusal:
            return Decision(refused_frame(frame.seq, refusal))

    def _decided(self, frame: Picture) -> Decision:
        began = time.monotonic()
        result = self._processed(frame)
        kept = result is not DOWN and pictures.keep(self._slug, frame.seq, frame.jpeg)
        answer = frame_answer(frame.seq, result, age=frame.age, took=time.monotonic() - began)
        return Decision(answer, result.announcements, kept, result)

    def _processed(self, frame: Picture) -> FrameResult:
        try:
            result = self._pipeline.process(frame.jpeg, timezone.now())
        except EngineDown as error:
            self._engine_failed(error)
            return DOWN
        if not self._well:
            log.info("Station %s recognises again", self._slug)
        self._well = True
        return result

    def _engine_failed(self, error: EngineDown) -> None:
        """Told once for each outage, not once a frame."""
        if self._well:
            log.error("Station %s cannot recognise: %s", self._slug, error, exc_info=error)
        self._well = False
