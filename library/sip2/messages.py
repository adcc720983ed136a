"""One SIP2 message and its line: fixed fields, variable fields, sequence number and checksum. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from library.sip2.layouts import LAYOUTS

END = b"\r"
LONGEST = 16_384  # bytes of one line
FORBIDDEN = re.compile(r"[|\x00-\x1f\x7f]")  # what would end a field or a line
FIELD = re.compile(r"[A-Z]{2}")
TRAILER = re.compile(rb"(?:AY(\d))?AZ([0-9A-Fa-f]{4})$")
ONLY_SEQUENCE = re.compile(rb"(?:^|\|)AY(\d)\|?$")
TAIL = ("AY", "AZ")


class BadMessage(ValueError):
    """The line is none of ours, or a value cannot be written on one."""


class WrongChecksum(BadMessage):
    """The line was damaged on its way: ask for it once more."""


@dataclass(frozen=True, slots=True)
class Message:
    """`fixed` by the names of layouts.LAYOUTS, `fields` in the order of the line; a field may come several times."""

    code: str
    fixed: dict[str, str] = field(default_factory=dict)
    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The first value of a variable field; empty when it is not there."""
        return next((value for key, value in self.fields if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]


@dataclass(frozen=True, slots=True)
class Received:
    """A message with what was written around it."""

    message: Message
    sequence: int | None
    checked: bool  # whether it carried a checksum


def encode(message: Message, sequence: int | None = 0, *, checksum: bool = True, encoding: str = "utf-8") -> bytes:
    """The line with its end. Raises BadMessage for what cannot be written. Without a sequence number no AY is sent."""
    fixed = "".join(_fixed(message, name, width) for name, width in _layout(message.code))
    variable = "".join(f"{_name(key)}{_clean(value)}|" for key, value in message.fields)
    try:
        line = (message.code + fixed + variable).encode(encoding)
    except UnicodeEncodeError as error:
        raise BadMessage(f"{message.code} holds a letter that {encoding} does not have") from error
    if sequence is not None:
        line += f"AY{sequence % 10}".encode()
    if checksum:
        line += b"AZ"
        line += checksum_of(line)
    if len(line) > LONGEST:
        raise BadMessage("The message is too long")
    return line + END


def decode(line: bytes, *, encoding: str = "utf-8") -> Received:
    """Raises WrongChecksum for a damaged line and BadMessage for one that is no message of ours."""
    line = line.strip(b"\r\n\x00 ")
    if len(line) > LONGEST:
        raise BadMessage("The message is too long")
    body, sequence, checked = _without_trailer(line)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadMessage(f"The message is not written in {encoding}") from error
    return Received(_parsed(text), sequence, checked)


def checksum_of(line: bytes) -> bytes:
    """What makes the sum of all bytes and itself zero, in 16 bits. `line` ends with AZ."""
    return f"{-sum(line) & 0xFFFF:04X}".encode()


def _without_trailer(line: bytes) -> tuple[bytes, int | None, bool]:
    if found := TRAILER.search(line):
        until = found.start(2)
        if checksum_of(line[:until]) != found[2].upper():
            raise WrongChecksum("The checksum is wrong")
        return line[: found.start()], int(found[1]) if found[1] else None, True
    if found := ONLY_SEQUENCE.search(line):
        return line[: found.start() + 1], int(found[1]), False
    return line, None, False


def _parsed(text: str) -> Message:
    code, rest, fixed = text[:2], text[2:], {}
    for name, width in _layout(code):
        if len(rest) < width:
            raise BadMessage(f"{code} ends before its fixed part does")
        fixed[name], rest = rest[:width], rest[width:]
    parts = [part for part in rest.split("|") if part]
    return Message(code, fixed, tuple((_name(part[:2]), _clean(part[2:])) for part in parts))


def _layout(code: str) -> tuple[tuple[str, int], ...]:
    if code not in LAYOUTS:
        raise BadMessage(f"{code!r} is no message that is spoken here")
    return LAYOUTS[code]


def _fixed(message: Message, name: str, width: int) -> str:
    value = message.fixed.get(name, " " * width)
    if len(value) != width or not value.isascii() or FORBIDDEN.search(value):
        raise BadMessage(f"{name} of {message.code} takes {width} plain characters")
    return value


def _name(name: str) -> str:
    if not FIELD.fullmatch(name) or name in TAIL:
        raise BadMessage(f"{name!r} is no name of a field")
    return name


def _clean(value: str) -> str:
    """SIP2 has no way to write its own delimiters, so such a value is refused, never sent half."""
    if FORBIDDEN.search(value):
        raise BadMessage("A value holds a delimiter or a control character")
    return value


def printable(text: str) -> str:
    """For words that people read: what cannot be written becomes a blank."""
    return FORBIDDEN.sub(" ", text)[:255]


# --- dates ----------------------------------------------------------------------------------------


def stamp(moment: datetime, zone: tzinfo) -> str:
    """YYYYMMDD, four blanks for local time, HHMMSS."""
    return moment.astimezone(zone).strftime("%Y%m%d    %H%M%S")


def moment(text: str, zone: tzinfo) -> datetime | None:
    """A date as library systems write it; without a time, the end of that day. None when it is none."""
    text = text.strip()
    for form, whole_day in (("%Y%m%d    %H%M%S", False), ("%Y%m%d   Z%H%M%S", False), *DAYS):
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        found = found.replace(hour=23, minute=59, second=59) if whole_day else found
        return found.replace(tzinfo=UTC if "Z" in form else zone)
    return None


DAYS = (("%Y-%m-%d %H:%M:%S", False), ("%Y-%m-%d %H:%M", False), ("%Y-%m-%d", True), ("%Y%m%d", True))
