"""One frame at a time: the slot in which the newest wins, and the guard before it. No Django, no engine."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass

from config.errors import Refused
from config.errors import gettext_noop as _

JPEG = b"\xff\xd8\xff"
RATE, BURST = 60.0, 120.0  # frames a second that a socket may push for long, and at once
REFUSED_IN_A_ROW = 20


@dataclass(frozen=True, slots=True)
class Frame:
    seq: int
    jpeg: bytes
    arrived: float  # time.monotonic()

    @property
    def age(self) -> float:
        return time.monotonic() - self.arrived


class Slot:
    """Holds the newest frame only. Filled on the event loop, emptied on an engine thread."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._lock = threading.Lock()
        self._filled = asyncio.Event()

    def put(self, frame: Frame) -> None:
        with self._lock:
            self._frame = frame
        self._filled.set()

    def take(self) -> Frame | None:
        with self._lock:
            frame, self._frame = self._frame, None
        return frame

    async def wait(self, seconds: float) -> bool:
        """True when a frame lies in the slot, False when none came in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._filled.wait()
        except TimeoutError:
            return False
        self._filled.clear()
        return True


class Guard:
    """What a socket may send: pictures of bounded size, not too many, and not rubbish for ever."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._allowance, self._counted = BURST, time.monotonic()
        self._refused = 0

    def checked(self, data: bytes | None) -> bytes:
        """The frame, if it may be a picture. Raises Refused `not_an_image` or `too_large`."""
        if not data or not data.startswith(JPEG):
            raise Refused("not_an_image", _("Send one JPEG picture in each binary message."), values={})
        if len(data) > self.max_bytes:
            words = _("The picture is larger than %(most)s bytes.")
            raise Refused("too_large", words, status=413, values={"most": self.max_bytes})
        return data

    def check_rate(self) -> None:
        """Raises Refused `flood`: this socket is to be closed."""
        now = time.monotonic()
        self._allowance = min(BURST, self._allowance + (now - self._counted) * RATE) - 1
        self._counted = now
        if self._allowance < 0:
            raise Refused("flood", _("Too many pictures: wait for each answer."), status=429, values={})

    def accepted(self) -> None:
        self._refused = 0

    def refused(self) -> None:
        """Raises Refused `too_many_refused`: this socket is to be closed."""
        self._refused += 1
        if self._refused >= REFUSED_IN_A_ROW:
            raise Refused("too_many_refused", _("None of the last pictures could be used."), values={})
