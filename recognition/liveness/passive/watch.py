"""One track, watched for life while recognition runs."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Engine, Face, Image
from recognition.liveness.cues.patch import Patch, cut
from recognition.liveness.passive.judging import TrackJudge
from recognition.liveness.passive.measuring import Measurer
from recognition.liveness.passive.minifasnet import Passive
from recognition.liveness.passive.pacing import RHYTHMS, Pace
from recognition.liveness.passive.types import Life, LifeState

GAP = 1.0  # s without the face, after which someone else may be there
SWAPPED = 0.4  # correlation with the face a moment ago, in people 0.6 to 1: below it something else was put there
AT_ONCE = 0.25  # s that two frames lie apart at most, to be compared so
LEAST_APART = 28.0  # px between the eyes: below it lids and relief are a few pixels; stations ask for 33 to name anyone
COME_CLOSER = "come_closer"  # recognition.live.liveness_messages
FACE = 32  # px


class PassiveWatch:
    """A `LifeWatch` by what a person does anyway. Measures until life is shown, then watches only for a swap."""

    def __init__(self, engine: Engine, networks: Passive | None = None, *, tireless: bool = False) -> None:
        """`tireless`: measures every frame, as a challenge needs it, which is over soon."""
        self._engine, self._networks = engine, networks
        self._pace = Pace({} if tireless else RHYTHMS)
        self.restart()

    def restart(self) -> None:
        self._last: float | None = None
        self._before: NDArray[np.float32] | None = None
        self._reset()

    def _reset(self) -> None:
        self._measurer, self._judge = Measurer(self._networks), TrackJudge()
        self._pace.restart()

    def rests(self, at: float) -> bool:
        return self._pace.rests(at)

    def see(self, image: Image, face: Face, at: float) -> Life:
        if not math.isfinite(at) or (self._last is not None and at <= self._last):
            return self._judge.life  # a clock that stands still or goes back shows nothing new
        rests = self.rests(at)  # asked first: who shows a frame of a rest has not compared its face
        if self._last is not None and at - self._last > GAP:
            self.restart()
        gone, self._last = (GAP if self._last is None else at - self._last), at
        if face.mesh is None or face.mesh.apart < LEAST_APART:
            return self._judge.wait(at, COME_CLOSER if face.mesh else "")
        patch = cut(image, face.mesh)
        if self._alike(patch) < SWAPPED and gone <= AT_ONCE:
            self._reset()
        if rests or self._judge.life.state is LifeState.LIVING:
            return self._judge.wait(at)
        lids, keep = self._engine.lids(image, face), self._judge.lids_are_moving
        seen = self._measurer.see(image, patch, face.box, lids, at, keep=keep)
        asks, overfull = self._networks is not None, self._measurer.overfull
        life = self._judge.see(seen, asks_networks=asks, overfull=overfull)
        self._pace.came_to(life.state, at)
        return life

    def _alike(self, patch: Patch) -> float:
        """The correlation of the face with itself a frame ago, held in place: -1 to 1."""
        now = cv2.resize(patch.grey[24:112, 20:108], (FACE, FACE), interpolation=cv2.INTER_AREA).astype(np.float32)
        now = (now - now.mean()) / max(float(now.std()), 1.0)
        before, self._before = self._before, now
        return 1.0 if before is None else float((before * now).mean())
