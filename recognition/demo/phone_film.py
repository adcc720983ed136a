"""The film of the demo's picture check: someone holds a phone with a photograph of a known person into the camera.

Later they hold it up with a dark screen, again and again, while that person is in the other films.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.demo import film
from recognition.demo.film import HEIGHT, KNOWN, LENGTH, PAUSE, WIDTH, Appearance, Hall, Picture, empty_hall, read

SECONDS = 9.0  # that the phone is held up
TURNS = round(LENGTH / (SECONDS + PAUSE))  # how often; only the first time with a photograph on it
FACE = 140  # px of the face on the phone
SCREEN = (272, 376)  # px, width and height of the phone's screen when it is held straight
BEZEL = 14  # px
HALL = Hall((176, 190, 204), 140)
BLACK, EDGE = (18, 18, 20), (70, 70, 74)
TURN, NEAR = (
    0.42,
    900.0,
)  # radians that it is turned to either side; px from eye to phone: how strong the perspective is


def frames(portraits: Path) -> Iterator[Picture]:
    phone, hall = _phone(read(portraits / KNOWN.photo)), empty_hall(HALL)
    for turn in range(TURNS):
        for number in range(round(SECONDS * film.FPS)):
            yield _held(phone if turn == 0 else _dark(phone), hall, number / film.FPS)
        yield from [hall] * round(PAUSE * film.FPS)


def appearances() -> list[Appearance]:
    return [Appearance(KNOWN.photo, 0.0, SECONDS)]


def _dark(phone: Picture) -> Picture:
    return np.full_like(phone, BLACK[0])


def _phone(photo: Picture) -> Picture:
    """The photograph on a phone's screen, its face in the middle: BGR."""
    (x, y), scale = KNOWN.centre, FACE / KNOWN.face
    move = np.array([[scale, 0, SCREEN[0] / 2 - scale * x], [0, scale, SCREEN[1] * 0.45 - scale * y]])
    screen = cv2.warpAffine(photo, move, SCREEN, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return _framed(_framed(np.asarray(screen, np.uint8), BEZEL, BLACK), 3, EDGE)


def _framed(picture: Picture, px: int, colour: tuple[int, int, int]) -> Picture:
    return np.asarray(cv2.copyMakeBorder(picture, px, px, px, px, cv2.BORDER_CONSTANT, value=colour), np.uint8)


def _held(phone: Picture, hall: Picture, at: float) -> Picture:
    """`at` seconds in: it is turned and moved a little, as hands do."""
    picture = hall.copy()
    size = (WIDTH, HEIGHT)
    cv2.warpPerspective(phone, _pose(phone, at), size, dst=picture, borderMode=cv2.BORDER_TRANSPARENT)
    return picture


def _pose(phone: Picture, at: float) -> NDArray[np.float64]:
    """Where the phone's corners lie in the picture: a sheet turned about its upright axis."""
    height, width = phone.shape[:2]
    turn = TURN * math.sin(at * 1.6)
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) / 2
    depth = NEAR / (NEAR + corners[:, 0] * math.sin(turn))
    across = WIDTH / 2 + 24 * math.sin(at * 1.1) + corners[:, 0] * math.cos(turn) * depth
    down = HEIGHT / 2 + 6 * math.sin(at * 1.9) + corners[:, 1] * depth
    begin = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(begin, np.stack([across, down], 1).astype(np.float32)), np.float64)
