"""When a live camera's reading is believed: one frame by both readers, or a second frame that says the same. Pure.

One reader alone now and then makes a number out of shadows and creases, and sometimes its check digit is right; it does
not make the same one twice. Formats whose own check is weak need more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from library.kiosk.barcodes.barcodes import Code, is_library_number

WEAK = ("Code 39", "Codabar", "ITF", "UPC-E")  # a check digit is missing, optional, or of one digit among few
AGREES_WITHIN = 3.0  # s between two frames that bear each other out
ENOUGH, ENOUGH_WEAK = 2, 3  # readings; a frame that both readers read counts for two

Name = tuple[str, str]  # text, format


def is_weak(code: Code) -> bool:
    return code.format in WEAK and not is_library_number(code.text)


@dataclass(slots=True)
class BarcodeVotes:
    """What one station's camera has read within the last seconds."""

    _readings: dict[Name, list[tuple[float, int]]] = field(default_factory=dict)  # when (s), by how many readers

    def believed(self, codes: Iterable[Code], now: float) -> list[str]:
        """Texts of those codes in this frame that have been read often enough by now."""
        return [
            code.text for code in list(codes) if self._count(code, now) >= (ENOUGH_WEAK if is_weak(code) else ENOUGH)
        ]

    def _count(self, code: Code, now: float) -> int:
        name = code.text, code.format
        lately = [(at, by) for at, by in self._readings.get(name, []) if now - at <= AGREES_WITHIN]
        self._readings[name] = [*lately, (now, len(code.readers))][-ENOUGH_WEAK:]
        return sum(by for _at, by in self._readings[name])

    def forget(self, now: float) -> None:
        """What was last read longer ago no longer counts."""
        self._readings = {name: seen for name, seen in self._readings.items() if now - seen[-1][0] <= AGREES_WITHIN}
