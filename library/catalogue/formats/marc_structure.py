"""The fields of one MARC record (ISO 2709) as bytes: each ends at its terminator, whatever the lengths say. Pure.

Lengths and starts that were counted in characters, leaders without a length and bytes before a record are common;
the terminators are nearly always right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

SUBFIELD, FIELD_END, RECORD_END = b"\x1f", b"\x1e", b"\x1d"
LEADER, ENTRY = 24, 12  # bytes
DIRECTORY = re.compile(rb"(?:[0-9A-Za-z ]{3}\d{9})+\Z")
# A leader and its directory in the middle of other bytes: indicators and codes take two, and the map is 45 and more.
RECORD = re.compile(rb"[0-9 ]{5}[a-z #|]{3}[^\x1d-\x1f]{2}22[0-9 ]{5}[^\x1d-\x1f]{3}45..(?:[0-9A-Za-z ]{3}\d{9})+\x1e")
# A leader, and the first two fields of its directory: however long that is, it begins like this.
BEGINNING = re.compile(rb"[^\x1d-\x1f]{24}(?:[0-9A-Za-z ]{3}\d{9}){1,2}")
LENGTH = re.compile(rb"[\d ]{5}[^\x1d-\x1f]{15,19}")
BETWEEN = b"\r\n\x00\x1a\xef\xbb\xbf"  # what some systems put before, between and after records
MOST_STARTS = 99_999  # of a record so long, the starts in the directory begin again at nothing

Fields = list[tuple[str, bytes]]  # tag and bytes


@dataclass(frozen=True, slots=True)
class Structure:
    """`leader` is 24 bytes; `exact` when directory and terminators say the same."""

    leader: bytes
    fields: Fields
    exact: bool = True


def begins_like_marc(head: bytes) -> bool:
    """By its leader, or by the first that follows some other bytes."""
    start = head.lstrip(BETWEEN)
    if BEGINNING.match(start) and (start[10:12] == b"22" or start[:5].isdigit() or start[20:22] == b"45"):
        return True
    ended = FIELD_END in head or SUBFIELD in head
    return ended and bool(LENGTH.match(start.lstrip(b" ")) or RECORD.search(head))


def exact(chunk: bytes) -> Structure | None:
    """What nearly every record is: the directory leads to each field, and each ends where it says."""
    base = chunk.find(FIELD_END) + 1
    if base <= LEADER or (base - 1 - LEADER) % ENTRY:
        return None
    fields, last = [], base - 1
    for place in range(LEADER, base - 1, ENTRY):
        entry = chunk[place : place + ENTRY]
        if not (entry[:3].isascii() and entry[3:].isdigit()):
            return None
        start = base + int(entry[7:])
        end = start + int(entry[3:7]) - 1
        if chunk[start - 1 : start] != FIELD_END or chunk.find(FIELD_END, start) != end:
            return None
        fields.append((_tag(entry), chunk[start:end]))
        last = max(last, end)
    is_all = chunk[last + 1 :] in (b"", RECORD_END)  # the next record may stick to one without its end
    return Structure(chunk[:LEADER], fields) if is_all else None


def _tag(entry: bytes) -> str:
    """`20` and ` 20` are written for `020`."""
    return entry[:3].decode().strip().rjust(3, "0")


def loose(chunk: bytes) -> Structure | None:
    """By the terminators alone. None: its directory is damaged, or fields are missing."""
    head, found, rest = chunk.removesuffix(RECORD_END).partition(FIELD_END)
    directory = DIRECTORY.fullmatch(head, LEADER) or DIRECTORY.search(head)
    if not (found and directory and LEADER - 4 <= directory.start() <= LEADER + 4):
        return None
    entries = [directory[0][place : place + ENTRY] for place in range(0, len(directory[0]), ENTRY)]
    pieces = rest.removesuffix(FIELD_END).split(FIELD_END)
    complete = rest.endswith(FIELD_END)
    placed = _placed([int(entry[7:]) for entry in entries], pieces, complete=complete)
    if placed is None or not (complete or _ends_whole(entries, pieces[-1], placed)):
        return None
    leader = head[: directory.start()].ljust(LEADER)[:LEADER]
    return Structure(leader, [(_tag(entry), piece) for entry, piece in zip(entries, placed, strict=True)], False)


def _ends_whole(entries: list[bytes], piece: bytes, placed: list[bytes]) -> bool:
    """Whether the last field has lost only its terminator: letters that are cut off would be missing unseen."""
    lengths = {int(entry[3:7]) for entry, its in zip(entries, placed, strict=True) if its is piece}
    return bool(lengths & {len(piece) + 1, _characters(piece) + 1})


def _placed(starts: list[int], pieces: list[bytes], *, complete: bool) -> list[bytes] | None:
    """The piece of each entry: by starts in bytes, by starts in characters, or in their order."""
    for lengths in ([len(piece) for piece in pieces], [_characters(piece) for piece in pieces]):
        by_start = dict(zip(_starts(lengths), pieces, strict=True))
        if all(start in by_start for start in starts) and len(set(starts)) == len(starts):
            return [by_start[start] for start in starts]
    if len(pieces) != len(starts) or not complete:
        return None
    if sum(map(len, pieces)) > MOST_STARTS:
        return pieces
    order = sorted(range(len(starts)), key=starts.__getitem__)
    return [piece for _place, piece in sorted(zip(order, pieces, strict=True), key=lambda pair: pair[0])]


def _characters(piece: bytes) -> int:
    """As letters, whatever they are: continuing bytes of UTF-8 are not counted."""
    return len(piece.decode(errors="replace"))


def _starts(lengths: list[int]) -> Iterator[int]:
    start = 0
    for length in lengths:
        yield start
        start += length + 1


def split_at_records(chunk: bytes) -> list[bytes]:
    """A record whose end is missing has the next one glued to it; junk may stand before the first."""
    starts = [found.start() for found in RECORD.finditer(chunk)]
    edges = sorted({0, *starts, len(chunk)})
    return [chunk[start:end] for start, end in pairwise(edges) if chunk[start:end].strip()]


def code_and_rest(subfield: bytes) -> tuple[str, bytes]:
    """A code that is not an ASCII character was lost: what follows is taken for an `a`."""
    if subfield[:1].isascii():
        return subfield[:1].decode().lower(), subfield[1:]
    return "a", subfield.lstrip(bytes(range(0x80, 0x100)))
