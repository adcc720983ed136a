"""Films of one real person for a fake camera: alive, as in blinks.mp4, and their photograph held into the camera.

The close-up of the data overfills its frame, so it is made smaller and its own edge is drawn on around it.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from tests.browser import clips
from tests.conftest import DATA

SIZE = 640, 480
CLOSE_UP = 512, 288  # px of the film in the picture
ENROLLED = 5, 60, 110, 140, 200  # frames with open eyes, by the labels of the data
PHOTOGRAPH = 120
FPS = 25  # of the film


@lru_cache(maxsize=1)
def frames():
    """Every frame of the film, 640 × 480, BGR."""
    capture, found = cv2.VideoCapture(str(DATA / "liveness" / "blinks.mp4")), []
    while (answer := capture.read())[0]:
        found.append(_smaller(answer[1]))
    return found


def _smaller(frame):
    (width, height), (wide, high) = SIZE, CLOSE_UP
    beside, above = (width - wide) // 2, (height - high) // 2
    small = cv2.resize(frame, CLOSE_UP, interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(small, above, above, beside, beside, cv2.BORDER_REPLICATE)


def alive(path):
    return clips.write(path, [_jpeg(frame) for frame in frames()])


def photograph(path, *, seconds=12):
    """A still frame as a sheet that a hand moves a little before a wall."""
    sheet = cv2.copyMakeBorder(
        cv2.resize(frames()[PHOTOGRAPH], (400, 300)), 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=(245,) * 3
    )
    return clips.write(path, [_jpeg(_held(sheet, number / FPS)) for number in range(seconds * FPS)])


def _held(sheet, at):
    height, width = sheet.shape[:2]
    turn = 0.35 * np.sin(at * 1.6)
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) / 2
    depth = 900 / (900 + corners[:, 0] * np.sin(turn))
    across = SIZE[0] / 2 + 20 * np.sin(at * 1.1) + corners[:, 0] * np.cos(turn) * depth
    down = SIZE[1] / 2 + 6 * np.sin(at * 1.9) + corners[:, 1] * depth
    begin = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    pose = cv2.getPerspectiveTransform(begin, np.stack([across, down], 1).astype(np.float32))
    wall = np.full((SIZE[1], SIZE[0], 3), (150, 160, 168), np.uint8)
    return cv2.warpPerspective(sheet, pose, SIZE, dst=wall, borderMode=cv2.BORDER_TRANSPARENT)


def photos():
    """(name, JPEG) of the frames from which the person is enrolled."""
    return [(f"{number}.jpg", _jpeg(frames()[number], 95)) for number in ENROLLED]


def _jpeg(frame, quality=90):
    return cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
