"""A large roster is searched more strictly, wherever it is searched."""

from __future__ import annotations

import numpy as np
import pytest

from accounts.roles import Purpose
from recognition.engine.search.gallery import Gallery
from recognition.faces import gallery as gallery_store
from recognition.faces import identify
from recognition.faces.search_fmr import search_fmr
from recognition.live.pipeline import StationPipeline
from tests.support.fake_engine import DIM, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def campus(monkeypatch):
    """A gallery of a thousand people."""
    rows = np.random.default_rng(0).normal(size=(1000, DIM)).astype(np.float32)
    gallery = Gallery.build((pk, row / np.linalg.norm(row), 3) for pk, row in enumerate(rows, start=1))
    monkeypatch.setattr(gallery_store, "gallery", lambda purpose, at_once=False: gallery)
    return gallery


def test_a_thousand_people_are_searched_at_a_hundredth_of_a_thousandth(campus):
    assert search_fmr(campus, None, None) == pytest.approx(1e-5, rel=0.01)


def test_only_the_people_on_the_roster_count(campus):
    assert search_fmr(campus, frozenset(range(1, 11)), None) == 1e-3
    assert search_fmr(campus, frozenset(range(1, 101)), None) == pytest.approx(1e-4, rel=0.01)


def test_a_station_that_wants_to_be_stricter_is(campus):
    assert search_fmr(campus, frozenset({1}), 1e-4) == 1e-4


def test_a_room_camera_searches_more_strictly_for_it_looks_more_often(campus, front_door):
    front_door.view = "room"
    front_door.save()
    assert StationPipeline(front_door)._read_scope().target_fmr == pytest.approx(1e-7, rel=0.01)
    assert search_fmr(campus, frozenset({7}), 1e-3, chances=100) == pytest.approx(1e-5)


def test_a_picture_is_searched_at_that_rate_and_the_record_says_so(campus):
    [answer] = identify.identify_image(picture("ada"), purpose=Purpose.RECEPTION)
    assert answer.match.target_fmr == search_fmr(campus, None, None)


def test_a_station_searches_at_that_rate(campus, front_door):
    assert StationPipeline(front_door)._read_scope().target_fmr == pytest.approx(1e-5, rel=0.01)


def test_comparing_with_one_person_is_not_affected(campus):
    assert search_fmr(campus, frozenset({7}), None) == 1e-3
