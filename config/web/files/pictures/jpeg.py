"""What the markers of a JPEG say: how often it wants to be painted, and whether its end is there.

A progressive JPEG is painted in about ten scans. A scan may hold next to nothing, so a small file can ask for
thousands, and each costs as much as the whole picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

import numpy as np
from PIL import Image as Pillow

JPEG = b"\xff\xd8"
START_OF_SCAN, END = 0xDA, 0xD9
PROGRESSIVE_FRAME = 0xC2
END_MARK = b"\xff\xd9"
ENOUGH = 0.9  # of the rows of a picture that is cut off
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in a scan; the others are part of its data


def more_scans_than(most: int, data: bytes) -> bool:
    """Whether the JPEG in `data` has more than `most` scans. What comes after its end does not count."""
    scans = (marker == START_OF_SCAN for marker, _segment in segments(data))
    return any(count > most for count in accumulate(scans))


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker of the first picture in `data` with what it carries; the data of scans are skipped."""
    position = data.find(b"\xff", len(JPEG))
    while 0 <= position < len(data) - 4 and data[position] == 0xFF and data[position + 1] != END:
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        yield marker, data[position + 4 : position + 2 + length]
        position += 2 + length
        if marker == START_OF_SCAN:
            found = _NEXT_MARKER.search(data, position)
            position = found.start() if found else -1


def is_progressive(data: bytes) -> bool:
    for marker, _segment in segments(data):
        if marker in (PROGRESSIVE_FRAME, START_OF_SCAN):
            return marker == PROGRESSIVE_FRAME
    return False


def ends(data: bytes) -> bool:
    """Whether there is an end of picture after its last scan."""
    last = data.rfind(b"\xff\xda")
    return last >= 0 and data.find(END_MARK, last) >= 0


def lacks_only_its_end(picture: Pillow.Image, data: bytes) -> bool:
    """Whether all that matters of a cut JPEG was there. `picture` has been unpacked as far as it goes."""
    if is_progressive(data):
        return _last_scans_have_begun(data)
    pixels = np.asarray(Pillow.Image()._new(picture.im))
    painted = np.flatnonzero(pixels.reshape(len(pixels), -1).any(axis=1))
    return bool(len(painted)) and (painted[-1] + 1) >= ENOUGH * len(pixels)


def _last_scans_have_begun(data: bytes) -> bool:
    """Each part of the picture is being painted for the last time, to its last bit: only that may be incomplete."""
    parts: dict[int, set[int]] = {}
    for marker, segment in segments(data):
        if marker == PROGRESSIVE_FRAME and len(segment) > 5:
            parts = {segment[6 + 3 * place]: set() for place in range(segment[5]) if 6 + 3 * place < len(segment)}
        elif marker == START_OF_SCAN and len(segment) > 3 and segment[-1] & 15 == 0:
            for place in range(segment[0]):
                parts.setdefault(segment[1 + 2 * place], set()).update(range(segment[-3], segment[-2] + 1))
    return bool(parts) and all(len(painted) == 64 for painted in parts.values())
