"""Faces that are followed by their meshes: who left, who came, and what that costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recognition.engine.mesh.face_mesh import Mesh
from recognition.engine.tracking.finder import GLANCE_EVERY, ROOM_SEARCH_EVERY, SEARCH_AT_LAST, SEARCH_EVERY, Finder
from recognition.engine.types import Box
from tests.support.fake_engine import FakeEngine

FRAME = np.zeros((480, 640, 3), np.uint8)
MESH = Mesh(np.zeros((468, 3), np.float32), 1.0, 0.0, 0.0, 0.0)
FACE = FakeEngine()._face(np.full((480, 640, 3), 200, np.uint8), Box(0, 0, 100, 100))


def face(left, size=100, mesh=MESH):
    return replace(FACE, box=Box(left, 100, size, size), mesh=mesh)


class Scene(FakeEngine):
    """`there` is who stands before the camera; a glance sees only those of `close` px. `strays`: followed to there."""

    def __init__(self, *there, room=False, every=0.2, close=0):
        super().__init__()
        self.there, self.close, self.strays, self.asked = list(there), close, {}, []
        self.finder = Finder(self, min_face=80, room=room)
        self.now, self.every, self.before = 0.0, every, []

    def detect(self, image, *, min_face=40, limit=64, near=None, quick=False, glance=False):
        self.asked.append("near" if near else "glance" if glance else "search")
        seen = [one for one in self.there if one.box.size >= (self.close if glance else 0)]
        return [one for one in seen if near is None or any(abs(one.box.x - box.x) < 60 for box in near)]

    def follow(self, image, face):
        self.asked.append("follow")
        place = self.strays.get(face.box.x, face.box.x)
        near = [one for one in self.there if abs(one.box.x - place) < 60]
        return near[0] if near else None

    def frames(self, count=1):
        for _ in range(count):
            self.before = self.finder.faces(FRAME, self.before, self.now)
            self.now += self.every
        return [one.box.x for one in self.before]


def test_a_face_is_followed_and_the_detector_is_asked_every_other_second():
    scene = Scene(face(100))
    assert scene.frames(round(4 / scene.every)) == [100]
    assert scene.asked.count("search") == round(4 / SEARCH_EVERY)
    assert scene.asked.count("follow") >= 18


def test_frames_that_come_slowly_are_searched_no_more_often_for_it():
    """A busy server answers late, so its stations send less often. If each frame cost more then, it would stay busy."""
    scene = Scene(face(100), every=1.2)
    scene.frames(50)
    assert scene.asked.count("search") == round(50 * 1.2 / SEARCH_AT_LAST)


def test_who_moved_far_between_two_slow_frames_is_found_by_a_glance():
    scene = Scene(face(100), every=0.6)
    for number in range(20):
        scene.there = [face(100 + 300 * (number % 2))]
        assert scene.frames() == [100 + 300 * (number % 2)]
    assert scene.asked.count("search") <= 3


def test_who_is_lost_and_no_glance_finds_is_searched_for():
    scene = Scene(face(100, 90), face(300, 120), close=110, every=0.6)
    scene.frames(2)
    scene.there[0] = face(500, 90)
    assert sorted(scene.frames()) == [300, 500]


def test_somebody_who_steps_before_the_camera_is_seen_at_the_next_glance():
    scene = Scene(face(100, 120), close=110)
    scene.frames(2)
    scene.there.append(face(400, 130))
    assert sorted(scene.frames(GLANCE_EVERY)) == [100, 400]


def test_somebody_farther_away_is_seen_at_the_next_search():
    scene = Scene(face(100, 120), close=110)
    scene.frames(2)
    scene.there.append(face(400, 90))
    assert sorted(scene.frames(round(SEARCH_EVERY / scene.every))) == [100, 400]


def test_a_face_that_a_glance_misses_stays_followed():
    scene = Scene(face(100, 90), close=150)
    assert all(scene.frames() == [100] for _ in range(30))


def test_who_left_is_gone_in_the_same_frame():
    scene = Scene(face(100))
    scene.frames(3)
    scene.there.clear()
    assert scene.frames() == []


def test_a_mesh_that_stays_on_the_wall_is_found_out_by_the_next_search():
    scene = Scene(face(100))
    scene.frames(3)
    ghost = scene.there.pop()
    scene.follow = lambda image, face: ghost
    assert scene.frames() == [100]
    assert scene.frames(round(SEARCH_EVERY / scene.every)) == []


def test_two_who_were_followed_to_one_face_are_one_and_the_other_is_searched_for():
    scene = Scene(face(100), face(300))
    assert scene.frames() == [100, 300]
    scene.there = [face(100), face(420)]
    scene.strays = {300: 100}
    assert sorted(scene.frames()) == [100, 420]


def test_a_face_without_a_mesh_is_looked_for_around_its_old_place():
    scene = Scene(face(100, mesh=None))
    assert scene.frames(4) == [100]
    assert scene.asked == ["search", "near", "near", "near"]


def test_the_largest_comes_first():
    scene = Scene(face(100, 90), face(300, 150), face(500, 120))
    for _ in range(12):
        assert scene.frames() == [300, 500, 100]


@pytest.mark.parametrize("every", [0.1, 0.2])
def test_a_room_is_searched_now_and_then_and_its_people_are_followed_between(every):
    scene = Scene(*(face(20 + 70 * n, 45) for n in range(8)), room=True, every=every)
    assert len(scene.frames(round(3 / every))) == 8
    assert scene.asked.count("search") == round(3 / ROOM_SEARCH_EVERY) and "glance" not in scene.asked


def test_who_is_lost_in_a_room_is_found_by_the_next_search_and_the_others_stay():
    scene = Scene(face(100, 45), face(300, 45), room=True)
    scene.frames(4)
    scene.there[1] = face(420, 45)
    assert scene.frames() == [100]
    assert sorted(scene.frames(3)) == [100, 420]
