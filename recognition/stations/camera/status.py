"""What the agent tells the person who started it: one living line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, TextIO

EVERY = 0.5  # s between changes of the living line
REPORT_EVERY = 60.0  # s between plain lines where there is no terminal


class StatusLine:
    def __init__(self, stream: TextIO, station: str, *, report_every: float = REPORT_EVERY) -> None:
        self._stream, self._station, self._report_every = stream, station, report_every
        self._living = stream.isatty()
        self._times: deque[float] = deque(maxlen=200)
        self._waiting, self._seconds, self._reported = "", 0.0, time.monotonic()
        self._drawn = 0.0
        self._open_line = False

    def say(self, text: str) -> None:
        """Something happened: a line that stays."""
        self.end()
        self._write(f"{self._station}: {text}\n")

    def show(self, text: str) -> None:
        """How it stands: the living line, or the same line now and then."""
        now = time.monotonic()
        if not self._living:
            if now - self._reported >= self._report_every:
                self._reported = now
                self.say(text)
        elif now - self._drawn >= EVERY:
            self._drawn, self._open_line = now, True
            self._write(f"\r\x1b[K{self._station}: {text}")

    def wait(self, reason: str) -> None:
        """No picture at the moment: said once for each reason, shown as long as it lasts."""
        if reason != self._waiting:
            self._waiting = reason
            self.say(reason)
        self.show(reason)

    def answered(self, answer: dict[str, Any], seconds: float) -> None:
        self._waiting = ""
        self._times.append(time.monotonic())
        self._seconds = 0.9 * self._seconds + 0.1 * seconds if self._seconds else seconds
        self.show(f"{self._fps():.1f} pictures/s, answered in {self._seconds * 1000:.0f} ms, {_words(answer)}")

    def end(self) -> None:
        """Leave the living line."""
        if self._open_line:
            self._open_line = False
            self._write("\n")

    def _fps(self) -> float:
        recent = [at for at in self._times if at > time.monotonic() - 5.0]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 else 0.0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _words(answer: dict[str, Any]) -> str:
    if answer["kind"] == "refused":
        return str(answer["message"])
    names = [face["label"] or face["state"] for face in answer["faces"]]
    return ", ".join(names) if names else str(answer["state"]).replace("_", " ")
