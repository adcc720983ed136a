"""Turns of a face and the relief that they showed, one for each reference that looks were held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recognition.liveness.cues.relief import Relief

TURNED = 0.09  # sine of the turn from which a face must show relief: 5 degrees
COUNTED = 0.05  # looks turned by less say nothing
GAIN, SLOPE = 0.05, 0.2  # a head's depths move by half of the turn and more; sheets stay below 0.02 and 0.1
FLAT = 0.1  # slope
FEWEST = 3  # looks that turned
SIDEWAYS = 0.25  # share of the turn: with less it is a nod
SHOWN = 0.075  # gain of one turn that is enough: sheets, tilted or bent, showed up to 0.072 for a moment
NODDED = 0.1  # the same of a nod: a sheet bent about a level axis bulges as a face does from brow to chin


@dataclass(slots=True)
class ReferenceTurn:
    """The looks that were held against one reference."""

    epoch: int = -1
    looks: int = 0
    along: float = 0.0  # sum of relief times turn
    square: float = 0.0  # sum of turn times turn
    sideways: float = 0.0  # its part to the side
    farthest: float = 0.0

    def add(self, relief: Relief) -> None:
        size = float(np.hypot(relief.turned, relief.nodded))
        if size <= COUNTED:
            return
        self.looks += 1
        self.along += relief.across * relief.turned + relief.down * relief.nodded
        self.square += size * size
        self.sideways += relief.turned * relief.turned
        self.farthest = max(self.farthest, size)

    @property
    def slope(self) -> float:
        return self.along / self.square if self.square else 0.0

    @property
    def gain(self) -> float:
        return self.slope * self.farthest

    @property
    def solid(self) -> float:
        """1: a head. 0.5: a turn that showed little, as a sheet may by chance; two of them make one."""
        if self.looks < FEWEST or self.farthest < TURNED or self.gain < GAIN or self.slope < SLOPE:
            return 0.0
        is_nod = self.sideways < SIDEWAYS * self.square
        return 1.0 if self.gain >= (NODDED if is_nod else SHOWN) else 0.5

    @property
    def is_flat(self) -> bool:
        return self.looks >= 2 * FEWEST and self.farthest >= TURNED and self.slope < FLAT


class ReferenceTurns:
    """Of one track."""

    def __init__(self) -> None:
        self._now = ReferenceTurn()
        self._solid, self._flat = 0.0, 0

    def add(self, epoch: int, relief: Relief) -> None:
        if epoch != self._now.epoch:
            self._solid, self._flat = self.solid, self._flat + self._now.is_flat
            self._now = ReferenceTurn(epoch)
        self._now.add(relief)

    @property
    def solid(self) -> float:
        """How many have shown the relief of a head, the one that goes on included."""
        return self._solid + self._now.solid

    @property
    def flat(self) -> int:
        """How many have shown none."""
        return self._flat + (not self.solid and self._now.is_flat)
