"""What lies around a picture that is held up: the room, the bezel of a phone, margins, fingers; and the camera."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
SKIN = ((205, 160, 135), (150, 105, 80), (95, 65, 50))


def room(rng: np.random.Generator, size: tuple[int, int]) -> Image:
    """A wall with things on it, a little out of focus."""
    w, h = size
    light = rng.uniform(60, 190, 3)
    fall = (
        np.linspace(1.0, rng.uniform(0.6, 0.95), w)[None, :, None]
        * np.linspace(1, rng.uniform(0.7, 1), h)[:, None, None]
    )
    made = np.clip(light * fall, 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(3, 12))):
        x, y = int(rng.integers(-40, w)), int(rng.integers(-40, h))
        size_ = rng.integers(20, 220, 2)
        colour = tuple(int(value) for value in rng.uniform(20, 235, 3))
        cv2.rectangle(made, (x, y), (x + int(size_[0]), y + int(size_[1])), colour, -1)
    cloth = cv2.resize(rng.normal(0, 12, (h // 6, w // 6, 1)).astype(np.float32), (w, h))[..., None]
    made = np.clip(made + cloth, 0, 255).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(made, (0, 0), rng.uniform(0.6, 3.0)), np.uint8)


def framed(image: Image, margins: tuple[int, int, int, int], colour: tuple[int, int, int]) -> Image:
    """`margins`: px above, below, left and right."""
    return np.asarray(cv2.copyMakeBorder(image, *margins, cv2.BORDER_CONSTANT, value=colour), np.uint8)


def fingers(image: Image, rng: np.random.Generator) -> Image:
    """Two hands that hold a sheet at its sides."""
    made = image.copy()
    h, w = made.shape[:2]
    tone = SKIN[int(rng.integers(len(SKIN)))]
    for side in (0, w):
        y = int(rng.uniform(0.45, 0.85) * h)
        for n in range(int(rng.integers(1, 4))):
            centre = (side, y + n * int(0.07 * h))
            cv2.ellipse(
                made, centre, (int(0.10 * w), int(0.03 * h)), float(rng.uniform(-15, 15)), 0, 360, tone, -1, cv2.LINE_AA
            )
    return made


def on_screen(image: Image, rng: np.random.Generator) -> Image:
    """The picture as a screen shows it."""
    return Screen(image.shape[:2], rng).shows(image)


class Screen:
    """Its gamma, bluish white, a lattice of pixels, a reflection. Drawn once for all pictures of one size."""

    def __init__(self, size: tuple[int, ...], rng: np.random.Generator) -> None:
        """`size`: height and width, px."""
        h, w = size
        gamma, tint = rng.uniform(0.75, 1.2), np.array([0.94, 0.98, 1.0])
        levels = 255.0 * (np.arange(256) / 255.0) ** gamma
        self._levels = (levels[:, None] * tint * rng.uniform(0.85, 1.05)).astype(np.float32)[None]
        pitch = rng.uniform(1.7, 2.6)
        across, down = (np.cos(2 * np.pi * np.arange(length) / pitch) for length in (w, h))
        self._lattice = self._thrice(1 + 0.06 * across[None, :] + 0.04 * down[:, None])
        xs, ys = np.meshgrid(np.linspace(-1, 1, w), np.linspace(-1, 1, h))
        far = xs * rng.uniform(0.5, 1) + ys * rng.uniform(-1, 1) - rng.uniform(-0.8, 0.8)
        self._gloss = self._thrice(rng.uniform(0, 45) * np.exp(-((far / 0.25) ** 2)))

    @staticmethod
    def _thrice(plane: NDArray[np.float64]) -> NDArray[np.float32]:
        return np.repeat(plane[..., None], 3, axis=2).astype(np.float32)

    def shows(self, image: Image) -> Image:
        lit = cv2.LUT(image, self._levels) * self._lattice + self._gloss
        return np.asarray(np.clip(lit, 0, 255), np.uint8)


def on_paper(image: Image, rng: np.random.Generator) -> Image:
    """The picture as a printer brings it to paper: less contrast, a cast, the grain of paper."""
    black, white = rng.uniform(10, 40), rng.uniform(215, 250)
    cast = rng.uniform(0.94, 1.0, 3)
    grain = rng.normal(0, 2.0, (*image.shape[:2], 1))
    return np.clip((black + image / 255.0 * (white - black)) * cast + grain, 0, 255).astype(np.uint8)


class Camera:
    """Blur, light, noise and JPEG of one camera."""

    def __init__(self, rng: np.random.Generator, size: tuple[int, int], *, light: float = 0.02) -> None:
        self._rng, self._light = rng, light
        self._blur = float(rng.uniform(0.4, 0.9))
        self._quality = int(rng.integers(72, 93))
        self._phase = float(rng.uniform(0, 6.28))
        grain = float(rng.uniform(1.5, 4.5))
        w, h = size
        fields = (rng.normal(0, grain, (h + 32, w + 32, 3)) for _ in range(2))
        self._noise = [[np.clip(sign * field, 0, 60).astype(np.uint8) for sign in (1, -1)] for field in fields]

    def sees(self, picture: Image, at: float) -> Image:
        """One frame of it, RGB."""
        h, w = picture.shape[:2]
        soft = cv2.GaussianBlur(picture, (3, 3), self._blur)
        bright = float(1 + self._light * np.sin(2 * np.pi * 0.35 * at + self._phase))
        x, y = self._rng.integers(0, 32, 2)
        more, less = (part[y : y + h, x : x + w] for part in self._noise[int(self._rng.integers(2))])
        noisy = cv2.subtract(cv2.add(cv2.convertScaleAbs(soft, alpha=bright), more), less)
        ok, data = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, self._quality])
        assert ok
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
