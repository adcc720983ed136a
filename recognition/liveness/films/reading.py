"""Films of attempts, from files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from config.errors import Refused
from recognition.engine.types import Image

USUAL_RATE = 25.0  # frames a second, where the file does not say
MOST_RATE = 240.0


def frames_of(path: Path) -> Iterator[tuple[Image, float]]:
    """Every frame of a film as RGB, with its time in seconds. Refused `not_a_film` when there is none."""
    capture = cv2.VideoCapture(str(path)) if path.is_file() else None
    if capture is None or not capture.isOpened():
        raise Refused("not_a_film", f"{path} is not a readable film.")
    try:
        yield from _read(capture, path)
    finally:
        capture.release()


def _read(capture: cv2.VideoCapture, path: Path) -> Iterator[tuple[Image, float]]:
    told = float(capture.get(cv2.CAP_PROP_FPS))
    rate = told if 0 < told <= MOST_RATE else USUAL_RATE
    number = 0
    while True:
        ok, bgr = capture.read()
        if not ok:
            break
        yield np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8), number / rate
        number += 1
    if not number:
        raise Refused("not_a_film", f"{path} is not a readable film.")
