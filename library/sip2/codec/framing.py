"""Bytes as they come, cut into lines. Pure.

A line ends in CR, as the standard says, or in LF, or in both. Some systems send their own words with a line break in
them, so a break inside a value is not taken for the end.
"""

from __future__ import annotations

import re

from library.sip2.codec.layouts import LAYOUTS, STAMP_PLACE
from library.sip2.codec.messages import LONGEST, ends_in_trailer

BREAK = re.compile(rb"[\r\n]")
AROUND = b"\r\n\x00 \xef\xbb\xbf"
MESSAGE = re.compile(rb"[^0-9A-Za-z]*(\d\d)")


class Questions:
    """What machines send: every break ends a line. What is too long for a message is dropped up to its end."""

    def __init__(self, longest: int) -> None:
        self._longest, self._bytes, self._too_long = longest, bytearray(), False

    def add(self, data: bytes) -> list[bytes]:
        """The lines that are whole now, without their ends and without empty ones."""
        self._bytes += data
        *lines, rest = BREAK.split(self._bytes)
        self._bytes = bytearray(rest)
        if lines and self._too_long:
            lines, self._too_long = lines[1:], False
        if len(self._bytes) > self._longest:
            self._bytes, self._too_long = bytearray(), True
        return [bytes(line) for line in lines if line.strip(AROUND) and len(line) <= self._longest]


class Answers:
    """What a library system sends: a break ends a line only where the message can end."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._checked = False  # whether it sends trailers: then a line without one is not whole

    def add(self, data: bytes) -> None:
        self._bytes += data

    def forget(self) -> None:
        """What was said before a question is not an answer to it."""
        self._bytes.clear()

    @property
    def overflows(self) -> bool:
        return len(self._bytes) > 2 * LONGEST

    def line(self) -> bytes | None:
        """The next line that is whole for certain."""
        for found in BREAK.finditer(bytes(self._bytes)):
            line = bytes(self._bytes[: found.start()])
            if not line.strip(AROUND):
                continue
            if self._is_whole(line, bytes(self._bytes[found.end() :])):
                return self._taken(line, found.end())
        return None

    def guess(self) -> bytes | None:
        """When nothing more comes: up to the last break, whole or not."""
        ends = [found for found in BREAK.finditer(bytes(self._bytes)) if self._bytes[: found.start()].strip(AROUND)]
        return self._taken(bytes(self._bytes[: ends[-1].start()]), ends[-1].end()) if ends else None

    @property
    def is_likely(self) -> bool:
        """A break was seen that is probably an end: a short silence makes it certain."""
        waiting = bytes(self._bytes).rstrip(AROUND)
        has_end = BREAK.search(bytes(self._bytes).lstrip(AROUND)) is not None and self._bytes[-1:] in (b"\r", b"\n")
        return has_end and (not self._checked or waiting.endswith(b"|"))

    def _taken(self, line: bytes, end: int) -> bytes:
        del self._bytes[:end]
        self._checked = self._checked or ends_in_trailer(line)
        return line

    def _is_whole(self, line: bytes, rest: bytes) -> bool:
        if ends_in_trailer(line):
            return True
        found = MESSAGE.match(line)
        code = found[1].decode() if found else ""
        if code not in LAYOUTS or len(line) == found.end() + _width(code):  # type: ignore[union-attr]
            return True  # text that is not a message, or a message without fields
        if begins_message(rest):
            return True
        return line.endswith(b"|") and not self._checked and not rest.strip(AROUND)


def begins_message(rest: bytes) -> bool:
    """Whether what follows a break is a message of its own, and not the second line of a longer text."""
    rest = rest.lstrip(AROUND)
    code = rest[:2].decode("ascii", "replace")
    if code not in LAYOUTS:
        return False
    place = STAMP_PLACE.get(code)
    if place is None:
        return code in ("93", "94", "96", "97", "99") and len(rest) >= 2 + _width(code)
    return re.fullmatch(rb"\d{8}.{4}\d{6}", rest[2 + place : 20 + place]) is not None


def _width(code: str) -> int:
    return sum(width for _name, width in LAYOUTS[code])
