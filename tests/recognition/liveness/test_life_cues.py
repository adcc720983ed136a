"""What a head shows and a picture of one does not, on drawn faces: relief, lids on their way, surroundings, edges."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recognition.liveness.cues.edges import edges
from recognition.liveness.cues.eyes import EyeLook, Lids, travelled
from recognition.liveness.cues.patch import affine, cut
from recognition.liveness.cues.relief import Reference
from recognition.liveness.cues.screen import screen
from recognition.liveness.cues.surround import Surround, small
from tests.support.liveness import drawn_heads as heads

SMALL = st.floats(-0.06, 0.06)
SLANT = st.floats(-4e-4, 4e-4)


def patch_of(shown):
    image, face = shown
    return cut(image, face.mesh)


def homography(a, b, c, d, p, q, x, y):
    """Any way to hold a flat picture, about the middle of the face."""
    to = np.array([[1, 0, heads.MIDDLE[0]], [0, 1, heads.MIDDLE[1]], [0, 0, 1.0]])
    return to @ np.array([[1 + a, b, x], [c, 1 + d, y], [p, q, 1]]) @ np.linalg.inv(to)


# --- relief -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("yaw", "pitch"), [(8, 0), (-8, 0), (14, 0), (0, 9), (0, -9), (9, 6)])
def test_a_head_that_turns_shows_its_relief(yaw, pitch):
    relief = Reference(patch_of(heads.head())).relief(patch_of(heads.head(yaw, pitch)))
    turn, shown = np.array([relief.turned, relief.nodded]), np.array([relief.across, relief.down])
    assert relief.is_told
    assert (shown @ turn) / (turn @ turn) > 0.35
    assert np.linalg.norm(shown - turn * (shown @ turn) / (turn @ turn)) < 0.05


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(SMALL, SMALL, SMALL, SMALL, SLANT, SLANT, st.floats(-25, 25), st.floats(-15, 15), st.floats(-14, 14))
def test_a_flat_picture_shows_none_however_it_is_held_and_whatever_the_mesh_makes_of_it(a, b, c, d, p, q, x, y, yaw):
    reference = Reference(patch_of(heads.head()))
    relief = reference.relief(patch_of(heads.picture_of(homography(a, b, c, d, p, q, x, y), yaw)))
    assert np.hypot(relief.across, relief.down) < 0.035


def test_nothing_is_told_of_a_face_without_texture():
    image, face = heads.head()
    bare = np.full_like(image, 128)
    other, _ = heads.head(10)
    assert not Reference(cut(other, face.mesh)).relief(cut(bare, face.mesh)).is_told


def test_the_affinity_outvotes_strays():
    rng = np.random.default_rng(1)
    before = rng.uniform(0, 100, (60, 2)).astype(np.float32)
    matrix = np.array([[1.1, 0.1, 5.0], [-0.05, 0.9, -3.0]])
    after = (before @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    after[:12] += rng.uniform(10, 30, (12, 2))
    assert np.abs(affine(before, after) - matrix).max() < 0.6
    assert affine(before[:5], after[:5]) is None


# --- lids -------------------------------------------------------------------------------------------------


def eye(amount):
    """Both eyes as the cue cuts them, lids down by `amount`."""
    drawn = heads.with_lids(heads.coat(), amount)
    part = drawn[100:136, 108:164], drawn[100:136, 158:214]
    return np.stack([cv2.GaussianBlur(cv2.resize(one, (48, 32)), (0, 0), 0.8) for one in part]).astype(np.float32)


def look(at, opening, picture, *, yaw=0.0, epoch=1):
    return EyeLook(at, opening, opening, yaw, 0.0, picture, epoch)


def test_a_lid_on_its_way_is_no_mixture_of_open_and_shut():
    opened, shut = look(0, 0.3, eye(0)), look(0.2, 0.05, eye(1))
    assert travelled(look(0.1, 0.2, eye(0.5)), [opened], shut) > 0.15


@given(st.floats(0.0, 1.0), st.floats(-0.6, 0.6), st.floats(0.9, 1.1))
@settings(max_examples=30, deadline=None)
def test_a_mixture_is_known_as_one_even_when_the_cut_slips_and_the_light_changes(share, slip, light):
    opened, shut = look(0, 0.3, eye(0)), look(0.2, 0.05, eye(1))
    mixed = (share * eye(0) + (1 - share) * eye(1)) * light
    moved = np.stack([cv2.warpAffine(one, np.float32([[1, 0, slip], [0, 1, 0]]), (48, 32),
                                     borderMode=cv2.BORDER_REPLICATE) for one in mixed])  # fmt: skip
    assert (travelled(look(0.1, 0.2, moved), [opened], shut) or 0.0) < 0.1


def test_noise_on_two_faint_prints_that_fade_is_no_lid_on_its_way():
    """As happened to a portrait whose open and shut eyes differed by nine grey levels."""
    rng = np.random.default_rng(4)
    pale = [120 + 0.12 * (eye(amount) - 120) for amount in (0.0, 1.0)]
    opened, shut = look(0, 0.3, pale[0]), look(0.2, 0.13, pale[1])
    for share in (0.3, 0.5, 0.7):
        changed = cv2.GaussianBlur(np.abs(eye(0)[0] - eye(1)[0]), (0, 0), 1.5) > 20
        noise = rng.normal(0, 1.5, pale[0].shape) * np.where(changed, 1.0, 0.3)
        between = share * pale[0] + (1 - share) * pale[1] + noise
        assert (travelled(look(0.1, 0.2, between.astype(np.float32)), [opened], shut) or 0.0) < 0.06


def blinks(openings, *, every=0.1, amount=lambda opening: 1 - opening / 0.3, yaw=lambda n: 0.0):
    """Every blink found in a series of openings, the eyes drawn as far open as `amount` says."""
    lids = Lids()
    looks = [look(n * every, o, eye(amount(o)), yaw=yaw(n)) for n, o in enumerate(openings)]
    return [blink for blink in (lids.add(one) for one in looks) if blink]


OPEN = [0.3] * 8


def test_a_blink_is_told_once_with_its_lids_on_their_way():
    (blink,) = blinks([*OPEN, 0.08, 0.06, 0.15, 0.24, 0.29, *OPEN])
    assert blink.travel > 0.12 and blink.between >= 1
    assert (blink.first, blink.last) == (pytest.approx(0.8), pytest.approx(1.0))


def test_two_prints_exchanged_have_nothing_in_between():
    (blink,) = blinks([*OPEN, 0.06, 0.06, 0.06, *OPEN], amount=lambda opening: float(opening < 0.2))
    assert blink.travel == 0.0


def glint(picture, strength):
    """Gloss on a print, a little to the side of each iris."""
    ys, xs = np.mgrid[0:32, 0:48]
    return picture + strength * np.exp(-(((xs - 18) / 3) ** 2 + ((ys - 16) / 3) ** 2)).astype(np.float32)


@pytest.mark.parametrize("shut", [0.0, 1.0])
def test_a_glint_on_one_of_two_prints_is_no_lid_on_its_way(shut):
    opened, closed = look(0, 0.3, eye(0)), look(0.2, 0.05, eye(1))
    assert travelled(look(0.1, 0.15, glint(eye(shut), 60)), [opened], closed) is None


def test_two_prints_exchanged_stay_exchanged_when_the_shut_one_measures_unevenly():
    """As happened to portraits with narrow eyes: the shut print measured 0.27 to 0.43 of the usual, gloss on it."""
    lids, openings = Lids(), [*OPEN, 0.08, 0.115, 0.13, 0.115, *OPEN]
    pictures = [eye(float(opening < 0.2)) for opening in openings]
    pictures[9:11] = [glint(picture, 60) for picture in pictures[9:11]]
    looks = [look(n * 0.1, *one) for n, one in enumerate(zip(openings, pictures, strict=True))]
    (blink,) = [blink for blink in map(lids.add, looks) if blink]
    assert blink.travel == 0.0 and blink.between == 0


@pytest.mark.parametrize(
    "openings",
    [
        [*OPEN, *[0.05] * 9, *OPEN],  # longer than a blink
        [0.05, 0.05, *OPEN, *OPEN],  # how it began was not seen
        [*OPEN, 0.22, 0.2, 0.24, *OPEN],  # not shut
        [0.1] * 20,  # eyes that cannot be seen
    ],
)
def test_what_is_no_blink(openings):
    assert blinks(openings) == []


def test_a_dip_while_the_head_turns_is_no_blink():
    assert blinks([*OPEN, 0.08, 0.06, 0.15, *OPEN], yaw=lambda n: 2.5 * n) == []


# --- surroundings and edges ---------------------------------------------------------------------------------


def around(matrix, image):
    grey, scale = small(heads.shown(heads.coat()))
    _, face = heads.head()
    return Surround(grey, scale, face.mesh.points).moved(small(image)[0], matrix[:2])


def test_what_is_photographed_with_a_face_goes_with_it_and_a_room_does_not():
    matrix = homography(0, 0, 0, 0, 0, 0, 6.0, 2.0)
    carried = around(matrix, heads.picture_of(matrix)[0])
    assert carried.near_with > 5 and carried.near_stayed == 0
    living = around(matrix, heads.head(shift=(6.0, 2.0))[0])
    assert living.near_stayed > 5 * max(living.near_with, 1)


def test_a_face_that_stays_says_nothing_of_its_surroundings():
    still = around(np.eye(3), heads.shown(heads.coat()))
    assert still.asked == 0


def test_the_edges_of_a_phone_are_seen_and_a_doorway_does_not_close_below_the_chin():
    _, face = heads.head()
    low, high = face.mesh.points[:, :2].min(axis=0).astype(int), face.mesh.points[:, :2].max(axis=0).astype(int)
    plain = np.full((heads.HEIGHT, heads.WIDTH), 120, np.uint8)
    corners = (low[0] - 25, max(low[1] - 20, 3)), (high[0] + 25, min(high[1] + 12, heads.HEIGHT - 4))
    phone = cv2.rectangle(plain.copy(), *[tuple(map(int, one)) for one in corners], 20, 5)
    assert edges(phone, face.mesh.points).enclosed > 0.8
    doorway = phone.copy()
    doorway[int(corners[1][1]) - 6 :] = 120
    found = edges(doorway, face.mesh.points)
    assert found.enclosed < 0.3 and min(found.left, found.right, found.above) > 0.6
    assert edges(plain, face.mesh.points).enclosed == 0


# --- a screen in view ----------------------------------------------------------------------------------------


def desk(*, frame=True, body=True, fingers=False, slant=0.0):
    """A wide frame around a small face: a screen's, or a board's behind shoulders."""
    grey = np.full((240, 320), 130, np.uint8)
    grey += np.random.default_rng(2).integers(0, 8, grey.shape).astype(np.uint8)
    if frame:
        cv2.rectangle(grey, (60, 45), (250, 180), 30, 9)
    if fingers:
        cv2.ellipse(grey, (60, 120), (16, 14), 0, 0, 360, 170, -1)
    if body:  # in front of it
        cv2.ellipse(grey, (155, 240), (62, 120), 0, 180, 360, 90, -1)
    if slant:
        turn = cv2.getRotationMatrix2D((160, 120), slant, 1.0)
        grey = np.asarray(cv2.warpAffine(grey, turn, (320, 240), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    return grey


def small_face():
    _, face = heads.head()
    middle = face.mesh.points[:, :2].mean(axis=0)
    return ((face.mesh.points[:, :2] - middle) * 0.35 + (155, 95)).astype(np.float32)


@pytest.mark.parametrize(("fingers", "slant"), [(False, 0), (True, 0), (False, 6), (True, -6)])
def test_a_screen_that_plays_a_film_is_seen_around_the_face(fingers, slant):
    assert screen(desk(body=False, fingers=fingers, slant=slant), small_face()) > 0.7


@pytest.mark.parametrize("shift", [-6, 0, 6])
def test_a_screen_that_cuts_the_face_off_at_the_hair_and_the_chin_is_seen_too(shift):
    face = small_face()
    large = (face - face.mean(axis=0)) * (140 / np.ptp(face[:, 1]))
    large += np.float32([155, shift + 45 - 6 - large[:, 1].min()])  # the film begins below the hair
    assert screen(desk(body=False, fingers=True), large.astype(np.float32)) > 0.7


def test_a_board_behind_someone_is_hidden_below_the_chin():
    assert screen(desk(), small_face()) < 0.4


def test_a_frame_beside_the_face_or_none_is_no_screen():
    beside = small_face() + np.float32([130, 0])
    assert screen(desk(body=False), beside) == 0
    assert screen(desk(frame=False), small_face()) == 0
    assert screen(np.full((240, 320), 120, np.uint8), small_face()) == 0
