"""A challenge beside recognition: begun for who would be named, tried a few times, bound to their face."""

from __future__ import annotations

import numpy as np
import pytest

from config.errors import Refused
from recognition.engine import Box, Face, Quality
from recognition.liveness import Capture, LivenessResult, Progress
from recognition.liveness.active.challenge_watch import (
    FIRST_LOCK,
    LOCKED_AFTER,
    LONGEST_LOCK,
    REST,
    TRIES,
    ChallengeWatch,
    Failures,
)
from recognition.liveness.passive import LifeState

IMAGE = np.zeros((10, 10, 3), np.uint8)
FACE = Face(Box(0, 0, 120, 120), 1.0, np.zeros((68, 2), np.float32), Quality(120, 200, 120, 40, 0, 0, 0, 0.3, 0.9))
VECTOR = np.eye(4, dtype=np.float32)[0]


class Attempt:
    """Over after three frames, with this verdict."""

    def __init__(self, reason=None, captures=3):
        self.reason, self.captures, self.frames = reason, captures, 0

    def feed(self, image, at):
        self.frames += 1
        over = self.frames == 3
        state = ("failed" if self.reason else "passed") if over else "step"
        return Progress(state, "turn_left", 1, 4, None, self.reason if over else None, 5.0)

    def result(self):
        taken = tuple(Capture(VECTOR, 0.9, 0.0) for _ in range(self.captures)) if not self.reason else ()
        return LivenessResult(self.reason is None, self.reason, (), (), 0.0, 0.0, 0.9, taken, {})


class Stage:
    def __init__(self, *attempts, same=True, failures=None):
        self.attempts, self.now, self.begun = list(attempts), 0.0, 0
        self.watch = ChallengeWatch(self._begin, lambda vector: same, failures)

    def _begin(self):
        self.begun += 1
        return self.attempts.pop(0)

    def sees(self, frames=1, every=0.2):
        for _ in range(frames):
            self.now += every
            life = self.watch.see(IMAGE, FACE, self.now)
        return life


def test_it_asks_step_by_step_and_ends_alive():
    stage = Stage(Attempt())
    assert stage.sees().ask == "turn_left"
    life = stage.sees(frames=2)
    assert (life.state, life.score, life.ask) == (LifeState.LIVING, 1.0, "")
    assert life.cues == {"challenge": 1.0, "network": 0.9}
    assert stage.sees(frames=20) is life and stage.begun == 1  # nobody is asked twice


def test_a_failed_attempt_says_why_and_another_follows():
    stage = Stage(Attempt("timed_out"), Attempt())
    life = stage.sees(frames=3)
    assert (life.state, life.ask) == (LifeState.WAITING, "timed_out")
    assert stage.sees(every=REST / 2).ask == "timed_out"
    assert stage.sees(every=REST).ask == "turn_left"
    assert stage.sees(frames=2).state == LifeState.LIVING


@pytest.mark.parametrize("reason", ["flat_picture", "passive_spoof", "face_swapped"])
def test_signs_of_a_picture_are_signs_of_a_picture(reason):
    assert Stage(Attempt(reason)).sees(frames=3).state == LifeState.PICTURE


def test_who_answered_must_be_who_would_be_named():
    stage = Stage(Attempt(), same=False)
    life = stage.sees(frames=3)
    assert (life.state, life.ask) == (LifeState.PICTURE, "face_swapped")


def test_an_answer_without_a_face_to_compare_is_none():
    assert Stage(Attempt(captures=0)).sees(frames=3).state != LifeState.LIVING


def test_after_three_tries_the_card_is_the_way():
    stage = Stage(*(Attempt("timed_out") for _ in range(9)))
    for _ in range(TRIES):
        stage.sees(frames=3)
        stage.sees(every=REST + 0.1)
    assert stage.sees(frames=10, every=60.0).ask == "use_card" and stage.begun == TRIES


def test_another_face_in_the_place_begins_again():
    stage = Stage(Attempt(), Attempt())
    stage.sees(frames=2)
    stage.watch.restart()
    assert stage.sees().state == LifeState.WAITING and stage.begun == 2


def test_a_camera_where_attempts_fail_again_and_again_waits_longer_and_longer():
    failures = Failures()
    for _ in range(LOCKED_AFTER - 1):
        failures.note(0.0)
    assert failures.locked_until < 0
    waits = []
    for _ in range(8):
        failures.note(0.0)
        waits.append(failures.locked_until)
    assert waits[:3] == [FIRST_LOCK, 2 * FIRST_LOCK, 4 * FIRST_LOCK] and waits[-1] == LONGEST_LOCK
    stage = Stage(Attempt(), failures=failures)
    assert stage.sees().ask == "use_card" and stage.begun == 0
    stage.now = LONGEST_LOCK
    assert stage.sees(frames=3).state == LifeState.LIVING and failures.count == 0


def test_where_no_challenge_can_be_asked_for_nobody_passes_and_it_is_logged_once(caplog):
    def refused():
        raise Refused("liveness_unavailable", "The models are missing.", status=503)

    watch = ChallengeWatch(refused, lambda vector: True)
    lives = [watch.see(IMAGE, FACE, number / 5) for number in range(10)]
    assert {(life.state, life.ask) for life in lives} == {(LifeState.WAITING, "use_card")}
    assert caplog.text.count("The models are missing") == 1
