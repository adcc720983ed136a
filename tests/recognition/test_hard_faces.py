"""Faces as they come to a kiosk at their worst: behind glass or a mask, before a bright door, in the dark, far, askew.

Real photographs, drawn over. The rule is the same throughout: anyone who is named is the right person. What nobody
could
recognise is told in words what would help; and a photo of it is not enrolled.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest

from recognition.engine.evaluation.error_rates import embed_file, main_face
from recognition.engine.images import decode
from recognition.engine.search.gallery import Gallery, GallerySearch
from recognition.engine.tracking.tracker import Tracker
from recognition.faces import photo_quality
from recognition.live import messages as live_words

pytestmark = [pytest.mark.data, pytest.mark.models]
PEOPLE = ("Al_Sharpton", "Angela_Bassett", "Ben_Affleck", "Chanda_Rubin", "Christine_Baumgartner")
WIDE, HIGH, FACE = 640, 480, 300  # px: of the picture, and of the photo in it
JAW = [227, 137, 177, 215, 138, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 367, 435, 401, 366, 447, 5]


class Kiosk:
    """A walk-up camera that knows five people, each by their first two photos."""

    def __init__(self, engine, data):
        self.engine, self.data = engine, data
        self.gallery = Gallery.build(
            (n, sum(embed_file(engine, self.path(name, photo)) for photo in (1, 2)) / 2, 2)
            for n, name in enumerate(PEOPLE)
        )

    def path(self, name, number=4):
        return self.data / f"faces/lfw/{name}/{name}_{number:04d}.jpg"

    def photo(self, name, number=4):
        return decode(self.path(name, number).read_bytes())

    def sees(self, picture, frames=8):
        """The last frame's tracks, after two seconds of a picture that trembles as in a hand."""
        tracker = Tracker(engine=self.engine, search=GallerySearch(self.gallery, self.engine, 1e-3))
        for n in range(frames):
            tracks = tracker.update(np.roll(picture, n % 3, axis=1), 0.25 * n)
        return tracks


@pytest.fixture
def kiosk(real_engine, data):
    return made_kiosk(real_engine, data)


@lru_cache(maxsize=1)
def made_kiosk(engine, data):
    return Kiosk(engine, data)


def before(photo, size=FACE, level=110, left=170, top=90):
    """A photo in a grey hall."""
    canvas = np.full((HIGH, WIDE, 3), level, np.uint8)
    small = cv2.resize(photo, (size, size), interpolation=cv2.INTER_AREA)
    part = canvas[max(0, top) : top + size, max(0, left) : left + size]
    part[:] = small[max(0, -top) :, max(0, -left) :][: part.shape[0], : part.shape[1]]
    return canvas


def people(tracks):
    return {track.match.person for track in tracks if track.match and track.match.person is not None}


def hints(tracks):
    return {track.hint for track in tracks}


def words(hint):
    return live_words.seeing_states()[hint]


# --- what covers the face -----------------------------------------------------------------------------------


def glazed(picture, strength):
    """Behind a pane in which a bright window is mirrored."""
    pane = np.zeros_like(picture)
    for left in range(40, WIDE, 160):
        cv2.fillPoly(
            pane, [np.array([(left, 0), (left + 70, 0), (left + 10, HIGH), (left - 60, HIGH)])], (255, 255, 250)
        )
    return cv2.addWeighted(picture, 1.0, cv2.GaussianBlur(pane, (0, 0), 9), strength, 0)


@pytest.mark.parametrize("name", PEOPLE)
def test_behind_glass_nobody_is_taken_for_somebody_else(kiosk, name):
    for strength in (0.15, 0.35, 0.6):
        assert people(kiosk.sees(glazed(before(kiosk.photo(name)), strength))) <= {PEOPLE.index(name)}


def test_a_faint_reflection_keeps_nobody_from_being_named(kiosk):
    assert people(kiosk.sees(glazed(before(kiosk.photo("Al_Sharpton")), 0.15))) == {0}


def masked(engine, picture, colour=(120, 160, 200)):
    picture = picture.copy()
    mesh = main_face(engine, picture).mesh
    cv2.fillPoly(picture, [np.round(mesh.points[JAW, :2]).astype(int)], colour)
    return picture


