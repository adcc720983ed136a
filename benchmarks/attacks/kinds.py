"""The kinds of attack with stills, and how each is performed for ten seconds."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.scene import Camera, fingers, framed, on_paper, on_screen, room
from benchmarks.attacks.sheet import FOCAL, SIZE, Pose, seen
from benchmarks.attacks.stills import APART, Still

Image = NDArray[np.uint8]
FPS, SECONDS = 10.0, 10.0


@dataclass(frozen=True, slots=True)
class Kind:
    """What is done in an attack. Degrees; shares of the distance."""

    medium: str = "paper"  # paper, bare (cut to the picture), phone, full (nothing else in view)
    carried: float = 0.15  # how far it is moved about, in distances between the eyes
    yaw: float = 4.0  # how far it is turned back and forth
    pitch: float = 4.0
    roll: float = 3.0
    zoom: float = 0.04
    shake: float = 0.012  # of a hand, in distances between the eyes
    bend: str = ""  # upright, level: the axis of the cylinder
    eyes: str = ""  # swapped, faded, quick: printed open and shut in turn
    light: float = 0.02  # how much the light changes


PRINTS: dict[str, Kind] = {
    "fixed": Kind(medium="bare", carried=0, yaw=0, pitch=0, roll=0, zoom=0, shake=0),
    "shaken": Kind(medium="bare", carried=0.03, yaw=1, pitch=1, roll=1, zoom=0.01, shake=0.03),
    "moved": Kind(medium="bare", carried=0.7, yaw=4, pitch=4, roll=6, zoom=0.08),
    "tilted": Kind(medium="bare", carried=0.2, yaw=28, pitch=18),
    "bent": Kind(medium="bare", carried=0.2, yaw=26, pitch=6, bend="upright"),
    "bent level": Kind(medium="bare", carried=0.2, yaw=8, pitch=22, bend="level"),
    "paper": Kind(medium="paper", carried=0.4, yaw=12, pitch=8),
    "phone": Kind(medium="phone", carried=0.4, yaw=12, pitch=8),
    "zoomed": Kind(medium="paper", carried=0.2, zoom=0.3),
    "lit": Kind(medium="paper", carried=0.2, light=0.35),
    "full frame": Kind(medium="full", carried=0.3, yaw=10, pitch=8, zoom=0.05),
    "eyes swapped": Kind(medium="bare", carried=0.15, yaw=6, pitch=4, eyes="swapped"),
    "eyes faded": Kind(medium="bare", carried=0.15, yaw=6, pitch=4, eyes="faded"),
    "eyes on a phone": Kind(medium="phone", carried=0.2, yaw=8, pitch=6, eyes="quick"),
    "eyes, full frame": Kind(medium="full", carried=0.15, yaw=5, pitch=4, eyes="quick"),
    "eyes, fixed": Kind(medium="full", carried=0, yaw=0, pitch=0, roll=0, zoom=0, shake=0, eyes="quick"),
    "eyes, bent": Kind(medium="bare", carried=0.2, yaw=22, pitch=5, bend="upright", eyes="quick"),
}
KINDS = tuple(PRINTS)


def presentation(
    still: Still, kind: str, seed: int, *, fps: float = FPS, seconds: float = SECONDS
) -> Iterator[tuple[Image, float]]:
    """What the camera sees: SIZE, RGB, with the time in seconds."""
    what, rng = PRINTS[kind], np.random.default_rng([seed, zlib.crc32(kind.encode())])
    sheets, middle = _sheets(still, what, rng)
    hand, shut = hand_of(what, rng), lids_of(what.eyes, rng)
    behind, camera = room(rng, SIZE), Camera(rng, SIZE, light=what.light)
    for number in range(round(fps * seconds)):
        at = number / fps
        sheet = sheets(shut(at))
        picture, cover = seen(sheet, middle, hand(at))
        if what.medium != "full":
            picture = blended(picture, behind, cover)
        yield camera.sees(picture, at), at


def blended(front: Image, behind: Image, cover: Image) -> Image:
    """The front where it covers, its border softened as a lens does."""
    made = np.asarray(cv2.copyTo(front, (cover > 127).astype(np.uint8), behind.copy()), np.uint8)
    border = cv2.morphologyEx(cover, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.copyTo(cv2.blur(made, (3, 3)), border, made), np.uint8)


def _sheets(still: Still, what: Kind, rng: np.random.Generator) -> tuple[Callable[[float], Image], tuple[float, float]]:
    """The medium for every amount of closed eyes, and the middle that it is turned about."""
    seed = int(rng.integers(2**31))
    made: dict[float, Image] = {}
    nose = still.points[[1, 168], :2].mean(axis=0)
    margins = (0, 0, 0, 0)
    if what.medium == "paper":
        edge = int(rng.uniform(0.1, 0.5) * APART)
        margins = (edge, edge, edge, edge)
    elif what.medium == "phone":
        side, end = int(rng.uniform(0.08, 0.2) * APART), int(rng.uniform(0.2, 0.6) * APART)
        margins = (end, end, side, side)

    def sheet(amount: float) -> Image:
        if amount not in made:
            same = np.random.default_rng(seed)
            image = still.dissolved(amount)
            image = on_screen(image, same) if what.medium == "phone" else on_paper(image, same)
            colour = (22, 22, 26) if what.medium == "phone" else (236, 236, 230)
            image = framed(image, margins, colour)
            made[amount] = image if what.medium == "full" else fingers(image, same)
        return made[amount]

    return sheet, (float(nose[0] + margins[2]), float(nose[1] + margins[0]))


def hand_of(what: Kind, rng: np.random.Generator, *, apart: float = APART) -> Callable[[float], Pose]:
    """How the medium is held at any time."""
    # The eyes are 40 to 64 px apart in the picture; where nothing else is in view, the sheet fills it.
    away = FOCAL * apart / (rng.uniform(40, 64) if what.medium != "full" else rng.uniform(94, 105))
    phases, speeds = rng.uniform(0, 6.28, 8), rng.uniform(1.2, 3.0, 8)
    strength = rng.uniform(0.6, 1.0, 8)
    tremble = rng.normal(0, 1, (400, 3)) * what.shake * apart
    tremble = (tremble[:-2] + tremble[1:-1] + tremble[2:]) / 2
    radius = rng.uniform(1.1, 4.0) * apart if what.bend else 0.0
    hollow = bool(rng.random() < 0.2)

    def swing(n: int, reach: float, at: float) -> float:
        return float(reach * strength[n] * math.sin(speeds[n] * at + phases[n]))

    def pose(at: float) -> Pose:
        step = tremble[int(at * 30) % len(tremble)]
        return Pose(
            away=away * (1 + swing(0, what.zoom, at)) + 3 * step[2],
            x=swing(1, what.carried * apart, at) + step[0],
            y=swing(2, 0.7 * what.carried * apart, at) + step[1],
            yaw=swing(3, what.yaw, at),
            pitch=swing(4, what.pitch, at),
            roll=swing(5, what.roll, at),
            radius=radius,
            upright=what.bend != "level",
            hollow=hollow,
        )

    return pose


def lids_of(eyes: str, rng: np.random.Generator) -> Callable[[float], float]:
    """How far the printed eyes are shut at any time."""
    if not eyes:
        return lambda at: 0.0
    if eyes == "swapped":  # two prints, exchanged by hand
        every, closed, fade = rng.uniform(1.2, 2.5), rng.uniform(0.3, 0.8), 0.0
    elif eyes == "faded":
        every, closed, fade = rng.uniform(1.5, 3.0), rng.uniform(0.1, 0.3), rng.uniform(0.1, 0.25)
    else:  # as fast and as seldom as a person blinks
        every, closed, fade = rng.uniform(1.8, 4.0), rng.uniform(0.1, 0.3), 0.0
    begins = rng.uniform(0.5, 1.2)

    def amount(at: float) -> float:
        since = (at - begins) % every if at >= begins else -1.0
        if since < 0 or since >= closed + 2 * fade:
            return 0.0
        if fade and since < fade:
            return round(since / fade, 1)
        if fade and since > closed + fade:
            return round((closed + 2 * fade - since) / fade, 1)
        return 1.0

    return amount
