"""A recording of a living person, played on a screen that is held up to the camera."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.kinds import Kind, blended, hand_of
from benchmarks.attacks.scene import Camera, Screen, fingers, framed, room
from benchmarks.attacks.sheet import FOCAL, SIZE, seen

Image = NDArray[np.uint8]
FULL = 2.2  # times as large: a wide film then fills the height of the picture too
HIGH = 420.0  # px of the clip's height on the screen
HELD = {
    "replay, phone": Kind(medium="phone", carried=0.15, yaw=5, pitch=4, roll=2, zoom=0.03),
    "replay, tablet": Kind(medium="phone", carried=0.05, yaw=2, pitch=2, roll=1, zoom=0.01, shake=0.006),
    "replay, fixed": Kind(medium="phone", carried=0, yaw=0, pitch=0, roll=0, zoom=0, shake=0),
}
FILLING = {  # its frame is out of view
    "replay, full frame": Kind(medium="full", carried=0.05, yaw=2, pitch=2, roll=1, zoom=0.01, shake=0.006),
}


def replay(frames: Iterable[tuple[Image, float]], kind: str, seed: int) -> Iterator[tuple[Image, float]]:
    """What the camera sees of a clip (RGB, seconds) that runs on a screen with its frame, lattice and gamma."""
    what, rng = (HELD | FILLING)[kind], np.random.default_rng([seed, zlib.crc32(kind.encode())])
    hand, behind, camera = hand_of(what, rng), room(rng, SIZE), Camera(rng, SIZE)
    screen, bezel = int(rng.integers(2**31)), int(rng.uniform(14, 40))
    share = rng.uniform(0.62, 0.9) * (FULL if what.medium == "full" else 1)  # of the picture that the screen takes
    lit: Screen | None = None
    for image, at in frames:
        scale = HIGH / image.shape[0]
        shown = cv2.resize(
            image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        )
        if lit is None:
            same = np.random.default_rng(screen)
            lit, held_by = Screen(shown.shape[:2], same), same.bit_generator.state
        same.bit_generator.state = held_by  # the same fingers in every frame
        sheet = fingers(framed(lit.shows(np.asarray(shown, np.uint8)), (bezel,) * 4, (18, 18, 22)), same)
        pose = hand(at)
        wide = max(sheet.shape[1] / SIZE[0], sheet.shape[0] / SIZE[1])
        held = type(pose)(
            FOCAL * wide / share * pose.away / _usual(hand), pose.x, pose.y, pose.yaw, pose.pitch, pose.roll
        )
        picture, cover = seen(sheet, (sheet.shape[1] / 2, sheet.shape[0] / 2), held)
        yield camera.sees(blended(picture, behind, cover), at), at


def _usual(hand: object) -> float:
    return float(np.mean([hand(n / 3).away for n in range(12)]))  # type: ignore[operator]
