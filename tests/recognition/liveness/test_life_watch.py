"""The watch of one track, on drawn heads: who is alive, what is a picture, and what a camera may do wrong."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recognition.liveness.cues.edges import Edges
from recognition.liveness.cues.relief import Relief
from recognition.liveness.passive import LifeState, life_watch
from recognition.liveness.passive.judging import LIVING
from recognition.liveness.passive.measuring import MeasuredFrame
from recognition.liveness.passive.weighing import MOST_FOR, TrackEvidence
from tests.recognition.liveness.test_life_cues import homography
from tests.support.liveness import drawn_heads as heads

OPEN = 0.3


class Film:
    """Frames shown to a watch, a tenth of a second apart."""

    def __init__(self, networks=None, every=0.1):
        self.engine, self.at, self.every = heads.Lids(OPEN), 0.0, every
        self.watch = life_watch(self.engine, networks)
        self.lives = []

    def show(self, shown, opening=OPEN):
        self.engine.opening = opening
        image, face = shown
        self.lives.append(self.watch.see(noisy(image, len(self.lives)), face, self.at))
        self.at += self.every
        return self.lives[-1]

    def hold(self, seconds, **turned):
        for _ in range(round(seconds / self.every)):
            self.show(heads.head(**turned))
        return self.lives[-1]

    def turn(self, most=14, seconds=1.5):
        count = round(seconds / self.every)
        for n in range(count):
            self.show(heads.head(yaw=most * math.sin(math.pi * n / count)))
        return self.lives[-1]

    def blink(self, openings=(0.05, 0.04, 0.14, 0.22, 0.28)):
        for opening in openings:
            self.show(heads.head(image=heads.with_lids(heads.coat(), 1 - opening / OPEN)), opening)
        return self.hold(0.5)

    @property
    def states(self):
        return {life.state for life in self.lives}


def noisy(image, number):
    """A little of a camera's noise."""
    return cv2.add(image, noise()[number % 5])


@lru_cache(maxsize=1)
def noise():
    rng = np.random.default_rng(0)
    return [rng.integers(0, 6, (heads.HEIGHT, heads.WIDTH, 3)).astype(np.uint8) for _ in range(5)]


# --- the living ---------------------------------------------------------------------------------------------


def test_somebody_who_blinks_is_alive_at_once():
    film = Film()
    film.hold(1.0)
    assert film.states == {LifeState.WAITING}
    life = film.blink()
    assert life.state == LifeState.LIVING and life.cues["blink"] > 0 and life.score > 0.9


def test_somebody_who_turns_the_head_is_alive():
    film = Film()
    film.hold(0.6)
    life = film.turn()
    assert life.state == LifeState.LIVING and life.cues["relief"] > 0


def test_at_five_frames_a_second_too():
    film = Film(every=0.2)
    film.hold(0.8)
    assert film.turn(seconds=2.4).state == LifeState.LIVING


def test_a_still_face_waits_and_is_told_so_after_a_second():
    film = Film()
    film.hold(3.0)
    assert film.states == {LifeState.WAITING}
    assert not film.lives[5].hint and film.lives[12].hint
    assert film.lives[12].since == pytest.approx(1.2)


def test_once_alive_nothing_is_measured_any_more():
    film = Film()
    film.turn()
    film.engine.lids = None  # would fail
    assert film.hold(1.0).state == LifeState.LIVING
    assert not film.lives[-1].hint


def test_a_face_too_far_away_shows_no_life_and_is_asked_to_come_closer():
    """As a face in a film on a screen often is. Stations name no face so small either."""
    film = Film()
    for n in range(30):
        image, face = heads.head(yaw=14 * math.sin(n / 3))
        half = cv2.warpAffine(image, np.float32([[0.5, 0, 0], [0, 0.5, 0]]), image.shape[1::-1], flags=cv2.INTER_AREA)
        film.show((half, heads.face_of(face.mesh.points * 0.5, face.mesh.yaw, 0.0)))
    assert film.states == {LifeState.WAITING}
    assert film.lives[-1].hint and film.lives[-1].ask == "come_closer" and not film.lives[3].ask
    assert film.turn().state == LifeState.LIVING


# --- pictures -----------------------------------------------------------------------------------------------

SWING = st.floats(-0.05, 0.05)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(SWING, min_size=6, max_size=6), st.floats(-4e-4, 4e-4), st.floats(0, 14), st.booleans())
def test_no_film_of_a_flat_picture_is_ever_alive(swings, slant, dreamt, printed_eyes):
    """Moved, zoomed, rolled, tilted, whatever turn the mesh dreams up, with printed eyes exchanged or not."""
    a, b, c, d, x, y = swings
    film = Film()
    for n in range(30):
        s = math.sin(n / 3)
        shut = printed_eyes and n % 10 in (7, 8)
        matrix = homography(a * s, b * s, c * s, d * s, slant * s, slant * s, 300 * x * s, 300 * y * s)
        shown = heads.picture_of(matrix, dreamt * s, image=heads.coat(shut=shut))
        film.show(shown, 0.05 if shut else OPEN)
    assert LifeState.LIVING not in film.states


