"""What staff are told about a camera: one sentence, the worst fault first, and none for a good one."""

from __future__ import annotations

import numpy as np
import pytest

from recognition.live.messages import stations_words
from recognition.live.reporter import Reporter
from recognition.models import Station
from recognition.stations.camera import advice
from recognition.stations.camera.advice import Advisor, FaceLook, PictureLook, advice_on

GOOD = FaceLook(size=140, light=120, sharpness=200)
KINDS = {
    "dark": (10, None),
    "glare": (250, None),
    "backlight": (180, FaceLook(140, 60, 200)),
    "faces_dark": (90, FaceLook(140, 40, 200)),
    "faces_bright": (150, FaceLook(140, 240, 200)),
    "far": (120, FaceLook(50, 120, 200)),
    "blurred": (120, FaceLook(140, 120, 10)),
    "": (120, GOOD),
}


def seen(light, face, times=6):
    return [PictureLook(number, light, (face,) if face else ()) for number in range(times)]


@pytest.mark.parametrize("code", KINDS)
def test_each_fault_has_its_advice(code):
    light, face = KINDS[code]
    assert advice_on(seen(light, face), min_face=80) == code


def test_every_code_has_a_sentence_for_the_tile():
    words = stations_words()["advice"]
    assert set(words) == (set(KINDS) - {""}) | {"slow"}


def test_one_bad_look_is_no_advice_and_an_empty_room_says_nothing_of_faces():
    mixed = [*seen(120, GOOD, 9), PictureLook(10, 120, (KINDS["blurred"][1],))]
    assert advice_on(mixed, min_face=80) == ""
    assert advice_on(seen(120, None), min_face=80) == ""
    assert advice_on(seen(10, None, times=2), min_face=80) == ""


def test_advice_ends_when_the_light_is_back():
    advisor, dark, light = Advisor(), np.full((48, 64, 3), 5, np.uint8), np.full((48, 64, 3), 120, np.uint8)
    said = [advisor.look(dark, [], float(at), min_face=80) for at in range(10)]
    assert said[0] == "" and said[-1] == "dark"
    said = [advisor.look(light, [], 10.0 + at, min_face=80) for at in range(30)]
    assert said[-1] == "" and len(advisor._looks) <= advice.WINDOW / advice.EVERY + 1


@pytest.mark.parametrize(
    ("fps", "room", "liveness", "slow"),
    [
        (3, False, True, True),
        (5, False, True, False),
        (1, False, False, True),
        (1, True, False, False),
        (0, False, True, False),
    ],
)
def test_what_is_slow_depends_on_what_the_station_does(fps, room, liveness, slow):
    assert advice.is_slow(fps, room=room, liveness=liveness) is slow


@pytest.mark.parametrize(
    ("is_film", "state", "said"), [(False, "looking", "slow"), (True, "looking", ""), (False, "idle", "")]
)
def test_a_slow_camera_is_said_but_not_of_a_film_or_an_idle_one(is_film, state, said):
    reporter = Reporter(Station(slug="x", liveness="passive", is_film=is_film), "socket")
    reporter._answers.extend(float(n) for n in range(12))
    assert reporter._advised(1.0, state) == said
