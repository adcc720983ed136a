"""A camera read in a thread of its own, of which only the newest frame is kept: it never lags."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import Any

import cv2

from recognition.engine.types import Image
from recognition.stations.camera.trouble import Backoff, GiveUp

PATIENCE_MS = 10_000  # for an address to open or to deliver a frame
USUAL_FPS = 25.0  # for files that do not say


class CameraSource:
    """Opens `address` (a number, a file or an address such as rtsp://…), and again when it goes away.

    `in_step`: a file in a loop is, at each turn, where the clock says. Films of one length then stay together for days.
    """

    def __init__(self, address: str, *, loop: bool = False, in_step: bool = False) -> None:
        self.address, self.loop, self.in_step = address, loop, in_step
        self.is_file = not address.isdigit() and "://" not in address
        self.trouble = ""
        self.finished = False
        self._frame: Image | None = None
        self._number = 0
        self._news = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    @property
    def name(self) -> str:
        """The address without the password that may stand in it."""
        return re.sub(r"//.*@", "//…@", self.address)  # greedy: a password may hold / and @

    def open(self) -> None:
        """Raises GiveUp for a file or a camera number that cannot be opened: neither heals by waiting."""
        if self.is_file and "%" not in self.address and not Path(self.address).is_file():
            raise GiveUp(f"The file {self.address} does not exist.")
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what matters is said by us
        capture = self._open()
        if not capture.isOpened() and "://" not in self.address:
            raise GiveUp(
                f"{self.name} cannot be opened as a video."
                if self.is_file
                else f"The camera {self.name} was not found."
            )
        self._first: Any = capture

    def play(self) -> None:
        """Begin to read, once: a file is not played to a server that is not there yet."""
        if not self._thread.is_alive():
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2)

    def newest(self, after: int, timeout: float) -> tuple[int, Image] | None:
        """The newest frame and its number, if there is one later than `after` in time."""
        with self._news:
            self._news.wait_for(lambda: self._number > after or self.finished, timeout)
            return (self._number, self._frame) if self._frame is not None and self._number > after else None

    # --- the thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        backoff, capture = Backoff(), self._first
        while not self._stopping.is_set():
            if self._read_all(capture):
                backoff.reset()
            capture.release()
            if self.is_file and not self.loop:
                return self._finish()
            if not self.is_file:
                self.trouble = f"{self.name} sends no picture"
                self._stopping.wait(backoff.seconds())
            capture = self._open()
        capture.release()
        return None

    def _read_all(self, capture: Any) -> bool:
        """Read until it ends. A file is played at its own speed."""
        pause = 1.0 / (capture.get(cv2.CAP_PROP_FPS) or USUAL_FPS) if self.is_file else 0.0
        due, any_frame = time.monotonic(), False
        while not self._stopping.is_set():
            ok, frame = capture.read()
            if not ok:
                break
            any_frame, self.trouble = True, ""
            self._keep(frame)
            due = max(due + pause, time.monotonic() - 1.0)
            self._stopping.wait(max(0.0, due - time.monotonic()))
        return any_frame

    def _keep(self, frame: Image) -> None:
        with self._news:
            self._frame, self._number = frame, self._number + 1
            self._news.notify_all()

    def _finish(self) -> None:
        with self._news:
            self.finished = True
            self._news.notify_all()

    def _open(self) -> Any:
        if self.address.isdigit():
            return cv2.VideoCapture(int(self.address))
        if self.is_file:
            return self._wound(cv2.VideoCapture(self.address))
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, PATIENCE_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, PATIENCE_MS]
        return cv2.VideoCapture(self.address, cv2.CAP_FFMPEG, limits)

    def _wound(self, film: Any) -> Any:
        """The film, where the clock says."""
        frames, fps = film.get(cv2.CAP_PROP_FRAME_COUNT), film.get(cv2.CAP_PROP_FPS)
        if self.in_step and frames > 0 and fps > 0:
            film.set(cv2.CAP_PROP_POS_FRAMES, int(time.time() % (frames / fps) * fps))
        return film
