"""What belongs to the scene and not to people: posters that never move, and pictures that were told of already.

A poster behind a kiosk must not raise an alarm every minute for ever. Once it has hung still for a while it is
remembered, told to staff once, and left out of what is looked at, as long as its place looks the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.detectors.base import overlap
from recognition.engine.types import Box, Face, Image, Vector

STILL_FOR = 20.0  # s without any movement after which a face whose liveness is not confirmed is part of the scene
STILL = 0.97  # least correlation of the face's place with how it looked when it came to rest
SAME_PLACE = 0.85  # least overlap with where it came to rest
OF_THE_SCENE = 0.6  # least overlap of a face with a remembered one
LOOKS_THE_SAME = 0.9  # least correlation of its place with how it looked
FORGET_AFTER = 3600.0  # s in which no face was found there: the poster was taken down
MOST = 16  # remembered at a time
SIDE = 24  # px of what is compared: a breath moves a cell of it, a camera's noise does not
CHECK_EVERY = 0.5  # s between two looks at whether a face stays still

# s between two alarms about the same person's picture; a picture that stays in its place is told of ever more rarely.
PAUSES = (60.0, 300.0, 900.0)
STAYS = 0.5  # least overlap with the place of the alarm before

Patch = NDArray[np.float32]


@dataclass(slots=True)
class Rest:
    """Since when a face has not moved."""

    box: Box
    patch: Patch
    since: float
    checked: float


@dataclass(slots=True)
class Fixture:
    """A face that belongs to the scene."""

    box: Box
    patch: Patch
    vector: Vector
    seen: float


@dataclass(slots=True)
class MediumAlarm:
    box: Box
    at: float
    times: int = 1  # in the same place, one after the other


class Scene:
    """Of one camera. Not thread-safe."""

    def __init__(self) -> None:
        self._fixtures: list[Fixture] = []
        self._alarms: dict[int, MediumAlarm] = {}

    # --- posters ----------------------------------------------------------------------------------

    def without(self, image: Image, faces: list[Face], now: float) -> list[Face]:
        """The faces of a frame that do not belong to the scene."""
        if not self._fixtures:
            return faces
        self._fixtures = [fixture for fixture in self._fixtures if now - fixture.seen < FORGET_AFTER]
        return [face for face in faces if not self._is_fixture(image, face, now)]

    def _is_fixture(self, image: Image, face: Face, now: float) -> bool:
        for fixture in self._fixtures:
            if overlap(fixture.box, face.box) < OF_THE_SCENE:
                continue
            fixture.seen = now  # hidden by a person, it hangs there still
            patch = patch_of(image, fixture.box)
            alike = likeness(patch, fixture.patch)
            if alike >= STILL:
                fixture.patch = patch  # daylight moves slowly
            if alike >= LOOKS_THE_SAME:
                return True
        return False

    def rest(self, image: Image, face: Face, before: Rest | None, now: float) -> Rest:
        """Since when this face has been still; `before`: the answer to its frame before, None for its first."""
        if before is None:
            return Rest(face.box, patch_of(image, face.box), now, now)
        if now - before.checked < CHECK_EVERY:
            return before
        if overlap(face.box, before.box) < SAME_PLACE or likeness(patch_of(image, before.box), before.patch) < STILL:
            return Rest(face.box, patch_of(image, face.box), now, now)
        before.checked = now
        return before

    def knows(self, box: Box, same: Callable[[Vector], bool]) -> Fixture | None:
        """The remembered face in this place that is the `same`: the light has changed, and it was told of before."""
        found = (one for one in self._fixtures if overlap(one.box, box) >= OF_THE_SCENE and same(one.vector))
        return next(found, None)

    def remember(self, image: Image, rest: Rest, vector: Vector, now: float) -> None:
        """This face belongs to the scene from now on."""
        self._fixtures = [one for one in self._fixtures if overlap(one.box, rest.box) < OF_THE_SCENE][-MOST + 1 :]
        self._fixtures.append(Fixture(rest.box, patch_of(image, rest.box), vector, now))

    # --- alarms -----------------------------------------------------------------------------------

    def alarm(self, person: int, box: Box, now: float) -> int:
        """How many times in a row a picture of this person was told of; 0 when it is too soon to tell of it again."""
        before = self._alarms.get(person)
        stays = before is not None and overlap(before.box, box) >= STAYS
        if before is not None and now - before.at < PAUSES[min(before.times if stays else 1, len(PAUSES)) - 1]:
            return 0
        goes_on = before is not None and now - before.at < FORGET_AFTER
        times = before.times + 1 if before is not None and goes_on else 1
        self._alarms = {who: alarm for who, alarm in self._alarms.items() if now - alarm.at < FORGET_AFTER}
        self._alarms[person] = MediumAlarm(box, now, times)
        return times


def patch_of(image: Image, box: Box) -> Patch:
    """The place of a face, small and grey, without brightness and contrast: SIDE² numbers of length 1."""
    high, wide = image.shape[:2]
    left, top = min(max(0, box.x), wide - 1), min(max(0, box.y), high - 1)
    right, bottom = max(left + 1, min(wide, box.x + box.w)), max(top + 1, min(high, box.y + box.h))
    small = cv2.resize(image[top:bottom, left:right], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32).ravel()
    grey -= grey.mean()
    return grey / max(float(np.linalg.norm(grey)), 1.0)


def likeness(a: Patch, b: Patch) -> float:
    """Correlation, -1 to 1. Two places without any structure are alike."""
    if not a.any() and not b.any():
        return 1.0
    return float(a @ b)
