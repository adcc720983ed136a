"""The films of the library's exit and return: someone with books, and books alone, held into the camera."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from recognition.demo.film import (
    GUEST,
    HEIGHT,
    KNOWN,
    LENGTH,
    SLOT,
    STRANGER_TURNED,
    WIDTH,
    Appearance,
    Hall,
    Picture,
    Shot,
    empty_hall,
    performance,
)

FACE = 150  # px; the face leaves room for what is held up
EXIT_FPS, RETURN_FPS = 6, 4
HALL = Hall((186, 184, 212), 330)
PASSES = 6.0  # seconds that each of those who take nothing is there; the one after the books a little less
FIRST, COMES, LAST = SLOT, 3 * SLOT, 7 * SLOT  # when they come: a stranger, someone known with books, a stranger again
BEFORE = 3.0  # seconds a person looks into the camera with empty hands
FOR_EACH = 4.0  # seconds a book is held up
AWAY = 10.0  # seconds of an empty hall: longer than an exit waits for someone to come back
BETWEEN_RETURNS = 75.0  # seconds: so long the books of the film stay on loan
BLANK_EVERY = 15.0  # seconds: meanwhile a book without a label is put in
BACKDROP = (92, 104, 110)
COVERS = ((70, 60, 130), (120, 90, 50), (60, 110, 70), (50, 60, 60))  # BGR


class Act(NamedTuple):
    """Someone at the exit: from when, for how long, how far from the middle, and what they hold up in turn."""

    shot: Shot
    begins: float
    seconds: float
    aside: float
    things: Sequence[Picture] = ()


def acts(things: Sequence[Picture]) -> tuple[Act, ...]:
    """A stranger passes; someone known comes, holds up one thing after the other, and goes; two more strangers pass."""
    seconds = BEFORE + FOR_EACH * len(things)
    after = COMES + seconds + AWAY
    return (
        Act(STRANGER_TURNED, FIRST, PASSES, 30),
        Act(KNOWN, COMES, seconds, -150, things),
        Act(GUEST, after, PASSES - 2, -30),
        Act(STRANGER_TURNED, LAST, PASSES, 30),
    )


def appearances(things: Sequence[Picture]) -> list[Appearance]:
    return [Appearance(act.shot.photo, act.begins, act.begins + act.seconds) for act in acts(things)]


def at_exit(portraits: Path, things: Sequence[Picture]) -> Iterator[Picture]:
    """The acts, and between them an empty hall."""
    hall, shown = empty_hall(HALL), 0
    for act in acts(things):
        yield from [hall] * (round(act.begins * EXIT_FPS) - shown)
        yield from _acted(portraits, act)
        shown = round(act.begins * EXIT_FPS) + round(act.seconds * EXIT_FPS)
    yield from [hall] * (round(LENGTH * EXIT_FPS) - shown)


def _acted(portraits: Path, act: Act) -> Iterator[Picture]:
    size, fps = (WIDTH, HEIGHT), EXIT_FPS
    acting = performance(portraits, act.shot, size, face=FACE, seconds=act.seconds, aside=act.aside, fps=fps)
    for number, frame in enumerate(acting):
        turn = math.floor((number / fps - BEFORE) / FOR_EACH)
        yield _holding(frame, act.things[turn], number / fps) if 0 <= turn < len(act.things) else frame


def at_return(things: Sequence[Picture]) -> Iterator[Picture]:
    """The books come back through the slot, one after the other, after some that have no label."""
    slot = _slot()
    blanks = [_cover(colour) for colour in COVERS]
    every, shown = round(BLANK_EVERY * RETURN_FPS), round(FOR_EACH * RETURN_FPS)
    for number in range(round(BETWEEN_RETURNS * RETURN_FPS)):
        turn, since = divmod(number, every)
        blank = blanks[turn % len(blanks)]
        yield _holding(slot, blank, number / RETURN_FPS) if every - since <= shown else slot
    for thing in things:
        yield from (_holding(slot, thing, number / RETURN_FPS) for number in range(shown))
        yield from [slot] * RETURN_FPS


def _slot() -> Picture:
    """A book return from above, drawn: a frame, a flap and a strip of light."""
    slot = np.full((HEIGHT, WIDTH, 3), BACKDROP, np.uint8)
    cv2.rectangle(slot, (70, 60), (WIDTH - 70, HEIGHT - 60), (150, 158, 162), -1)
    cv2.rectangle(slot, (100, 90), (WIDTH - 100, HEIGHT - 90), (62, 70, 74), -1)
    cv2.rectangle(slot, (100, HEIGHT - 130), (WIDTH - 100, HEIGHT - 90), (176, 182, 184), -1)
    cv2.line(slot, (120, 108), (WIDTH - 120, 108), (190, 220, 235), 4)
    return slot


def _cover(colour: tuple[int, int, int]) -> Picture:
    """A closed book from the front, drawn."""
    cover = np.full((250, 180, 3), colour, np.uint8)
    cv2.rectangle(cover, (14, 14), (165, 235), tuple(min(255, part + 60) for part in colour), 3)
    cv2.rectangle(cover, (40, 60), (140, 90), (200, 205, 210), -1)
    return cover


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
