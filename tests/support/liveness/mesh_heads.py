"""A head as a mesh that can be turned, nodded, brought closer and made to blink, and a picture of it: frames without
pictures. Whether the nose stands out is told by `measure`, which knows whether the actor has depth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from recognition.engine import Box, Face, Quality
from recognition.engine.embedding.vectors import normalised
from recognition.engine.mesh import points as of
from recognition.engine.mesh.face_mesh import Mesh
from recognition.liveness.active.challenge import BLINK, CLOSER, NOD, TURN_LEFT, TURN_RIGHT, TWICE
from recognition.liveness.cues.nose import NoseRelief
from recognition.liveness.frames import FrameContent, Look

DIM = 32
FACE_PX = 90.0  # px between the eyes
OPEN = 0.3  # height over width of an open eye
# Where the points lie that liveness reads, in distances between the eyes: x, y, depth.
KNOWN = {
    of.CHEEK_LEFT: (-1.0, 0.4, 0.6),
    of.CHEEK_RIGHT: (1.0, 0.4, 0.6),
    of.FOREHEAD: (0.0, -0.9, 0.1),
    of.CHIN: (0.0, 1.7, 0.1),
    of.EYE_LEFT[0]: (-0.65, 0.0, 0.1),
    of.EYE_LEFT[1]: (-0.35, 0.0, 0.0),
    of.EYE_RIGHT[0]: (0.35, 0.0, 0.0),
    of.EYE_RIGHT[1]: (0.65, 0.0, 0.1),
    of.TIP: (0.0, 0.55, -0.5),
}


def head(yaw=0.0, pitch=0.0, *, near=1.0, noise=0.0, rng=None):
    """The mesh of a head turned by `yaw` degrees, its chin raised by `pitch`, `near` times as large."""
    points = np.zeros((468, 3))
    points[list(KNOWN)] = list(KNOWN.values())
    a, b = math.radians(-yaw), math.radians(pitch)
    turn = np.array([(math.cos(a), 0, math.sin(a)), (0, 1, 0), (-math.sin(a), 0, math.cos(a))])
    nod = np.array([(1, 0, 0), (0, math.cos(b), math.sin(b)), (0, -math.sin(b), math.cos(b))])
    placed = points @ nod.T @ turn.T * FACE_PX * near + (320, 260, 0)
    if noise:
        placed = placed + (rng or np.random.default_rng(0)).normal(0, noise * FACE_PX, placed.shape)
    placed = placed.astype(np.float32)
    return Mesh(placed, 1.0, *of.pose(placed))


def face_of(mesh, **quality):
    """A face with this mesh, in good light."""
    side = int(2.2 * mesh.apart)
    made = Quality(side, 200.0, 120.0, 40.0, mesh.yaw, mesh.pitch, mesh.roll, OPEN, 0.9)
    landmarks = of.dlib_five(mesh.points)
    return Face(Box(200, 150, side, side), 1.0, landmarks, replace(made, **quality), landmarks, mesh=mesh)


def vector_of(name):
    """The embedding of a person: far from everybody else's."""
    return normalised(np.random.default_rng(sum(map(ord, name)) * 7919).normal(size=DIM))


def threshold(*, photos, frames, target_fmr):
    """A curve as bundled's: two people here lie 1.2 and more apart."""
    return {1e-1: 0.45, 1e-2: 0.39, 1e-3: 0.35}[target_fmr]


def nose(turn, *, depth=1.0):
    """What is measured on a head, or on a sheet, that turned by so many degrees."""
    offset = depth * 0.5 * math.sin(math.radians(turn))
    gain = 0.25 if depth else -0.2
    return NoseRelief(offset=offset, best=0.9, on_sheet=0.6, on_head=0.6 + gain, parallax=offset or 0.1)


@dataclass
class Actor:
    """Plays before a camera: each method adds frames. `person` may be exchanged in between."""

    fps: float = 25.0
    person: str = "ada"
    depth: float = 1.0
    noise: float = 0.008
    passive: float | None = None
    frames: list[FrameContent] = field(default_factory=list)
    at: float = 0.0

    def __post_init__(self):
        self._rng = np.random.default_rng(5)

    def measure(self, straight: Look, turned: Look):
        return nose(turned.yaw - straight.yaw, depth=self.depth)

    def show(self, mesh, *, faces=1, lids=(OPEN, OPEN), **quality):
        vector, score = vector_of(self.person), self.passive
        face = face_of(mesh, **quality) if faces else None
        shown = FrameContent(self.at, len(self.frames), faces, face, lambda: vector, lambda: score, lambda: lids)
        self.frames.append(shown)
        self.at += 1 / self.fps
        return self

    def pose(self, seconds, yaw=0.0, pitch=0.0, *, faces=1, openness=1.0, near=1.0, **quality):
        for _ in range(max(1, round(seconds * self.fps))):
            lids = (OPEN * openness, OPEN * openness)
            self.show(self._head(yaw, pitch, near), faces=faces, lids=lids, **quality)
        return self

    def turn(self, peak, *, seconds=0.6):
        """There and back."""
        return self._there_and_back(seconds, lambda share: {"yaw": peak * share})

    def nod(self, peak=-20.0, *, seconds=0.5):
        return self._there_and_back(seconds, lambda share: {"pitch": peak * share})

    def step_closer(self, near=1.5, *, seconds=1.0):
        return self._there_and_back(seconds, lambda share: {"near": 1 + (near - 1) * share})

    def blink(self, seconds=0.25):
        return self.pose(seconds, openness=0.3)

    def does(self, action, pause=0.6):
        acts = {
            TURN_LEFT: lambda: self.turn(28.0),
            TURN_RIGHT: lambda: self.turn(-28.0),
            NOD: self.nod,
            CLOSER: self.step_closer,
            BLINK: self.blink,
            TWICE: lambda: self.blink().pose(0.4).blink(),
        }
        acts[action]()
        return self.pose(pause)

    def plays(self, actions, pauses=()):
        """Everything in its order; what is asked for after a pause comes after it."""
        self.pose(1.5)
        for number, action in enumerate(actions):
            if number < len(pauses):
                self.pose(pauses[number])
            self.does(action)
        return self.pose(1.5)

    def _there_and_back(self, seconds, shown):
        count = max(2, round(seconds * self.fps))
        there = [(1 - math.cos(math.pi * n / count)) / 2 for n in range(1, count + 1)]
        for share in there + there[::-1]:
            values = {"yaw": 0.0, "pitch": 0.0, "near": 1.0} | shown(share)
            self.show(self._head(values["yaw"], values["pitch"], values["near"]))
        return self

    def _head(self, yaw, pitch=0.0, near=1.0):
        return head(yaw, pitch, near=near, noise=self.noise, rng=self._rng)
