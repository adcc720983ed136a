"""The face mesh: cut out and laid back exactly; blinks and turns of real films, frame by frame."""

from __future__ import annotations

import itertools
import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.engine.mesh import points as of
from recognition.engine.mesh.cutting import Square
from recognition.engine.quality import OPEN
from recognition.liveness.films.reading import frames_of

coordinate = st.floats(-500, 2500)


@given(x=coordinate, y=coordinate, side=st.floats(20, 2000), tilt=st.floats(-math.pi, math.pi), mirrored=st.booleans())
def test_what_was_cut_out_goes_back_to_where_it_was(x, y, side, tilt, mirrored):
    square = Square(x, y, side, tilt)
    middle = np.array([[95.5, 95.5, 0.0]], np.float32)
    corners = np.array([[-0.5, -0.5, 10.0], [191.5, 191.5, 0.0]], np.float32)
    assert square.to_picture(middle, 192, mirrored=mirrored)[0, :2] == pytest.approx((x, y), abs=0.05)
    back = square.to_picture(corners, 192, mirrored=mirrored)
    assert np.linalg.norm(back[1, :2] - back[0, :2]) == pytest.approx(side * math.sqrt(2), rel=1e-3)
    assert back[0, 2] == pytest.approx(10 * side / 192, rel=1e-3)


def test_the_cut_holds_what_is_there():
    image = np.zeros((200, 300, 3), np.uint8)
    cv2.circle(image, (180, 90), 6, (255, 255, 255), -1)
    for tilt in (0.0, 0.7):
        cut = Square(180, 90, 100, tilt).cut(image, 64)[0, :, :, 0]
        y, x = np.unravel_index(cv2.GaussianBlur(cut, (9, 9), 0).argmax(), cut.shape)
        assert (x, y) == (pytest.approx(31.5, abs=2), pytest.approx(31.5, abs=2))


@given(yaw=st.floats(-60, 60), pitch=st.floats(-40, 40), scale=st.floats(10, 400))
def test_the_pose_is_the_turn_of_the_axes(yaw, pitch, scale):
    """A face that was turned by these angles is read as turned by them."""
    points = np.zeros((468, 3))
    points[of.CHEEK_LEFT], points[of.CHEEK_RIGHT] = (-1, 0, 0), (1, 0, 0)
    points[of.FOREHEAD], points[of.CHIN] = (0, -1.2, 0), (0, 1.2, 0)
    points[list(of.EYE_LEFT)], points[list(of.EYE_RIGHT)] = (-0.5, -0.4, -0.3), (0.5, -0.4, -0.3)
    up, round_ = math.radians(pitch), math.radians(-yaw)
    nod = np.array([[1, 0, 0], [0, math.cos(up), math.sin(up)], [0, -math.sin(up), math.cos(up)]])
    turn = np.array([[math.cos(round_), 0, math.sin(round_)], [0, 1, 0], [-math.sin(round_), 0, math.cos(round_)]])
    found = of.pose((scale * points @ nod.T @ turn.T).astype(np.float32))
    assert found[:2] == (pytest.approx(yaw, abs=0.5), pytest.approx(pitch, abs=0.5))


@pytest.mark.models
def test_a_face_is_followed_by_its_mesh_and_its_lids_are_read(real_engine, data):
    """The labels of blinks.mp4: eyes closed in 42-46, open before and after."""
    first, *rest = (bordered(image) for image, _ in itertools.islice(frames_of(data / "liveness/blinks.mp4"), 36, 50))
    face = real_engine.detect(first, min_face=100, quick=True)[0]
    open_eyes = sum(real_engine.lids(first, face))
    closed = set()
    for number, image in enumerate(rest, 37):
        face = real_engine.follow(image, face)
        assert face is not None and face.mesh is not None, number
        closed |= {number} if sum(real_engine.lids(image, face)) < 0.6 * open_eyes else set()
    assert {43, 44, 45} <= closed <= set(range(41, 48))
    assert real_engine.follow(np.full_like(first, 90), face) is None, "nobody is there any more"


@pytest.mark.models
def test_a_photo_says_how_far_the_eyes_are_open_and_a_film_asks_for_it(real_engine, data):
    image = bordered(next(frames_of(data / "liveness/blinks.mp4"))[0])
    photo, film = (real_engine.detect(image, min_face=100, quick=quick)[0] for quick in (False, True))
    assert photo.quality.eyes_open == pytest.approx(0.3, abs=0.05) and photo.quality.eyes_open != OPEN
    assert film.quality.eyes_open == OPEN


def bordered(image):
    """The face of this film fills its picture: more than the CNN detector finds."""
    return cv2.copyMakeBorder(image, 250, 250, 250, 250, cv2.BORDER_REPLICATE)