@pytest.mark.parametrize("name", PEOPLE)
def test_behind_a_mask_nobody_is_taken_for_somebody_else(kiosk, real_engine, name):
    assert people(kiosk.sees(masked(real_engine, before(kiosk.photo(name))))) <= {PEOPLE.index(name)}


def test_a_photo_with_a_mask_is_not_enrolled_and_it_is_said_why(kiosk, real_engine):
    face = main_face(real_engine, masked(real_engine, before(kiosk.photo("Al_Sharpton"))))
    assert photo_quality.fault(face.quality) == "mouth_covered"
    assert photo_quality.sentence("mouth_covered") == "Something hides the mouth. Take the mask or scarf off."


def test_at_a_station_a_mask_is_asked_to_be_taken_off_after_a_second(kiosk, real_engine):
    picture = masked(real_engine, before(kiosk.photo("Al_Sharpton")))
    assert hints(kiosk.sees(picture, frames=4)) == {None}
    tracks = kiosk.sees(picture)
    assert (people(tracks), hints(tracks)) == (set(), {"mouth_covered"})
    assert words("mouth_covered")["title"] == "Please take your mask off"


def test_at_a_station_dark_glasses_are_asked_to_be_taken_off(kiosk):
    photo = decode((kiosk.data / "faces/lfw/Sepp_Blatter/Sepp_Blatter_0001.jpg").read_bytes())
    assert hints(kiosk.sees(before(photo))) == {"eyes_covered"}
    assert words("eyes_covered")["title"] == "Please take your dark glasses off"


# --- light --------------------------------------------------------------------------------------------------


def test_before_a_bright_door_more_light_on_the_face_is_asked_for(kiosk):
    """The camera closes its iris for the door, and the face is black."""
    picture = before((kiosk.photo("Ben_Affleck") * 0.18).astype(np.uint8), level=245)
    tracks = kiosk.sees(picture)
    assert (people(tracks), hints(tracks)) == (set(), {"too_dark"})
    assert words("too_dark")["note"] == "More light on your face, please."


def test_in_a_dark_room_nobody_is_named_and_light_is_asked_for(kiosk, real_engine):
    dark = (before(kiosk.photo("Ben_Affleck")) * 0.2).astype(np.uint8)
    noise = np.random.default_rng(0).normal(0, 5, dark.shape)
    tracks = kiosk.sees(np.clip(dark + noise, 0, 255).astype(np.uint8))
    assert people(tracks) == set() and hints(tracks) <= {"too_dark"}
    assert photo_quality.fault(main_face(real_engine, dark).quality) == "too_dark"


# --- place and size -----------------------------------------------------------------------------------------


def test_who_is_too_far_away_is_asked_to_come_closer(kiosk):
    tracks = kiosk.sees(before(kiosk.photo("Christine_Baumgartner"), size=70))
    assert (people(tracks), hints(tracks)) == (set(), {"come_closer"})
    assert words("come_closer")["note"] == "Your face is too small in the picture."


@pytest.mark.parametrize("degrees", [-25, 25])
def test_a_tilted_head_is_named(kiosk, degrees):
    assert people(kiosk.sees(turned(before(kiosk.photo("Al_Sharpton")), degrees))) == {0}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_camera_that_hangs_askew_names_nobody_wrongly(kiosk, degrees):
    for n, name in enumerate(PEOPLE):
        assert people(kiosk.sees(turned(before(kiosk.photo(name)), degrees), frames=6)) <= {n}


def turned(picture, degrees):
    matrix = cv2.getRotationMatrix2D((320, 240), degrees, 1.0)
    return cv2.warpAffine(picture, matrix, (WIDE, HIGH), borderValue=(110, 110, 110))


@pytest.mark.parametrize("place", [{"left": -150}, {"left": 490}, {"top": -140}, {"top": 300}])
def test_a_face_that_leaves_the_picture_is_taken_for_nobody_else(kiosk, place):
    for n, name in enumerate(PEOPLE):
        assert people(kiosk.sees(before(kiosk.photo(name), **place), frames=6)) <= {n}