@pytest.mark.parametrize("looks", [1, 6])
def test_a_blink_and_turns_in_a_film_on_a_screen_are_not_enough(looks):
    """The recording moves as the person in it did; what gives it away is its frame."""
    evidence = TrackEvidence()
    for number in range(12):
        turned = 0.08 + 0.04 * (number % 4)
        relief = Relief(0.5 * turned, 0.0, 0.01, turned, 0.0, 0.02, 0.2, 120)
        screen = 0.95 if number < looks else None
        evidence.add(MeasuredFrame(number / 10, number // 4, relief, edges=Edges(), screen=screen))
    weights = evidence.weights()
    assert evidence.has_sign_of_life and weights["relief"] > 3 and weights["frame"] < 0
    assert min(MOST_FOR, sum(value for value in weights.values() if value > 0)) + weights["frame"] < LIVING


def test_a_picture_turned_about_is_suspected():
    film = Film()
    for n in range(80):
        s = math.sin(n / 3)
        shut = n % 14 in (7, 8)
        matrix = homography(-0.2 * abs(s), 0, 0, 0, 1e-3 * s, 0, 12 * s, 4 * s)
        film.show(heads.picture_of(matrix, 9 * s, image=heads.coat(shut=shut)), 0.05 if shut else OPEN)
    life = film.lives[-1]
    assert life.state == LifeState.PICTURE and life.cues["relief"] < 0
    assert LifeState.LIVING not in film.states and not life.hint


def test_what_the_networks_call_a_picture_is_one_even_if_it_blinks():
    film = Film(networks=lambda image, box: 0.05)
    film.hold(0.8)
    film.blink()
    film.hold(1.5)
    assert film.lives[-1].state == LifeState.PICTURE and LifeState.LIVING not in film.states
    assert film.lives[-1].cues["live"] == pytest.approx(0.05)


def test_nobody_is_alive_before_the_networks_were_heard():
    """A face that fills the picture cannot be judged by them; every other face waits for them."""
    film = Film(networks=lambda image, box: 0.95)
    film.hold(0.6)
    assert film.turn().state == LifeState.LIVING
    assert film.lives[-1].cues["network"] > 0


def test_networks_alone_make_nobody_alive():
    film = Film(networks=lambda image, box: 1.0)
    film.hold(4.0)
    assert film.states == {LifeState.WAITING}


def test_printed_eyes_exchanged_are_no_sign_of_life_whatever_else_speaks_for_it():
    film = Film(networks=lambda image, box: 1.0)
    for n in range(40):
        shut = n % 10 in (7, 8)
        film.show(heads.picture_of(np.eye(3), image=heads.coat(shut=shut)), 0.05 if shut else OPEN)
    assert film.states == {LifeState.WAITING}


def test_who_is_too_near_for_the_networks_is_asked_to_step_back():
    film = Film(networks=lambda image, box: 1.0)
    film.hold(0.5)
    near = Film(networks=lambda image, box: 1.0)
    for n in range(20):
        image, face = heads.head(yaw=14 * math.sin(n / 4))
        face = replace(face, box=face.box._replace(w=200, h=200))
        life = near.show((image, face))
    assert near.states == {LifeState.WAITING} and life.ask == "step_back" and life.cues["relief"] > 0
    assert film.lives[-1].ask == ""


def test_another_face_put_in_the_place_of_a_living_one_is_not_alive():
    film = Film()
    assert film.turn().state == LifeState.LIVING
    life = film.show(heads.picture_of(np.eye(3), image=heads.coat(seed=9)))
    assert life.state == LifeState.WAITING and life.since == 0.0
    for _ in range(20):
        film.show(heads.picture_of(np.eye(3), image=heads.coat(seed=9)))
    assert film.lives[-1].state == LifeState.WAITING


# --- cameras and clocks -----------------------------------------------------------------------------------------


def test_a_restart_and_a_gap_forget_what_was_shown():
    for forget in ("restart", "gap"):
        film = Film()
        assert film.turn().state == LifeState.LIVING
        if forget == "restart":
            film.watch.restart()
        film.at += 5.0
        life = film.show(heads.head())
        assert (life.state, life.since) == (LifeState.WAITING, 0.0), forget


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf, -5.0, 0.3])
def test_a_clock_that_goes_back_or_is_no_clock_shows_nothing_new(wrong):
    film = Film()
    film.hold(1.0)
    before = film.lives[-1]
    image, face = heads.head(yaw=10)
    assert film.watch.see(image, face, wrong) == before
    film.hold(0.3)
    assert film.turn().state == LifeState.LIVING


def test_the_first_frame_may_have_no_time_at_all():
    film = Film()
    image, face = heads.head()
    assert film.watch.see(image, face, math.nan).state == LifeState.WAITING


def test_a_face_without_a_mesh_or_too_small_waits():
    film = Film()
    image, face = heads.head()
    for n in range(20):
        life = film.watch.see(image, replace(face, mesh=None), n / 10)
    assert life.state == LifeState.WAITING and life.hint
    far = heads.face_of(face.mesh.points * 0.3, 0.0, 0.0)
    assert film.watch.see(image, far, 2.1).state == LifeState.WAITING


