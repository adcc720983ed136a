"""The films of the library's exit and return: someone with books, and books alone, held into the camera."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from recognition.demo.film import FPS, HEIGHT, KNOWN, WIDTH, Picture, empty_hall, performance, read

FACE = 150  # px; the face leaves room for what is held up
FOR_EACH = 4.0  # seconds a book is held up
BEFORE = 3.0  # seconds a person looks into the camera with empty hands
AWAY = 14.0  # seconds of an empty hall: longer than an exit waits for someone to come back
BETWEEN_RETURNS = 75.0  # seconds: so long the books of the film stay on loan
RETURN_FPS = 4
BACKDROP = (92, 104, 110)


def at_exit(portraits: Path, things: Sequence[Picture]) -> Iterator[Picture]:
    """Someone known comes, holds up one thing after the other, and goes."""
    seconds = BEFORE + FOR_EACH * len(things)
    acting = performance(read(portraits / KNOWN.photo), KNOWN, (WIDTH, HEIGHT), face=FACE, seconds=seconds, aside=-150)
    for number, frame in enumerate(acting):
        turn = math.floor((number / FPS - BEFORE) / FOR_EACH)
        yield _holding(frame, things[turn], number / FPS) if 0 <= turn < len(things) else frame
    yield from [empty_hall()] * round(AWAY * FPS)


def at_return(things: Sequence[Picture]) -> Iterator[Picture]:
    """The books come back through the slot, one after the other."""
    slot = np.full((HEIGHT, WIDTH, 3), BACKDROP, np.uint8)
    yield from [slot] * round(BETWEEN_RETURNS * RETURN_FPS)
    for thing in things:
        yield from (_holding(slot, thing, number / RETURN_FPS) for number in range(round(FOR_EACH * RETURN_FPS)))
        yield from [slot] * RETURN_FPS


def _holding(scene: Picture, thing: Picture, at: float) -> Picture:
    """The thing in the right half of the picture, low, moving a little as a hand does."""
    high, wide = thing.shape[:2]
    middle = (wide / 2, high / 2)
    pose = np.asarray(cv2.getRotationMatrix2D(middle, 3 * math.sin(at * 1.4), 1.0), np.float64)
    pose[0, 2] += WIDTH - 30 - wide + 8 * math.sin(at * 1.1)
    pose[1, 2] += HEIGHT - 40 - high + 6 * math.sin(at * 1.9)
    canvas = scene.copy()
    cv2.warpAffine(thing, pose, (WIDTH, HEIGHT), dst=canvas, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    return canvas
