"""A head of 68 points that can be turned, tilted and made to blink, and a flat picture of it: frames without pictures.

The points are the mean of 29 frontal faces of LFW as dlib finds them, made symmetrical, in distances between the eyes.
Their depths are those that `engine.quality` was fitted with for the nose and the mouth, and an ellipse for the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from recognition.engine import Box, Face, Quality
from recognition.engine.quality import BASE_OUT, MOUTH_OUT, TIP_OUT, eyes_open, pose
from recognition.engine.vectors import normalised
from recognition.liveness.challenge import TURN_LEFT, TURN_RIGHT
from recognition.liveness.looks import Frame

# fmt: off
FLAT = np.array([
    (-1.13, .06), (-1.12, .35), (-1.09, .64), (-1.05, .92), (-.96, 1.19), (-.81, 1.42), (-.58, 1.59), (-.31, 1.7),
    (0, 1.72), (.31, 1.7), (.58, 1.59), (.81, 1.42), (.96, 1.19), (1.05, .92), (1.09, .64), (1.12, .35), (1.13, .06),
    (-.93, -.18), (-.79, -.32), (-.59, -.36), (-.39, -.34), (-.19, -.27), (.19, -.27), (.39, -.34), (.59, -.36),
    (.79, -.32), (.93, -.18), (0, -.04), (0, .14), (0, .33), (0, .51), (-.22, .66), (-.11, .7), (0, .72), (.11, .7),
    (.22, .66), (-.69, 0), (-.57, -.07), (-.42, -.07), (-.3, .03), (-.43, .05), (-.58, .05), (.3, .03), (.42, -.07),
    (.57, -.07), (.69, 0), (.58, .05), (.43, .05), (-.46, 1.06), (-.29, .97), (-.13, .93), (0, .96), (.13, .93),
    (.29, .97), (.46, 1.06), (.3, 1.2), (.13, 1.26), (0, 1.27), (-.13, 1.26), (-.3, 1.2), (-.39, 1.06), (-.13, 1.02),
    (0, 1.04), (.13, 1.02), (.39, 1.06), (.13, 1.13), (0, 1.14), (-.13, 1.13),
])
# fmt: on
DIM = 32
FACE_PX = 90.0  # px between the eyes


def depths():
    """How far each point lies behind the eyes; the nose lies before them."""
    z = 0.6 * FLAT[:, 0] ** 2
    z[27:31] = [-0.1, -0.28, -0.46, -TIP_OUT]
    z[31:36] = [-0.25, -0.4, -BASE_OUT, -0.4, -0.25]
    z[48:68] = -MOUTH_OUT + 0.3 * FLAT[48:68, 0] ** 2
    z[36:48] = 0.0
    return z


def head(yaw=0.0, *, openness=1.0, depth=1.0, tilt=0.0, noise=0.0, rng=None):
    """(68, 2) px of a head turned by `yaw` degrees; `depth` 0 is a flat picture of it, turned; `tilt` is the chin's."""
    points = np.column_stack([FLAT, depth * depths()])
    for eye in (slice(36, 42), slice(42, 48)):
        line = points[eye][[0, 3], 1].mean()
        points[eye, 1] = line + (points[eye, 1] - line) * openness
    a, b = math.radians(yaw), math.radians(tilt)
    x = points[:, 0] * math.cos(a) - points[:, 2] * math.sin(a)
    z = points[:, 0] * math.sin(a) + points[:, 2] * math.cos(a)
    y = (points[:, 1] - 0.6) * math.cos(b) - z * math.sin(b)
    z = (points[:, 1] - 0.6) * math.sin(b) + z * math.cos(b)
    near = 1 / (1 + z / 9.0)  # nine eye distances, some 57 cm, before the camera
    flat = np.column_stack([x * near, y * near]) * FACE_PX + (320, 260)
    if noise:
        flat = flat + (rng or np.random.default_rng(0)).normal(0, noise * FACE_PX, flat.shape)
    return flat.astype(np.float32)


def warped(points, matrix):
    """The points of a flat picture under a homography."""
    return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0].astype(np.float32)


def face_of(points, **quality):
    """A face with these 68 points, in good light."""
    anchor = points[[45, 42, 36, 39, 33]]
    left, top = points.min(axis=0)
    side = int(np.ptp(points, axis=0).max())
    made = Quality(side, 200.0, 120.0, 40.0, pose(anchor)[0], 0.0, 0.0, eyes_open(points), 0.9)
    return Face(Box(int(left), int(top), side, side), 1.0, points, replace(made, **quality), anchor)


def vector_of(name):
    """The embedding of a person: far from everybody else's."""
    return normalised(np.random.default_rng(sum(map(ord, name)) * 7919).normal(size=DIM))


def threshold(*, photos, frames, target_fmr):
    """A curve as bundled's: two people here lie 1.2 and more apart."""
    return {1e-1: 0.45, 1e-2: 0.39, 1e-3: 0.35}[target_fmr]


@dataclass
class Actor:
    """Plays before a camera: each method adds frames. `person` may be exchanged in between."""

    fps: float = 25.0
    person: str = "ada"
    depth: float = 1.0
    noise: float = 0.008
    passive: float | None = None
    frames: list[Frame] = field(default_factory=list)
    at: float = 0.0

    def __post_init__(self):
        self._rng = np.random.default_rng(5)

    def show(self, points, *, faces=1, **quality):
        vector, score = vector_of(self.person), self.passive
        face = face_of(points, **quality) if faces else None
        self.frames.append(Frame(self.at, len(self.frames), faces, face, lambda: vector, lambda: score))
        self.at += 1 / self.fps
        return self

    def pose(self, seconds, yaw=0.0, *, faces=1, openness=1.0, **quality):
        for _ in range(max(1, round(seconds * self.fps))):
            self.show(self._head(yaw, openness), faces=faces, **quality)
        return self

    def turn(self, peak, *, seconds=0.6):
        """There and back."""
        count = max(2, round(seconds * self.fps))
        there = [peak * (1 - math.cos(math.pi * n / count)) / 2 for n in range(1, count + 1)]
        for yaw in there + there[::-1]:
            self.show(self._head(yaw, 1.0))
        return self

    def blink(self, seconds=0.25):
        return self.pose(seconds, openness=0.3)

    def does(self, action, pause=0.6):
        if action == TURN_LEFT:
            self.turn(28.0)
        elif action == TURN_RIGHT:
            self.turn(-28.0)
        else:
            self.blink()
        return self.pose(pause)

    def plays(self, actions):
        self.pose(1.5)
        for action in actions:
            self.does(action)
        return self.pose(1.5)

    def _head(self, yaw, openness):
        return head(yaw, openness=openness, depth=self.depth, noise=self.noise, rng=self._rng)
