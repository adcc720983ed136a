"""The same stories with real pictures, the real engine and the measured watch: a living clip, and its own still."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from recognition.engine.search.gallery import Gallery, GallerySearch
from recognition.engine.tracking.tracker import Tracker
from recognition.liveness.passive import life_watch
from recognition.liveness.passive.tracks import TrackLives

pytestmark = [pytest.mark.data, pytest.mark.models, pytest.mark.long]
ME, FPS = 1, 10


@pytest.fixture
def blinks(data):
    """Three seconds of somebody who blinks, at ten frames a second, with room around the face as at a kiosk."""
    film, frames = cv2.VideoCapture(str(data / "liveness" / "blinks.mp4")), []
    every = max(1, round(film.get(cv2.CAP_PROP_FPS) / FPS))
    for number in range(3 * FPS * every):
        good, frame = film.read()
        assert good
        if number % every == 0:
            wide = cv2.copyMakeBorder(frame, 200, 200, 300, 300, cv2.BORDER_REPLICATE)
            small = cv2.resize(wide, None, fx=640 / wide.shape[1], fy=640 / wide.shape[1], interpolation=cv2.INTER_AREA)
            frames.append(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))
    return frames


def kiosk(engine, frame):
    """A tracker that knows the person of this frame."""
    gallery = Gallery.build([(ME, engine.embed(frame, engine.detect(frame, min_face=60)[:1])[0], 3)])
    lives = TrackLives(lambda same: life_watch(engine, None))
    return Tracker(engine=engine, search=GallerySearch(gallery, engine, 1e-3), lives=lives)


def named(tracker, frames):
    tracks = [track for n, frame in enumerate(frames) for track in tracker.update(frame, n / FPS)]
    return {track.match.person for track in tracks if track.match}


def test_a_living_clip_is_named(real_engine, blinks):
    assert named(kiosk(real_engine, blinks[0]), blinks) == {ME}


def test_its_own_still_held_and_moved_is_not(real_engine, blinks):
    held = [np.roll(blinks[0], round(12 * np.sin(n / 6)), axis=1) for n in range(6 * FPS)]
    assert named(kiosk(real_engine, blinks[0]), held) == set()
