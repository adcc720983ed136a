"""Keeps a station supplied with the newest picture of a source, whatever happens to either."""

from __future__ import annotations

import time
from typing import Any

import cv2

from recognition.engine.images import bounded
from recognition.engine.types import Image
from recognition.stations.camera.link import CameraLink
from recognition.stations.camera.source import CameraSource
from recognition.stations.camera.status import StatusLine
from recognition.stations.camera.trouble import Backoff, Lost, Occupied

QUALITIES = (85, 70, 50, 30)  # JPEG: the first that the server's limit allows
ENGINE_DOWN_PAUSE = 1.5  # s
ASK_EVERY = 5.0  # s between questions whether the station's place is free again


class Agent:
    """Once replaced, it waits until no one else speaks for the station. `gives_way`: it does so from the start."""

    def __init__(
        self, source: CameraSource, link: CameraLink, status: StatusLine, *, fps: float, gives_way: bool = False
    ) -> None:
        self._source, self._link, self._status = source, link, status
        self._gives_way, self._waits = gives_way, gives_way
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
                    self._take_place(hello)
                    self._stream(hello["station"])
                except Occupied as trouble:
                    self._stand_aside(str(trouble))
                except Lost as trouble:
                    self._wait(str(trouble), backoff.seconds())
                finally:
                    self._link.close()
        finally:
            self._source.stop()
            self._status.end()

    def _take_place(self, hello: dict[str, Any]) -> None:
        """Raises Occupied. A camera that had lost its connection does not ask: its own last picture may still count."""
        if self._waits and hello.get("taken"):
            raise Occupied
        self._waits = self._gives_way

    def _stand_aside(self, reason: str) -> None:
        self._waits = True
        self._link.close()
        self._status.wait(reason)
        time.sleep(ASK_EVERY)

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
