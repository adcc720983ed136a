"""What was seen along a track, added up: for life, or for a picture of it.

Each cue gives a weight of evidence, a log-likelihood ratio to base e: how much oftener it shows so before a living
person than before a picture, measured on the tuning half of the films (docs/liveness.md), rounded and capped, for
nothing that was measured on so few people is surer than that. No one is alive without a sign of life, and nothing is a
picture without a sign of one.
"""

from __future__ import annotations

import numpy as np

from recognition.liveness.cues.eyes import LidDip, Lids
from recognition.liveness.cues.relief import Relief
from recognition.liveness.cues.surround import Around
from recognition.liveness.passive.measuring import MeasuredFrame
from recognition.liveness.passive.minifasnet import FEWEST_FRAMES, LEAST_LIVE, PassiveMean
from recognition.liveness.passive.reference_turns import ReferenceTurns

# --- blinks ---
TRAVEL = 0.06  # of a lid on its way: prints that are exchanged or faded stay below 0.02, people have 0.08 to 0.3
DEEP = 0.5  # of the usual opening: people shut their eyes, and what a lens makes of a print's shut eye is a slit
MIXED = 0.02  # below it, what lies between open and shut is a mixture of both
BLINKED, DIPPED, EXCHANGED = 3.5, 0.2, -0.8
# --- relief ---
SOLID, IS_FLAT = 3.5, -1.2
# --- the rest ---
RIGID, RESTLESS = 0.0075, 0.011  # unrest, eye distances
MOVED = 0.10  # eye distances: a face that moves by less need not change
CALM, LIVELY = -0.7, 0.5
ENCLOSED, SCREEN = 0.7, 0.55  # films on a screen show 0.66 to 0.99 of the edge seen least, living people 0.38 at most
FRAMED = -3.6
WITH, ASKED = 0.15, 30  # share of what is around that goes with the face; points asked, least
CARRIED = -0.8
NETWORK = ((LEAST_LIVE, -5.5), (0.55, -1.0), (0.8, 0.0), (1.01, 0.5))  # up to which mean, which weight
NETWORK_FRAMES = FEWEST_FRAMES
MOST_FOR, MOST_AGAINST = 5.0, -7.0


class TrackEvidence:
    """Adds up one track."""

    def __init__(self) -> None:
        self._lids = Lids()
        self._blinks: list[LidDip] = []
        self._turns = ReferenceTurns()
        self._unrest: list[float] = []
        self._enclosed: list[float] = []
        self._screens: list[float] = []
        self._with, self._asked = 0, 0
        self._network = PassiveMean()

    # --- taking in --------------------------------------------------------------------------------

    def add(self, seen: MeasuredFrame) -> None:
        if seen.eyes is not None:
            blink = self._lids.add(seen.eyes)
            if blink is not None:
                self._blinks.append(blink)
        if seen.relief is not None and seen.relief.is_told:
            self._turned(seen.epoch, seen.relief)
        if seen.around is not None:
            self._surrounded(seen.around)
        if seen.edges is not None:
            self._enclosed.append(seen.edges.enclosed)
        if seen.screen is not None:
            self._screens.append(seen.screen)
        if seen.network is not None:
            self._network.add(seen.network, 1.0)

    @property
    def lids_are_moving(self) -> bool:
        return self._lids.is_shut()

    def _turned(self, epoch: int, relief: Relief) -> None:
        self._turns.add(epoch, relief)
        if np.hypot(relief.turned, relief.nodded) > MOVED / 2 or relief.shift > MOVED:
            self._unrest.append(relief.unrest)

    def _surrounded(self, around: Around) -> None:
        self._with += around.near_with
        self._asked += around.near_with + around.near_stayed

    # --- adding up ------------------------------------------------------------------------------------

    def weights(self) -> dict[str, float]:
        """What each cue weighs by now; 0 where it says nothing."""
        return {
            "blink": self._blinked(),
            "relief": self._relief(),
            "unrest": self._restless(),
            "frame": FRAMED if self._is_framed else 0.0,
            "around": CARRIED if self._asked >= ASKED and self._with >= WITH * self._asked else 0.0,
            "network": self._networked(),
        }

    @property
    def has_sign_of_life(self) -> bool:
        return self._turns.solid >= 1 or any(map(_is_natural, self._blinks))

    @property
    def network(self) -> float | None:
        """Mean probability of a living face, where the networks were asked often enough."""
        return self._network.score

    @property
    def network_frames(self) -> int:
        return self._network.frames

    @property
    def _is_framed(self) -> bool:
        close, far = self._enclosed[-6:], self._screens[-6:]
        is_close = len(close) >= 2 and float(np.median(close)) >= ENCLOSED
        return is_close or (len(far) >= 1 and float(np.median(far)) >= SCREEN)

    def _blinked(self) -> float:
        lids = sum(map(_is_natural, self._blinks))
        mixed = sum(blink.between > 0 and blink.travel < MIXED for blink in self._blinks)
        plain = len(self._blinks) - lids - mixed
        return BLINKED * lids + min(DIPPED * plain, 2 * DIPPED) + max(EXCHANGED * mixed, 3 * EXCHANGED)

    def _relief(self) -> float:
        return SOLID * self._turns.solid + max(IS_FLAT * self._turns.flat, 3 * IS_FLAT)

    def _restless(self) -> float:
        if len(self._unrest) < 5:
            return 0.0
        unrest = float(np.median(self._unrest[-40:]))
        return CALM if unrest < RIGID else LIVELY if unrest > RESTLESS else 0.0

    def _networked(self) -> float:
        score = self._network.score
        return 0.0 if score is None else next(weight for most, weight in NETWORK if score < most)


def _is_natural(blink: LidDip) -> bool:
    return blink.travel >= TRAVEL and blink.depth <= DEEP
