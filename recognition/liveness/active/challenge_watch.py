"""A challenge as the watch of a track: the kiosk leads anyone who was recognised through it, and then says the name."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from config.errors import Refused
from recognition.engine.embedding.vectors import mean
from recognition.engine.types import Face, Image, Vector
from recognition.liveness.active.answers import LivenessResult, Progress
from recognition.liveness.passive.types import Life, LifeState

log = logging.getLogger("ostiary.live")

TRIES = 3  # for one track; then card and PIN are the way
REST = 3.0  # s in which the reason of a failed attempt stays on the screen, before the next one begins
LOCKED_AFTER = 5  # failed attempts in a row at one camera; then it waits, twice as long each time
FIRST_LOCK, LONGEST_LOCK = 30.0, 900.0  # s
USE_CARD, LOOK_STRAIGHT = "use_card", "look_straight"
OF_A_PICTURE = frozenset({"flat_picture", "passive_spoof", "face_swapped"})  # failures that staff should hear of


class Attempt(Protocol):
    """One attempt at one challenge (`liveness.Session`)."""

    def feed(self, image: Image, at: float) -> Progress: ...
    def result(self) -> LivenessResult: ...


@dataclass(slots=True)
class Failures:
    """Failed attempts in a row at one camera: no one may try for ever."""

    count: int = 0
    locked_until: float = -1e9

    def note(self, at: float) -> None:
        self.count += 1
        if self.count >= LOCKED_AFTER:
            self.locked_until = at + min(LONGEST_LOCK, FIRST_LOCK * 2.0 ** (self.count - LOCKED_AFTER))

    def clear(self) -> None:
        self.count = 0


class ChallengeWatch:
    """See `life.LifeWatch`. The session holds the face to be one and the same; in the end it must be the track's."""

    def __init__(
        self, new_attempt: Callable[[], Attempt], same: Callable[[Vector], bool], failures: Failures | None = None
    ) -> None:
        """`new_attempt` may be Refused, as where the models are missing: then no one passes, and a card is asked for.

        `same`: whether a vector shows the face of the track.
        """
        self._new_attempt, self._same = new_attempt, same
        self._failures = failures if failures is not None else Failures()
        self.restart()

    def restart(self) -> None:
        self._attempt: Attempt | None = None
        self._began: float | None = None
        self._tries = 0
        self._reason, self._rests_until = "", -1e9
        self._unavailable = False
        self._passed: Life | None = None

    def see(self, image: Image, face: Face, at: float) -> Life:
        if self._passed is not None:
            return self._passed  # that it is the same face is the tracker's to see
        self._began = at if self._began is None else self._began
        if at < self._rests_until:
            return self._failed_life(at)
        if self._unavailable or self._tries >= TRIES or at < self._failures.locked_until:
            return self._waits(at, USE_CARD)
        return self._fed(image, at)

    def rests(self, at: float) -> bool:
        """An attempt is over soon, and each of its frames may hold what was asked for."""
        return False

    def _fed(self, image: Image, at: float) -> Life:
        attempt = self._attempt or self._begun()
        if attempt is None:
            return self._waits(at, USE_CARD)
        progress = attempt.feed(image, at)
        if not progress.is_over:
            done = progress.step_index / max(1, progress.steps)
            return self._waits(at, progress.hint or progress.step or LOOK_STRAIGHT, done)
        return self._ended(attempt.result(), at)

    def _begun(self) -> Attempt | None:
        try:
            self._attempt = self._new_attempt()
        except Refused as refusal:
            log.error("No liveness challenge can be asked for: %s", refusal.message)
            self._unavailable = True
        return self._attempt

    def _ended(self, result: LivenessResult, at: float) -> Life:
        self._attempt = None
        reason = result.reason or "" if not result.passed else "" if self._is_theirs(result) else "face_swapped"
        if result.passed and not reason:
            self._failures.clear()
            cues = {"challenge": 1.0} | ({} if result.passive_score is None else {"network": result.passive_score})
            self._passed = Life(LifeState.LIVING, 1.0, cues, self._since(at))
            return self._passed
        self._reason, self._rests_until, self._tries = reason or "not_finished", at + REST, self._tries + 1
        self._failures.note(at)
        return self._failed_life(at)

    def _is_theirs(self, result: LivenessResult) -> bool:
        """Whether the face that answered is the one that would be named."""
        taken = result.embeddings
        if not taken:
            return False
        vector = mean(np.stack([one.vector for one in taken]), [max(one.quality, 1e-3) for one in taken])
        return self._same(vector)

    def _failed_life(self, at: float) -> Life:
        state = LifeState.PICTURE if self._reason in OF_A_PICTURE else LifeState.WAITING
        return Life(state, 0.0, {"challenge": 0.0}, self._since(at), ask=self._reason)

    def _waits(self, at: float, ask: str, done: float = 0.0) -> Life:
        return Life(LifeState.WAITING, 0.0, {"challenge": done}, self._since(at), ask=ask)

    def _since(self, at: float) -> float:
        return 0.0 if self._began is None else at - self._began
