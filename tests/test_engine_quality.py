"""How fit a face is: pose, light, sharpness, and the one thing to tell the person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition import capture_guide
from recognition.engine import quality
from recognition.engine.quality import hint_for, pose
from recognition.engine.types import Box, Quality

GOOD = Quality(
    size=200, sharpness=300.0, light=128.0, contrast=50.0, yaw=0.0, pitch=0.0, roll=0.0, eyes_open=0.3, score=1.0
)
# x to the image's right, y down, z towards the camera, in distances between the eyes.
EYES = {36: (-0.6, 0, 0), 39: (-0.4, 0, 0), 42: (0.4, 0, 0), 45: (0.6, 0, 0)}
LIDS = {37: (-0.55, -0.05, 0), 38: (-0.45, -0.05, 0), 40: (-0.45, 0.05, 0), 41: (-0.55, 0.05, 0)}
LIDS |= {43: (0.45, -0.05, 0), 44: (0.55, -0.05, 0), 46: (0.55, 0.05, 0), 47: (0.45, 0.05, 0)}
HEAD = EYES | LIDS | {30: (0, 0.535, 0.64), 33: (0, 0.7, 0.47), 48: (-0.4, 1.09, 0.15), 54: (0.4, 1.09, 0.15)}


def turned(*, yaw=0.0, pitch=0.0, roll=0.0, size=60.0, five=False):
    """The landmarks of a head held so, seen from afar."""
    y, p, r = np.radians([yaw, pitch, roll])
    chin_up = np.array([(1, 0, 0), (0, np.cos(p), -np.sin(p)), (0, np.sin(p), np.cos(p))])
    aside = np.array([(np.cos(y), 0, np.sin(y)), (0, 1, 0), (-np.sin(y), 0, np.cos(y))])
    tilt = np.array([(np.cos(r), -np.sin(r), 0), (np.sin(r), np.cos(r), 0), (0, 0, 1)])
    points = np.zeros((68, 2), np.float32)
    for number, place in HEAD.items():
        points[number] = (tilt @ aside @ chin_up @ np.array(place))[:2] * size + (300, 200)
    return points[[45, 42, 36, 39, 33]] if five else points


@pytest.mark.parametrize("five", [False, True])
@given(yaw=st.floats(-60, 60), roll=st.floats(-40, 40), size=st.floats(20, 400))
def test_the_turn_of_a_head_is_measured_whatever_its_size_and_tilt(five, yaw, roll, size):
    found = pose(turned(yaw=yaw, roll=roll, size=size, five=five))
    assert found == (pytest.approx(yaw, abs=0.5), pytest.approx(0, abs=0.5), pytest.approx(roll, abs=0.5))


@given(pitch=st.floats(-30, 30), roll=st.floats(-40, 40))
def test_a_raised_chin_is_positive_and_measured(pitch, roll):
    assert pose(turned(pitch=pitch, roll=roll))[1] == pytest.approx(pitch, abs=0.5)


def test_five_points_tell_no_pitch():
    assert pose(turned(pitch=20, five=True))[1] == 0.0


@given(yaw=st.floats(-40, 40))
def test_the_guided_capture_measures_on_the_same_scale(yaw):
    assert capture_guide.head_of(turned(yaw=yaw, five=True)).turn == pytest.approx(yaw, abs=3)


@pytest.mark.parametrize("count", [5, 68])
def test_points_that_have_all_fallen_together_are_no_error(count):
    assert np.isfinite(pose(np.full((count, 2), 7, np.float32))).all()


def open_by(share):
    points = turned()
    points[[37, 38, 43, 44], 1] = 200 - 3 * share
    points[[40, 41, 46, 47], 1] = 200 + 3 * share
    return points


def test_eyes_that_close_measure_less():
    assert quality.eyes_open(open_by(1.0)) == pytest.approx(0.5, abs=0.01)
    assert quality.eyes_open(open_by(0.2)) == pytest.approx(0.1, abs=0.01)
    assert quality.eyes_open(turned(five=True)) == quality.OPEN


def noise(spread, level=128, seed=0):
    values = np.random.default_rng(seed).normal(level, spread, (150, 150))
    return np.clip(values, 0, 255).astype(np.uint8)


def measured(chip, *, size=200, points=None, anchor=None):
    points = turned() if points is None else points
    anchor = turned(five=True) if anchor is None else anchor
    return quality.measure(chip, Box(0, 0, size, size + 50), points, anchor)


def test_light_and_contrast_are_those_of_the_middle_of_the_face():
    chip = np.zeros((150, 150), np.uint8)
    chip[30:132, 25:125] = noise(30)[30:132, 25:125]
    found = measured(chip)
    assert found.light == pytest.approx(128, abs=2) and found.contrast == pytest.approx(30, abs=2)
    assert found.size == 200


def test_a_flat_chip_has_no_sharpness_at_all():
    assert measured(np.full((150, 150), 90, np.uint8)).sharpness == 0.0
    assert measured(noise(30)).sharpness > 1000


def test_the_turn_is_read_from_the_five_points_because_the_68_lose_a_profile():
    found = measured(noise(30), points=turned(yaw=5, pitch=12), anchor=turned(yaw=50, roll=9, five=True))
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((50, 12, 9), abs=1)


WORSE = {
    "small": {"size": 60},
    "dark": {"chip": noise(30, 40)},
    "bright": {"chip": noise(30, 235)},
    "flat": {"chip": noise(10)},
    "turned": {"anchor": turned(yaw=40, five=True)},
    "chin up": {"points": turned(pitch=35)},
    "eyes closed": {"points": open_by(0.2)},
    "blurred": {"chip": np.tile(np.linspace(40, 220, 150).astype(np.uint8), (150, 1))},
}


@pytest.mark.parametrize("fault", WORSE)
def test_every_fault_lowers_the_score_and_none_makes_it_nothing(fault):
    good = measured(noise(40), points=open_by(1.0))
    how = {"chip": noise(40), "points": open_by(1.0)} | WORSE[fault]
    worse = measured(how.pop("chip"), **how)
    assert good.score > 0.95
    assert worse.score < good.score - 0.05


@pytest.mark.parametrize(
    ("how", "hint"),
    [
        ({}, None),
        ({"size": 79}, "come_closer"),
        ({"size": 80}, None),
        ({"light": 44.0}, "too_dark"),
        ({"light": 226.0}, "too_bright"),
        ({"sharpness": 24.0}, "hold_still"),
        ({"yaw": 36.0}, "look_at_camera"),
        ({"yaw": -36.0}, "look_at_camera"),
        ({"yaw": 34.0}, None),
        ({"pitch": -36.0}, "look_at_camera"),
        ({"size": 20, "light": 10.0, "sharpness": 1.0, "yaw": 60.0}, "come_closer"),
        ({"light": 10.0, "sharpness": 1.0}, "too_dark"),
    ],
)
def test_the_most_helpful_thing_is_said_first(how, hint):
    assert hint_for(replace(GOOD, **how), min_face=80) == hint


@pytest.mark.parametrize(
    ("how", "hint"),
    [
        ({"sharpness": 13.0}, None),
        ({"sharpness": 12.0}, "hold_still"),
        ({"yaw": 45.0}, None),
        ({"yaw": 46.0}, "look_at_camera"),
    ],
)
def test_in_a_room_nobody_poses_for_the_camera(how, hint):
    assert hint_for(replace(GOOD, **how), min_face=40, room=True) == hint