def test_eyes_that_cannot_be_seen_leave_the_turn():
    film = Film()
    film.engine = film.watch._engine = heads.Lids(None)
    for n in range(30):
        film.show(heads.head(yaw=14 * math.sin(n / 5)), None)
    assert film.lives[-1].state == LifeState.LIVING


def test_a_picture_of_any_size_is_taken():
    """A face at the border, in a picture hardly larger than itself, and beyond it."""
    film = Film()
    image, face = heads.head()
    for n, (x, y) in enumerate([(0, 0), (150, 0), (0, 90), (150, 90)]):
        part = heads.face_of(face.mesh.points - (x, y, 0), 0.0, 0.0)
        assert film.watch.see(np.ascontiguousarray(image[y:, x:]), part, n / 10).state == LifeState.WAITING
    tiny = np.zeros((4, 4, 3), np.uint8)
    assert film.watch.see(tiny, face, 1.0).state == LifeState.WAITING


def test_the_record_is_plain_numbers():
    film = Film()
    film.turn()
    record = film.lives[-1].as_record()
    assert record["state"] == "living" and set(record["cues"]) >= {"relief", "sum"}
    assert all(isinstance(value, float) for value in record["cues"].values())


def test_nothing_that_speaks_for_life_is_enough_without_a_sign_of_it(monkeypatch):
    """The networks may be sure, and the face restless: somebody is alive who blinks or turns."""
    from recognition.liveness.passive import weighing

    monkeypatch.setattr(weighing.TrackEvidence, "weights", lambda self: {"network": 5.0, "unrest": 3.0})
    film = Film()
    film.hold(4.0)
    assert film.states == {LifeState.WAITING}
    film.blink()
    assert film.lives[-1].state is LifeState.LIVING


# --- what is looked at for ever ---------------------------------------------------------------------------------


class Asked:
    """Networks that count how often they are asked."""

    def __init__(self, *answers):
        self.answers, self.times = answers, 0

    def __call__(self, image, box):
        self.times += 1
        return self.answers[self.times % len(self.answers)]


def looks_at_lids(film):
    """A list that grows with every frame that is measured."""
    looks, before = [], film.engine.lids
    film.engine.lids = lambda image, face: looks.append(film.at) or before(image, face)
    return looks


def test_a_suspected_picture_rests_and_is_never_alive_meanwhile():
    film = Film(networks=Asked(0.05))
    film.hold(6.0)
    assert film.lives[-1].state == LifeState.PICTURE
    looks = looks_at_lids(film)
    film.hold(24.0)
    assert 24.0 / film.every / 5 < len(looks) < 24.0 / film.every / 2
    assert film.states == {LifeState.WAITING, LifeState.PICTURE} and film.lives[-1].state == LifeState.PICTURE


def test_before_anything_is_suspected_no_frame_is_passed_over():
    film = Film()
    looks = looks_at_lids(film)
    film.hold(15.0)
    assert len(looks) == 150


def test_what_shows_nothing_for_long_rests_half_of_the_time_and_a_blink_after_it_still_counts():
    film = Film()
    film.hold(20.0)
    looks = looks_at_lids(film)
    film.hold(20.0)
    assert 80 <= len(looks) <= 120
    while film.watch.rests(film.at) or not film.watch.rests(film.at - 0.1):
        film.hold(0.1)
    film.hold(0.6)
    assert film.blink().state == LifeState.LIVING


def test_another_face_in_the_place_of_a_resting_picture_begins_again_at_once():
    film = Film(networks=Asked(0.05))
    film.hold(6.0)
    assert film.watch.rests(film.at)
    life = film.show(heads.picture_of(np.eye(3), image=heads.coat(seed=9)))
    assert (life.state, life.since) == (LifeState.WAITING, 0.0) and not film.watch.rests(film.at)


@pytest.mark.parametrize("pause", [0.0, 1.5])
def test_a_frame_of_a_rest_is_not_measured_even_where_all_begins_again(pause):
    """At rest nobody has compared whose face it is."""
    film = Film(networks=Asked(0.05))
    film.hold(6.0)
    looks = looks_at_lids(film)
    film.at += pause
    life = film.show(heads.picture_of(np.eye(3), image=heads.coat(seed=9)))
    assert (life.state, life.since, looks) == (LifeState.WAITING, 0.0, [])
    film.show(heads.picture_of(np.eye(3), image=heads.coat(seed=9)))
    assert len(looks) == 1


def test_a_challenge_never_rests():
    from recognition.liveness.passive.watch import PassiveWatch

    film = Film()
    film.watch = PassiveWatch(film.engine, Asked(0.05), tireless=True)
    looks = looks_at_lids(film)
    film.hold(12.0)
    assert len(looks) == 120 and film.lives[-1].state == LifeState.PICTURE


def test_networks_that_say_the_same_for_long_are_asked_seldom():
    sure, torn = Asked(0.93, 0.97), Asked(0.93, 0.45)
    for networks in (sure, torn):
        Film(networks=networks).hold(13.0)
    assert torn.times > 35 and sure.times < 12 + 13
