"""Keeps a station supplied with the newest picture of a source, whatever happens to either."""

from __future__ import annotations

import time
from typing import Any

import cv2

from recognition.camera.link import Link
from recognition.camera.source import Source
from recognition.camera.status import Status
from recognition.camera.trouble import Backoff, Lost
from recognition.engine.images import bounded
from recognition.engine.types import Image

QUALITIES = (85, 70, 50, 30)  # JPEG: the first that the server's limit allows
ENGINE_DOWN_PAUSE = 1.5  # s


class Agent:
    def __init__(self, source: Source, link: Link, status: Status, *, fps: float) -> None:
        self._source, self._link, self._status = source, link, status
        self._pause = 1.0 / fps
        self._shown = 0  # the last frame that was sent

    def run(self) -> None:
        """Until a file has ended. Raises GiveUp."""
        backoff = Backoff()
        self._source.open()
        try:
            while not self._source.finished:
                try:
                    hello = self._link.open()
                    backoff.reset()
                    self._stream(hello["station"])
                except Lost as trouble:
                    self._wait(str(trouble), backoff.seconds())
                finally:
                    self._link.close()
        finally:
            self._source.stop()
            self._status.end()

    def _wait(self, trouble: str, seconds: float) -> None:
        self._status.say(f"{trouble}; trying again in {seconds:.0f} s")
        time.sleep(seconds)

    def _stream(self, station: dict[str, Any]) -> None:
        self._status.say(f"connected to {station['name']}")
        self._source.play()
        while True:
            found = self._source.newest(self._shown, timeout=1.0)
            if found is None:
                if self._source.finished:
                    return
                self._status.wait(self._source.trouble or "waiting for a picture")
                continue
            self._shown, frame = found
            began = time.monotonic()
            answer = self._link.ask(_jpeg(frame, station))
            self._status.answered(answer, time.monotonic() - began)
            pause = ENGINE_DOWN_PAUSE if answer.get("state") == "engine_down" else self._pause
            time.sleep(max(0.0, began + pause - time.monotonic()))


def _jpeg(frame: Image, station: dict[str, Any]) -> bytes:
    """The frame as small as the station wants it."""
    small = bounded(frame, station["frame_width"])
    data = b""
    for quality in QUALITIES:
        data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(data) <= station["max_frame_bytes"]:
            break
    return data
