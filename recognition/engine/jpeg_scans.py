"""How often a JPEG wants to be painted, read from its markers alone.

A progressive JPEG is painted in about ten scans. A scan may hold next to nothing, so a small file can ask for
thousands, and each costs as much as the whole picture.
"""

from __future__ import annotations

import re

JPEG = b"\xff\xd8"
START_OF_SCAN, END = 0xDA, 0xD9
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in a scan; the others are part of its data


def more_scans_than(most: int, data: bytes) -> bool:
    """Whether the JPEG in `data` has more than `most` scans. What comes after its end does not count."""
    scans, position = 0, data.find(b"\xff", len(JPEG))
    while 0 <= position < len(data) - 4 and data[position] == 0xFF and data[position + 1] != END:
        is_scan = data[position + 1] == START_OF_SCAN
        scans += is_scan
        if scans > most:
            return True
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if is_scan:
            found = _NEXT_MARKER.search(data, position)
            position = found.start() if found else -1
    return False
