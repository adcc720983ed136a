"""A head and a picture of one, drawn: for stories about life that need no model.

The head is an ellipsoid with a nose, under a coat of spots. Turned, each spot moves by its depth times the sine of the
turn; on a sheet all of them move together, however the sheet is held.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np

from recognition.engine import Box, Face, Quality
from recognition.engine.mesh import points as of
from recognition.engine.mesh.face_mesh import Mesh

WIDTH, HEIGHT = 320, 240
APART = 50.0  # px between the eyes
MIDDLE = (160.0, 120.0)
EYES = {33: (-0.72, -0.05), 133: (-0.28, -0.05), 362: (0.28, -0.05), 263: (0.72, -0.05)}
MOUTH = {61: (-0.35, 0.95), 291: (0.35, 0.95)}


def depth(x, y):
    """Away from the camera, in distances between the eyes; x, y from between the eyes."""
    round_ = 0.35 * ((x / 1.05) ** 2 + ((y - 0.3) / 1.5) ** 2)
    return round_ - 0.45 * np.exp(-((x / 0.22) ** 2 + ((y - 0.45) / 0.3) ** 2))


@lru_cache(maxsize=1)
def places():
    """(468, 2): where the mesh's points lie on the face, in distances between the eyes."""
    golden = math.pi * (3 - math.sqrt(5))
    radius, angle = np.sqrt((np.arange(468) + 0.5) / 468), golden * np.arange(468)
    spread = np.stack([0.95 * radius * np.cos(angle), 0.35 + 1.25 * radius * np.sin(angle)], axis=1)
    for number, place in {**EYES, **MOUTH, of.TIP: (0, 0.45), of.BASE: (0, 0.62)}.items():
        spread[number] = place
    return spread


@lru_cache(maxsize=4)
def coat(seed=0, *, shut=False):
    """The face straight ahead in its room, grey: spots, so that every place has a texture of its own."""
    rng = np.random.default_rng(seed)
    image = np.full((HEIGHT, WIDTH), 120, np.float32)
    for blur, strength in ((1.2, 160), (3.0, 260)):
        image += cv2.GaussianBlur(rng.normal(0, 1, image.shape).astype(np.float32), (0, 0), blur) * strength * blur / 3
    image = np.clip(image, 30, 225).astype(np.uint8)
    return with_lids(image, 1.0) if shut else with_lids(image, 0.0)


def with_lids(image, amount, *, left=(-0.5, -0.05), right=(0.5, -0.05)):
    """Bright eyes with a dark iris; the lid is skin and comes down over them, 0 open to 1 shut."""
    made = image.copy()
    ys, xs = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    for x, y in (left, right):
        dx, dy = (xs - MIDDLE[0]) / APART - x, (ys - MIDDLE[1]) / APART - y
        almond = (dx / 0.22) ** 2 + (dy / 0.12) ** 2 < 1
        seen = almond & (dy > -0.12 + 0.24 * amount)
        made[almond] = 150
        made[seen] = 235
        made[seen & (dx**2 + dy**2 < 0.1**2)] = 25
    return made


def head(yaw=0.0, pitch=0.0, *, image=None, shift=(0.0, 0.0)):
    """(picture, face): the head turned by degrees in a room that stays where it is."""
    return _bare_head(yaw, pitch, shift) if image is None else _head(yaw, pitch, image, shift)


@lru_cache(maxsize=64)
def _bare_head(yaw, pitch, shift):
    return _head(yaw, pitch, coat(), shift)


def _head(yaw, pitch, image, shift):
    a, b = math.sin(math.radians(yaw)), math.sin(math.radians(pitch))
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    x, y = (xs - MIDDLE[0] - shift[0]) / APART, (ys - MIDDLE[1] - shift[1]) / APART
    inside = np.clip(1.6 - np.sqrt((x / 1.0) ** 2 + ((y - 0.35) / 1.3) ** 2), 0, 0.6) / 0.6
    u, v = x.copy(), y.copy()
    for _ in range(4):  # where on the coat does the ray end?
        z = depth(u, v)
        u, v = x + z * a, y - z * b
    u, v = x + (u - x) * inside, y + (v - y) * inside
    moved = np.clip(inside, 0, 1)
    map_x = (MIDDLE[0] + u * APART + shift[0] * (1 - moved)).astype(np.float32)
    map_y = (MIDDLE[1] + v * APART + shift[1] * (1 - moved)).astype(np.float32)
    picture = cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    spots = places()
    z = depth(spots[:, 0], spots[:, 1])
    points = np.stack([spots[:, 0] - z * a, spots[:, 1] + z * b, z], axis=1) * APART
    points[:, :2] += np.array(MIDDLE) + shift
    return shown(picture), face_of(points, yaw, pitch)


def picture_of(matrix, yaw=0.0, pitch=0.0, *, image=None):
    """(picture, face): a photograph of that head, carried by a homography. `yaw`, `pitch`: what a mesh makes of it."""
    image = coat() if image is None else image
    picture = cv2.warpPerspective(image, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    spots = places()
    flat = (spots * APART + MIDDLE).astype(np.float64)
    z = depth(spots[:, 0], spots[:, 1]) * APART  # the mesh puts its own shape on a flat picture
    flat = flat + np.stack([-z * math.sin(math.radians(yaw)), z * math.sin(math.radians(pitch))], axis=1)
    there = cv2.perspectiveTransform(flat[None], matrix)[0]
    return shown(picture), face_of(np.hstack([there, z[:, None]]), yaw, pitch)


def shown(grey):
    return np.repeat(grey[..., None], 3, axis=2)


def face_of(points, yaw, pitch):
    points = points.astype(np.float32)
    mesh = Mesh(points, 1.0, yaw, pitch, 0.0)
    quality = Quality(mesh.box.size, 200.0, 120.0, 40.0, yaw, pitch, 0.0, 0.3, 0.9)
    five = of.dlib_five(points)
    return Face(Box(*mesh.box), 1.0, five, quality, five, of.eyes_nose_mouth(points), mesh)


class Lids:
    """An engine of which only the lids are asked. `opening`: what both eyes show now."""

    def __init__(self, opening=0.3):
        self.opening = opening

    def lids(self, image, face):
        return None if self.opening is None else (self.opening, self.opening)
