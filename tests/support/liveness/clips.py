"""Films that answer a liveness challenge, and attacks on it, made of the real material in ../shared/data.

No film of the data shows one person who both blinks and turns. The live clip is therefore composed of one continuous
shot of `head_turns.mp4` (frames 166 to 210, the singer): real footage played forwards and backwards. Turns to the
person's left are the same footage mirrored. The blink is painted: lids are drawn down over the eyes of real frames.
Real blinks are tested on `blinks.mp4`, real turns both ways on `head_turns.mp4` as it is.

    frames = live_clip(["blink", "turn_left", "turn_right"], data)
    write_y4m(path, frames)      # for chromium --use-file-for-fake-video-capture
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

FPS = 30
SIZE = (640, 480)
WINDOW = (150, 0, 240, 180)  # x, y, w, h in the film: the singer's head in frames 166 to 210
HOLD = (168, 179)  # he looks straight ahead
RIGHT = (180, 209)  # and turns to his right, the picture's left
STEP = 2.4  # px of the film a frame that he moves meanwhile: the window goes with him, or his mirror image leaves it


# --- the live clip ---------------------------------------------------------------------------------------


def live_clip(actions, data, *, pause=0.5, opening=2.0):
    """RGB frames, 640 × 480, at FPS: straight ahead, each action with a pause after it, straight ahead again."""
    frames = hold(data, opening)
    for action in actions:
        frames = frames + answer(action, data) + hold(data, pause)
    return frames + hold(data, 1.5)


def answer(action, data, *, shut=8):
    """The frames of one action, from straight ahead to straight ahead; a blink keeps the eyes shut for so many."""
    if action == "blink":
        return blinking(hold(data, 0.6), shut)
    first, last = RIGHT
    there = [shot(data, number) for number in range(first, last + 1)]
    frames = there + there[:-9:-1] + there[-8:] + there[::-1]  # he stays turned for half a second
    return frames if action == "turn_right" else [mirrored(frame, data) for frame in frames]


def hold(data, seconds):
    """The singer looking straight ahead, forwards and backwards."""
    first, last = HOLD
    there = [shot(data, number) for number in range(first, last + 1)]
    cycle = there[::-1][:-1] + there
    return [cycle[number % len(cycle)] for number in range(round(seconds * FPS))]


def blinking(frames, shut=8):
    """The frames with a blink in their middle: as a rule of a third of a second."""
    middle, lids = len(frames) // 2, [0.5, *[1.0] * shut, 0.6]
    amounts = dict(enumerate(lids, middle - len(lids) // 2))
    return [with_lids(frame, amounts[n]) if n in amounts else frame for n, frame in enumerate(frames)]


@lru_cache(maxsize=256)
def shot(data, number):
    """A frame of the film, cut to the singer's head and enlarged."""
    x, y, w, h = WINDOW
    x += round(STEP * max(0, number - RIGHT[0]))
    return cv2.resize(film(data, "head_turns")[number][y : y + h, x : x + w], SIZE, interpolation=cv2.INTER_CUBIC)


def mirrored(frame, data):
    """Left and right exchanged, the head of the first frame of the turn kept in its place."""
    shift = np.float32([[-1, 0, 2 * _nose_at(data)], [0, 1, 0]])
    return cv2.warpAffine(frame, shift, SIZE, borderMode=cv2.BORDER_REPLICATE)


@lru_cache
def _nose_at(data):
    """Where the nose stands, px from the left, when the turn begins."""
    return float(landmarks(shot(data, RIGHT[0]))[27:36, 0].mean())


@lru_cache(maxsize=4)
def film(data, name):
    """Every frame of a film of the data, RGB."""
    capture, frames = cv2.VideoCapture(str(Path(data) / "liveness" / f"{name}.mp4")), []
    while (answer := capture.read())[0]:
        frames.append(cv2.cvtColor(answer[1], cv2.COLOR_BGR2RGB))
    return frames


# --- painted lids ------------------------------------------------------------------------------------------


def with_lids(image, amount=1.0):
    """The picture with the lids of its largest face drawn down, 0 open to 1 closed: skin above the eye, stretched."""
    points = landmarks(image)
    if points is None:
        return image
    for eye in (points[36:42], points[42:48]):
        image = _lid(image, eye, amount)
    return image


def _lid(image, eye, amount):
    roll = np.arctan2(eye[3, 1] - eye[0, 1], eye[3, 0] - eye[0, 0])
    width, middle = float(np.linalg.norm(eye[3] - eye[0])), eye.mean(axis=0)
    x, y = (max(0, int(value - width)) for value in middle)
    part, centre = (
        image[y : int(middle[1] + width), x : int(middle[0] + width)],
        middle - (x, y),
    )  # the eye and its lids
    ys, xs = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32)
    across = (xs - centre[0]) * np.cos(roll) + (ys - centre[1]) * np.sin(roll)
    down = -(xs - centre[0]) * np.sin(roll) + (ys - centre[1]) * np.cos(roll)
    t = np.clip(np.abs(across) / (0.62 * width), 0, 1)
    half = 0.26 * width * np.sqrt(1 - t**2)  # the almond of the open eye and a little more
    top, bottom, far = -half * 1.15, half * 0.8, -half * 2.6
    edge = top + amount * (bottom - top)
    inside = (down > far) & (down < edge) & (t < 1)
    source = np.where(inside, far + (down - far) * (top - far) / np.maximum(edge - far, 1e-3), down)
    map_x = centre[0] + across * np.cos(roll) - source * np.sin(roll)
    map_y = centre[1] + across * np.sin(roll) + source * np.cos(roll)
    drawn = cv2.remap(part, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR)
    line = (np.abs(down - edge) < max(1.0, 0.03 * width)) & (t < 0.95)
    drawn[line] = (drawn[line] * 0.45).astype(np.uint8)
    made = image.copy()
    made[y : y + part.shape[0], x : x + part.shape[1]] = drawn
    return made


# The points of the mesh that lie where the iBUG order has its 68: jaw, brows, nose, eyes, mouth.
# fmt: off
IBUG = [
    162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389, 71, 63, 105, 66, 107, 336, 296,
    334, 293, 301, 168, 197, 5, 4, 75, 97, 2, 326, 305, 33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,
]
# fmt: on


def landmarks(image, *, min_face=90):
    """(68, 2) of the largest face, or None."""
    faces = _engine().detect(image, min_face=min_face, limit=1, quick=True)
    return faces[0].mesh.points[IBUG, :2] if faces and faces[0].mesh else None


@lru_cache(maxsize=1)
def _engine():
    from benchmarks.material import engine

    return engine("bundled")


# --- files -----------------------------------------------------------------------------------------------


def write_y4m(path, frames, fps=FPS):
    """Raw video as Chromium's fake camera reads it."""
    height, width = frames[0].shape[:2]
    with Path(path).open("wb") as out:
        out.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames:
            out.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())


def write_mjpeg(path, frames, quality=92):
    """One JPEG after another: a twentieth of the size, read by Chromium's fake camera too."""
    with Path(path).open("wb") as out:
        for frame in frames:
            ok, data = cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
            assert ok
            out.write(data.tobytes())


def write_film(path, frames, fps=FPS):
    """MP4, for `check_liveness`."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), fps, frames[0].shape[1::-1])
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
