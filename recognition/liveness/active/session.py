"""One attempt at one challenge, fed with camera pictures."""

from __future__ import annotations

from recognition.engine.types import Image
from recognition.liveness.active.answers import LivenessResult, Progress
from recognition.liveness.active.challenge import Challenge
from recognition.liveness.active.judge import Judge
from recognition.liveness.watcher import Watcher


class Session:
    """Not thread-safe: one session, one camera, one caller at a time. Keeps no picture."""

    def __init__(self, challenge: Challenge, watcher: Watcher) -> None:
        """With a watcher that has the models of the photo-attack check, no one passes without their consent."""
        self._watcher = watcher
        self._judge = Judge(challenge, threshold=watcher.threshold, with_passive=watcher.has_passive)

    @property
    def challenge(self) -> Challenge:
        return self._judge.challenge

    def feed(self, image: Image, at: float) -> Progress:
        """The next picture, H × W × 3 RGB, not mirrored, taken `at` seconds on any clock that never goes back.

        5 to 30 a second.
        """
        return self._judge.see(self._watcher.look(image, at))

    def progress(self) -> Progress:
        return self._judge.progress()

    def give_up(self) -> Progress:
        """No more pictures will come."""
        self._judge.give_up()
        return self._judge.progress()

    def result(self) -> LivenessResult:
        return self._judge.result()
