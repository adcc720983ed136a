"""The nose against a bent sheet, and what was exchanged between two frames: on drawn textures, without any network."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition.engine.mesh import points as of
from recognition.engine.tracking import sameness
from recognition.engine.types import Box
from recognition.liveness.cues.nose import AROUND, Axis, nose_relief
from recognition.liveness.cues.upright import APART, MIDDLE, SIDE, Upright

TIP_AT = np.array([80.0, 84.0])
# A face's places in the cut, in distances between the eyes from their middle.
PLACES = {
    33: (-0.65, 0), 133: (-0.35, 0), 362: (0.35, 0), 263: (0.65, 0), 46: (-0.8, -0.3), 52: (-0.55, -0.35),
    55: (-0.2, -0.3), 285: (0.2, -0.3), 282: (0.55, -0.35), 276: (0.8, -0.3), 70: (-0.9, -0.3), 107: (-0.2, -0.4),
    300: (0.9, -0.3), 336: (0.2, -0.4), 9: (0, -0.35), 168: (0, -0.1), 205: (-0.6, 0.6), 425: (0.6, 0.6),
    50: (-0.75, 0.4), 280: (0.75, 0.4), 101: (-0.5, 0.4), 330: (0.5, 0.4), 187: (-0.7, 0.8), 411: (0.7, 0.8),
    234: (-1.1, 0.3), 454: (1.1, 0.3), 127: (-1.1, 0), 356: (1.1, 0), 132: (-1.0, 0.8), 361: (1.0, 0.8),
    172: (-0.8, 1.2), 397: (0.8, 1.2), 10: (0, -1.0), 67: (-0.5, -0.9), 297: (0.5, -0.9),
}  # fmt: skip


def straight():
    """A face of random texture, fine and coarse."""
    rng = np.random.default_rng(3)
    noise = cv2.GaussianBlur(rng.normal(0, 1, (SIDE, SIDE)), (0, 0), 2.0) + 2 * cv2.GaussianBlur(
        rng.normal(0, 1, (SIDE, SIDE)), (0, 0), 6.0
    )
    grey = np.clip(128 + 60 * noise / noise.std(), 0, 255).astype(np.uint8)
    points = np.zeros((468, 2), np.float32)
    for index, place in PLACES.items():
        points[index] = np.array(MIDDLE) + APART * np.array(place)
    points[of.TIP] = TIP_AT
    return Upright(grey, points)


def sheet(face, *, squeeze=1.0, bend=0.0, slant=0.0):
    """The same picture on paper: squeezed by a turn, bent, held askew. Points go with it, and so does the nose."""
    ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    unit = (xs - MIDDLE[0]) / APART
    back_x = MIDDLE[0] + APART * (unit / squeeze - bend * unit**2) + slant * (ys - MIDDLE[1])
    grey = cv2.remap(face.grey, back_x.astype(np.float32), ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return Upright(np.asarray(grey, np.uint8), _carried(face.points, squeeze, bend, slant))


def _carried(points, squeeze, bend, slant):
    """Where the map above has taken them: its inverse, by a few steps of Newton's."""
    wanted = (points[:, 0] - MIDDLE[0] - slant * (points[:, 1] - MIDDLE[1])) / APART
    unit = wanted * squeeze
    for _ in range(20):
        unit = unit - (unit / squeeze - bend * unit**2 - wanted) / (1 / squeeze - 2 * bend * unit)
    return np.stack([MIDDLE[0] + APART * unit, points[:, 1]], axis=1).astype(np.float32)


def nose_out(face, by, *, mesh_by=None):
    """The nose `by` px aside in the picture, and `mesh_by` px according to the mesh."""
    x, y = face.points[of.TIP].round().astype(int)
    grey, half = face.grey.copy(), 17
    grey[y - half : y + half, x + by - half : x + by + half] = face.grey[y - half : y + half, x - half : x + half]
    points = face.points.copy()
    points[of.TIP, 0] += by if mesh_by is None else mesh_by
    return Upright(grey, points)


def test_the_points_around_are_all_drawn_here():
    assert set(AROUND) == set(PLACES)


@pytest.mark.parametrize("by", [-9, 9])
def test_a_nose_that_stands_out_is_found_where_it_is(by):
    found = nose_relief(straight(), nose_out(sheet(straight(), squeeze=0.92), by))
    assert found.offset == pytest.approx(by / APART, abs=0.03)
    assert found.gain > 0.3


@settings(max_examples=40, deadline=None)
@given(st.floats(0.8, 1.05), st.floats(-0.12, 0.12), st.floats(-0.1, 0.1))
def test_however_a_sheet_is_turned_and_bent_its_nose_stays(squeeze, bend, slant):
    face = straight()
    found = nose_relief(face, sheet(face, squeeze=squeeze, bend=bend, slant=slant))
    assert abs(found.offset) <= 0.045
    assert found.gain < 0.06


@pytest.mark.parametrize("by", [-8, 8])
def test_a_mesh_that_puts_a_head_s_shape_on_a_sheet_is_not_believed(by):
    turned = nose_out(sheet(straight(), squeeze=0.9), 0, mesh_by=by)
    found = nose_relief(straight(), turned)
    assert found.parallax == pytest.approx(by / APART, abs=0.03)
    assert found.gain < -0.1


def test_a_nod_is_searched_for_down_the_face():
    face = straight()
    points = face.points.copy()
    points[of.TIP, 1] += 8
    grey = face.grey.copy()
    grey[75:109, 63:97] = face.grey[67:101, 63:97]
    found = nose_relief(face, Upright(grey, points), Axis.DOWN)
    assert found.offset == pytest.approx(8 / APART, abs=0.03) and found.gain > 0.3


# --- exchanged between two frames ------------------------------------------------------------------


def scene(seed):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (9, 12, 3)).astype(np.uint8)
    return cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC)


FACE = Box(80, 60, 120, 120)


def test_another_scene_is_a_cut_and_a_brighter_one_is_none():
    first, brighter = scene(1), cv2.convertScaleAbs(scene(1), alpha=1.0, beta=12)
    assert sameness.is_cut(sameness.whole(first), sameness.whole(scene(2)))
    assert not sameness.is_cut(sameness.whole(first), sameness.whole(brighter))
    assert not sameness.is_cut(None, sameness.whole(first))


def test_another_face_in_the_same_place_is_noticed_and_a_small_movement_is_not():
    moved = np.roll(scene(1), 6, axis=1)
    before = sameness.patch(scene(1), FACE)
    assert sameness.is_other(before, sameness.patch(scene(2), FACE))
    assert not sameness.is_other(before, sameness.patch(moved, FACE))
    assert sameness.is_other(before, sameness.patch(scene(1), Box(900, 900, 50, 50)))
