"""An engine for tests that are not about recognition: a face is a square of one bright colour.

Pictures are real JPEG files, so that decoding, limits and transport are the real ones. The same
colour is the same person; `picture("ada", "grace")` draws two faces side by side.
"""

from __future__ import annotations

import hashlib
from typing import Any

import cv2
import numpy as np

from recognition.engine import Box, Face, Image, Profile, Quality, Vectors

DIM = 32
BACKGROUND = 90  # grey; faces are told apart from it by their saturation


def hue_of(name: str) -> int:
    """One of 18 hues, far enough apart to survive JPEG. `ada`, `grace`, `alan`, `edsger`, `stranger` all differ."""
    known = ("ada", "grace", "alan", "edsger", "barbara", "stranger", "donald", "margaret")
    index = known.index(name) if name in known else 8 + int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10
    return index * 10


LIGHT = 200


def face_square(name: str, size: int = 120, *, dark: bool = False, light: int = LIGHT) -> Image:
    hsv = np.full((size, size, 3), (hue_of(name), 255, 40 if dark else light), np.uint8)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def picture(
    *names: str | tuple[str, int],
    size: int = 120,
    width: int = 640,
    height: int = 480,
    dark: bool = False,
    light: int = LIGHT,
) -> bytes:
    """A JPEG with one square face a name, from left to right. No names: an empty room.

    `light` says whether they live (tests.support.fake_life); of one of them: its name with a light, as in ("ada",
    STILL).
    """
    canvas = np.full((height, width, 3), BACKGROUND, np.uint8)
    for number, shown in enumerate(names):
        name, brightness = (shown, light) if isinstance(shown, str) else shown
        left = 20 + number * (size + 30)
        canvas[60 : 60 + size, left : left + size] = face_square(name, size, dark=dark, light=brightness)
    return encode(canvas)


def encode(image: Image) -> bytes:
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert ok
    return data.tobytes()


class FakeEngine:
    """Answers like the real engine, from colours."""

    def __init__(self) -> None:
        self.profile = Profile(name="fake", detector="colour", model="hue", dim=DIM)

    def detect(
        self,
        image: Image,
        *,
        min_face: int = 40,
        limit: int = 64,
        near: Any = None,
        quick: bool = False,
        glance: bool = False,
    ) -> list[Face]:
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        mask = (hsv[..., 1] > 150).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
        faces = [self._face(hsv, Box(*map(int, row[:4]))) for row in stats[1:] if min(row[2:4]) >= min_face]
        return sorted(faces, key=lambda face: -face.box.size)[:limit]

    def _face(self, hsv: Any, box: Box) -> Face:
        inside = hsv[box.y : box.y + box.h, box.x : box.x + box.w, 2]
        light = float(inside.mean())
        quality = Quality(
            size=box.size,
            sharpness=200.0,
            light=light,
            contrast=40.0,
            yaw=0,
            pitch=0,
            roll=0,
            eyes_open=0.3,
            score=0.9 if light > 60 else 0.1,
        )
        return Face(box, 1.0, np.zeros((68, 2), np.float32), quality)

    def follow(self, image: Image, face: Face) -> Face | None:
        return next(iter(self.detect(image, limit=1)), None)

    def lids(self, image: Image, face: Face) -> tuple[float, float] | None:
        return 0.3, 0.3

    def embed(self, image: Image, faces: list[Face]) -> Vectors:
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        rows = [self._vector(hsv[f.box.y + f.box.h // 2, f.box.x + f.box.w // 2, 0]) for f in faces]
        return np.array(rows, np.float32).reshape(len(rows), DIM)

    def _vector(self, hue: int) -> Any:
        slot = round(int(hue) / 10) % 18
        vector = np.random.default_rng(1000 + slot).normal(size=DIM)
        return vector / np.linalg.norm(vector)

    def threshold(self, *, photos: int, frames: int, target_fmr: float) -> float:
        return 0.5

    def crop(self, image: Image, face: Face) -> Image:
        x, y, w, h = face.box
        pad = w // 4
        return image[max(0, y - pad) : y + h + pad, max(0, x - pad) : x + w + pad].copy()


def build(*args: Any, **kwargs: Any) -> FakeEngine:
    return FakeEngine()
