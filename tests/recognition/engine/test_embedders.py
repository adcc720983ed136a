"""From cuts to vectors: each face gets the mean of its own cuts, and two networks count alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recognition.engine.embedding.align import dlib_template, warped
from recognition.engine.embedding.embedders import BATCH, Alone, SideBySide
from recognition.engine.types import Box
from tests.support.fake_engine import FakeEngine

PICTURE = np.zeros((40, 400, 3), np.uint8)
FACE = FakeEngine()._face(np.full((40, 400, 3), 200, np.uint8), Box(0, 0, 30, 30))


class Slots:
    """A network whose vector points to the number that a chip is filled with; photos are cut twice as often."""

    dim, at_once = 16, 2

    def __init__(self):
        self.batches = []

    def chips(self, image, face):
        return [np.full((4, 4, 3), face.box.x + cut, np.uint8) for cut in range(4 if face.still else 2)]

    @property
    def stages(self):
        return (self._counted, lambda rows: 7 * rows)

    def _counted(self, chips):
        self.batches.append(len(chips))
        return np.eye(16, dtype=np.float32)[chips[:, 0, 0, 0]]


def face(slot, *, still=False):
    return replace(FACE, box=Box(slot, 0, 30, 30), still=still)


def test_each_face_gets_the_mean_of_its_own_cuts_photo_or_frame():
    found = Alone(Slots()).vectors(PICTURE, [face(0), face(4, still=True), face(10)])
    wanted = np.zeros((3, 16))
    wanted[0, 0:2], wanted[1, 4:8], wanted[2, 10:12] = 1 / np.sqrt(2), 0.5, 1 / np.sqrt(2)
    assert found == pytest.approx(wanted, abs=1e-6)


def test_a_crowd_is_embedded_in_batches():
    network = Slots()
    assert Alone(network).vectors(PICTURE, [face(n % 8) for n in range(30)]).shape == (30, 16)
    assert max(network.batches) <= BATCH and sum(network.batches) == 60


def test_nobody_is_no_vector_at_all():
    assert SideBySide(Alone(Slots()), Alone(Slots())).vectors(PICTURE, []).shape == (0, 32)


def test_side_by_side_the_cosine_is_the_mean_of_both():
    class Fixed:
        dim, at_once = 2, 2

        def __init__(self, *degrees):
            self.rows = np.array([(np.cos(a), np.sin(a)) for a in np.radians(degrees)], np.float32)

        def chips(self, image, face):
            return [np.full((4, 4, 3), face.box.x, np.uint8)]

        @property
        def stages(self):
            return (self._rows,)

        def _rows(self, chips):
            return 5 * self.rows[chips[:, 0, 0, 0]]

    both = SideBySide(Alone(Fixed(0, 60)), Alone(Fixed(10, 40)))
    first, second = both.vectors(PICTURE, [face(0), face(1)])
    assert first @ second == pytest.approx((np.cos(np.radians(60)) + np.cos(np.radians(30))) / 2, abs=1e-6)
    assert np.linalg.norm(first) == pytest.approx(1)


@pytest.mark.parametrize("zoom", [1, 3, 8])
def test_a_large_face_is_cut_to_the_same_chip_as_a_small_one(zoom):
    """Shrunk by areas first, and not a pixel beside: a soft spot stays where it was."""
    ys, xs = np.mgrid[: 150 * zoom, : 150 * zoom] / zoom
    spot = 255 * np.exp(-((xs - 80) ** 2 + (ys - 60) ** 2) / 200)
    image = np.repeat(spot[..., None], 3, axis=2).astype(np.uint8)
    points = (dlib_template(150) * zoom + (zoom - 1) / 2).astype(np.float32)
    chip = warped(image, points, dlib_template(150), 150)[..., 0].astype(float)
    centre = np.array([(chip * axis).sum() for axis in np.mgrid[:150, :150][::-1]]) / chip.sum()
    assert centre == pytest.approx((80, 60), abs=0.7)
