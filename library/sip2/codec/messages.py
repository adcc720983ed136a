"""One SIP2 message and its line: fixed fields, variable fields, sequence number and checksum. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from library.sip2.codec import encodings
from library.sip2.codec.dates import moment as moment  # dates are a part of what is read and written here
from library.sip2.codec.dates import stamp as stamp
from library.sip2.codec.layouts import LAYOUTS, STAMP

END = b"\r"
LONGEST = 16_384  # bytes of one line
FORBIDDEN = re.compile(r"[|\x00-\x1f\x7f]")  # what would end a field or a line
FIELD = re.compile(r"[A-Z]{2}")
TRAILER = re.compile(rb"(?:AY(\d)\|?)?AZ([0-9A-Fa-f]{1,4})\|?[ \x00]*$")
ONLY_SEQUENCE = re.compile(rb"(?<![A-Z])AY(\d)\|?[ \x00]*$")
BEFORE = re.compile(rb"[^0-9A-Za-z]*")  # what may stand before a message: a byte order mark, blanks, noise of a modem
TAIL = ("AY", "AZ")
FIRST_FIELDS = re.compile(r"A[ABO]")  # with which the fields of a message usually begin
LONGEST_VALUE = 255  # what a field may hold, by the standard


class BadLine(ValueError):
    """The line is none of ours, or a value cannot be written on one."""


class Unknown(BadLine):
    """No message: stray text, or a number that means nothing here. No one waits for an answer to it."""


class WrongChecksum(BadLine):
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
    """The line with its end. Raises BadMessage for what cannot be written. Without a sequence number no AY is sent.

    For questions: what is not written as it stands might be about another person.
    """
    fixed = "".join(_fixed(message, name, width) for name, width in _layout(message.code))
    variable = "".join(f"{_name(key)}{_clean(value)}|" for key, value in message.fields)
    try:
        line = _with_trailer((message.code + fixed + variable).encode(encoding), sequence, checksum)
    except UnicodeEncodeError as error:
        raise BadLine(f"{message.code} holds a letter that {encoding} does not have") from error
    if len(line) > LONGEST:
        raise BadLine("The message is too long")
    return line + END


def write(message: Message, sequence: int | None = 0, *, checksum: bool = True, encoding: str = "utf-8") -> bytes:
    """The line with its end, whatever the message holds: for answers, which follow an action that is done already.

    A letter that `encoding` does not have becomes a plain one; what would end a field is a blank; of what is too long
    the last fields are left out. Raises BadMessage only for a code that LAYOUTS does not have.
    """
    fixed = "".join(_plain(message.fixed.get(name, ""), width) for name, width in _layout(message.code))
    head = (message.code + fixed).encode("ascii")
    room = LONGEST - len(head) - len("AY0AZ0000")
    tail = b""
    for key, value in message.fields:
        part = encodings.written(f"{key}{printable(value)}|", encoding)
        if FIELD.fullmatch(key) and key not in TAIL and len(tail) + len(part) <= room:
            tail += part
    return _with_trailer(head + tail, sequence, checksum) + END


def _with_trailer(line: bytes, sequence: int | None, checksum: bool) -> bytes:
    if sequence is not None:
        line += f"AY{sequence % 10}".encode()
    if checksum:
        line += b"AZ"
        line += checksum_of(line)
    return line


def _plain(value: str, width: int) -> str:
    """As wide as the place is, and nothing but plain characters."""
    return re.sub(r"[^ -{}~]", " ", value)[:width].ljust(width)


def decode(line: bytes, *, encoding: str = "utf-8") -> Received:
    """Liberal: foreign fields, stray text, control characters and letters of another encoding are read over.

    Raises WrongChecksum for a damaged line, Unknown for what is not a message, BadMessage for one cut short.
    """
    line = line.strip(b"\r\n\x00")
    if len(line) > LONGEST:
        raise BadLine("The message is too long")
    start = len(BEFORE.match(line)[0])  # type: ignore[index]  # it matches nothing, too
    body, sequence, checked = _without_trailer(line, start, encoding)
    return Received(_parsed(encodings.read(body[start:], encoding)), sequence, checked)


def checksum_of(line: bytes) -> bytes:
    """What makes the sum of all bytes and itself zero, in 16 bits. `line` ends with AZ."""
    return f"{-sum(line) & 0xFFFF:04X}".encode()


def ends_in_trailer(line: bytes) -> bool:
    """Whether a line ends as messages with a checksum or a sequence number do: nothing of it is missing then."""
    found = TRAILER.search(line)
    return bool((found and _is_sure(line, found)) or ONLY_SEQUENCE.search(line))


def _without_trailer(line: bytes, start: int, encoding: str) -> tuple[bytes, int | None, bool]:
    if found := TRAILER.search(line):
        right = int(found[2], 16) in _sums(line[: found.start(2)], start, encoding)
        if not right and _is_sure(line, found):
            raise WrongChecksum("The checksum is wrong")
        if right:
            return line[: found.start()], int(found[1]) if found[1] else None, True
    if found := ONLY_SEQUENCE.search(line):
        return line[: found.start()], int(found[1]), False
    return line, None, False


def _is_sure(line: bytes, found: re.Match[bytes]) -> bool:
    """A trailer, and no value such as the barcode of `ABAZ1234|`: a sequence number or a delimiter stands before."""
    before = line[: found.start()]
    ends_like_one = not found[0].rstrip(b" \x00").endswith(b"|") and not before[-1:].isalpha()
    return found[1] is not None or b"|" not in before or before.endswith(b"|") or ends_like_one


def _sums(line: bytes, start: int, encoding: str) -> set[int]:
    """What the sum of `line` may be: of its bytes, with or without what stands before the message; some systems sum
    letters instead of bytes."""
    text = encodings.read(line[start:], encoding)
    return {-total & 0xFFFF for total in (sum(line), sum(line[start:]), sum(map(ord, text)))}


def _parsed(text: str) -> Message:
    code, rest, fixed = text[:2], text[2:], {}
    for name, width in _layout(code):
        if width == STAMP and _is_left_out(rest):
            fixed[name] = " " * width
            continue
        if len(rest) < width:
            raise BadLine(f"{code} ends before its fixed part does")
        fixed[name], rest = rest[:width], rest[width:]
    return Message(code, fixed, tuple(_fields(rest)))


def _is_left_out(rest: str) -> bool:
    """Some clients send no date with 65 and others: where it belongs the fields begin."""
    found = FIRST_FIELDS.match(rest)
    return found is not None and ("|" in rest[:STAMP] or "|AA" in rest or "|AB" in rest)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """What stands between two delimiters and begins with two capitals; all else is ignored."""
    for part in text.split("|"):
        part = part.lstrip("\r\n\t")
        if FIELD.fullmatch(part[:2]) and part[:2] not in TAIL:
            yield part[:2], FORBIDDEN.sub(" ", part[2:])


def _layout(code: str) -> tuple[tuple[str, int], ...]:
    if code not in LAYOUTS:
        raise Unknown(f"{code!r} is not a message that is supported here")
    return LAYOUTS[code]


def _fixed(message: Message, name: str, width: int) -> str:
    value = message.fixed.get(name, " " * width)
    if len(value) != width or not value.isascii() or FORBIDDEN.search(value):
        raise BadLine(f"{name} of {message.code} takes {width} plain characters")
    return value


def _name(name: str) -> str:
    if not FIELD.fullmatch(name) or name in TAIL:
        raise BadLine(f"{name!r} is not a field name")
    return name


def _clean(value: str) -> str:
    """SIP2 has no way to write its own delimiters, so such a value is refused, never sent half."""
    if FORBIDDEN.search(value):
        raise BadLine("A value holds a delimiter or a control character")
    return value


def printable(text: str) -> str:
    """For words that people read: what cannot be written becomes a blank."""
    return FORBIDDEN.sub(" ", text)[:LONGEST_VALUE]
