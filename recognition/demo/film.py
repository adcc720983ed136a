"""The films that the demo's cameras play: portraits that move a little, as people do, with pauses between them.

Each station has a film of its own, all of one length and played by the same clock (`CameraSource(in_step=True)`): in
any moment at most one station shows a person. There are photographs of three people only, so they take turns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from config.errors import Refused

Picture = NDArray[np.uint8]  # H × W × 3, BGR, as OpenCV reads and writes

WIDTH, HEIGHT, FPS = 640, 480, 12
FACE = 190  # px in the film


class Shot(NamedTuple):
    """One photograph and where its face is, in its own pixels; `mirrored`: left is right."""

    photo: str
    centre: tuple[int, int]
    face: int
    mirrored: bool = False


class Hall(NamedTuple):
    """What is seen where no one is: the colour of the wall (BGR), and where its door begins."""

    wall: tuple[int, int, int]
    door: int


class Appearance(NamedTuple):
    """Someone is in a film, by their photo, from one second of it until another."""

    photo: str
    begins: float
    ends: float


class Script(NamedTuple):
    """Who comes, one scene after the other, and where. A scene with no one is the empty hall."""

    scenes: tuple[tuple[Shot, ...], ...]
    hall: Hall


# Never a photo that someone was enrolled from. No one is enrolled from the other two: strangers.
KNOWN = Shot("obama2.jpg", (320, 457), 310)
STRANGER = Shot("biden.jpg", (594, 388), 310)
GUEST = Shot("astronaut.png", (215, 112), 90)
KNOWN_TURNED, STRANGER_TURNED, GUEST_TURNED = (shot._replace(mirrored=True) for shot in (KNOWN, STRANGER, GUEST))
# The scenes of the same number are on at the same time. What is left free is used at the exit (books_film) and by the
# phone (phone_film): tests/config/test_demo_campus.py calculates that no one is at two stations at once.
ENTRANCE = Script(((STRANGER,), (), (KNOWN,), (), (STRANGER,), (), (KNOWN, STRANGER), ()), Hall((196, 202, 206), 230))
LIBRARY = Script(
    ((GUEST_TURNED,), (), (STRANGER_TURNED,), (), (GUEST_TURNED,), (KNOWN_TURNED,), (GUEST_TURNED,), ()),
    Hall((182, 206, 188), 70),
)
CLASSROOM = Script(
    ((), (GUEST,), (), (GUEST, STRANGER), (), (STRANGER_TURNED,), (), (KNOWN_TURNED, GUEST)),
    Hall((208, 198, 178), 410),
)
SCENES = 8  # of every script
SECONDS = 6.0  # of each scene
PAUSE = 3.0  # seconds of an empty hall, longer than the station remembers someone
SLOT = SECONDS + PAUSE  # s from the beginning of one scene to that of the next
LENGTH = SCENES * SLOT  # s of every film with people


def make(pictures: Iterable[Picture], target: Path, *, fps: int = FPS) -> None:
    """Write a film to `target`, all or nothing. Plain MJPEG, which OpenCV reads and writes everywhere."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part.avi")
    writer = cv2.VideoWriter(str(part), cv2.VideoWriter.fourcc(*"MJPG"), fps, (WIDTH, HEIGHT))
    for frame in pictures:
        writer.write(frame)
    writer.release()
    part.replace(target)


def frames(portraits: Path, script: Script = ENTRANCE, *, fps: float | None = None) -> Iterator[Picture]:
    """`fps`: FPS unless a station asks for fewer pictures."""
    fps = fps or FPS
    hall = empty_hall(script.hall)
    for shots in script.scenes:
        yield from _scene(portraits, shots, fps) if shots else [hall] * round(SECONDS * fps)
        yield from [hall] * round(PAUSE * fps)


def appearances(script: Script) -> list[Appearance]:
    """When each photo is to be seen, in seconds of the film."""
    return [
        Appearance(shot.photo, number * SLOT, number * SLOT + SECONDS)
        for number, shots in enumerate(script.scenes)
        for shot in shots
    ]


def _scene(portraits: Path, shots: tuple[Shot, ...], fps: float) -> Iterator[Picture]:
    """Everyone side by side, each in a strip of their own."""
    edges = [WIDTH * number // len(shots) for number in range(len(shots) + 1)]
    face = FACE * (0.55 + 0.45 / len(shots))
    strips = [
        performance(portraits, shot, (right - left, HEIGHT), face=face, fps=fps)
        for shot, (left, right) in zip(shots, pairwise(edges), strict=True)
    ]
    yield from (np.hstack(side_by_side) for side_by_side in zip(*strips, strict=True))


def read(path: Path) -> Picture:
    photo = cv2.imread(str(path))
    if photo is None:
        raise Refused("no_portraits", f"{path.name} is not a picture.")
    return np.asarray(photo, np.uint8)


def performance(
    portraits: Path,
    shot: Shot,
    size: tuple[int, int],
    *,
    face: float,
    seconds: float = SECONDS,
    aside: float = 0.0,
    fps: float | None = None,
) -> Iterator[Picture]:
    """The photo on a picture of `size` (width, height), its face `face` px wide, `aside` px from the middle."""
    fps = fps or FPS
    photo, shot = _facing(read(portraits / shot.photo), shot)
    backdrop = _backdrop(photo, size)
    for number in range(round(seconds * fps)):
        pose = _pose(shot, number / fps, width=size[0] + 2 * aside, face=face)
        canvas = backdrop.copy()
        cv2.warpAffine(photo, pose, size, dst=canvas, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT)
        yield canvas


def _facing(photo: Picture, shot: Shot) -> tuple[Picture, Shot]:
    if not shot.mirrored:
        return photo, shot
    x, y = shot.centre
    return np.asarray(photo[:, ::-1].copy()), shot._replace(centre=(photo.shape[1] - 1 - x, y))


def _pose(shot: Shot, at: float, *, width: float, face: float) -> NDArray[np.float64]:
    """Sways, nods and leans a little: where the photo lies `at` seconds into its scene."""
    scale = face / shot.face * (1 + 0.06 * math.sin(at * 0.9))
    tilt = 1.5 * math.sin(at * 1.3)
    pose = np.asarray(cv2.getRotationMatrix2D(shot.centre, tilt, scale), np.float64)
    pose[0, 2] += width / 2 - shot.centre[0] + 22 * math.sin(at * 1.1)
    pose[1, 2] += HEIGHT * 0.44 - shot.centre[1] + 8 * math.sin(at * 1.7)
    return pose


def _backdrop(photo: Picture, size: tuple[int, int]) -> Picture:
    """The photo's own colours, far out of focus: no face can be found in it."""
    tiny = cv2.resize(photo, (8, 6), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(tiny // 2, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def empty_hall(place: Hall) -> Picture:
    """A wall, a floor and a door, drawn."""
    hall, left = np.full((HEIGHT, WIDTH, 3), place.wall, np.uint8), place.door
    hall[360:] = (120, 132, 142)
    cv2.rectangle(hall, (left, 90), (left + 180, 360), (92, 110, 128), -1)
    cv2.rectangle(hall, (left + 12, 102), (left + 168, 360), (118, 140, 162), -1)
    cv2.circle(hall, (left + 154, 240), 6, (70, 80, 90), -1)
    return hall
