"""The film that the demo's camera plays: portraits that move a little, as people do, with pauses between them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
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
    """One photograph and where its face is, in its own pixels."""

    photo: str
    centre: tuple[int, int]
    face: int


# Never a photo that someone was enrolled from. No one is enrolled from biden.jpg: a stranger.
KNOWN = Shot("obama2.jpg", (320, 457), 310)
STRANGER = Shot("biden.jpg", (594, 388), 310)
SCENES = ((KNOWN,), (STRANGER,), (KNOWN, STRANGER))
SECONDS = 6.0  # of each scene
PAUSE = 4.0  # seconds of an empty hall, longer than the station remembers someone


def make(pictures: Iterable[Picture], target: Path, *, fps: int = FPS) -> None:
    """Write a film to `target`, all or nothing. Plain MJPEG, which OpenCV reads and writes everywhere."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part.avi")
    writer = cv2.VideoWriter(str(part), cv2.VideoWriter.fourcc(*"MJPG"), fps, (WIDTH, HEIGHT))
    for frame in pictures:
        writer.write(frame)
    writer.release()
    part.replace(target)


def frames(portraits: Path) -> Iterator[Picture]:
    hall = empty_hall()
    for shots in SCENES:
        size, face = (WIDTH // len(shots), HEIGHT), FACE * (0.55 + 0.45 / len(shots))
        strips = [list(performance(read(portraits / shot.photo), shot, size, face=face)) for shot in shots]
        yield from (np.hstack(side_by_side) for side_by_side in zip(*strips, strict=True))
        yield from [hall] * round(PAUSE * FPS)


def read(path: Path) -> Picture:
    photo = cv2.imread(str(path))
    if photo is None:
        raise Refused("no_portraits", f"{path.name} is not a picture.")
    return np.asarray(photo, np.uint8)


def performance(
    photo: Picture, shot: Shot, size: tuple[int, int], *, face: float, seconds: float = SECONDS, aside: float = 0.0
) -> Iterator[Picture]:
    """The photo on a picture of `size` (width, height), its face `face` px wide, `aside` px from the middle."""
    backdrop = _backdrop(photo, size)
    for number in range(round(seconds * FPS)):
        pose = _pose(shot, number / FPS, width=size[0] + 2 * aside, face=face)
        canvas = backdrop.copy()
        cv2.warpAffine(photo, pose, size, dst=canvas, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT)
        yield canvas


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


def empty_hall() -> Picture:
    """A wall, a floor and a door, drawn."""
    hall = np.full((HEIGHT, WIDTH, 3), (196, 202, 206), np.uint8)
    hall[360:] = (120, 132, 142)
    cv2.rectangle(hall, (230, 90), (410, 360), (92, 110, 128), -1)
    cv2.rectangle(hall, (242, 102), (398, 360), (118, 140, 162), -1)
    cv2.circle(hall, (384, 240), 6, (70, 80, 90), -1)
    return hall
