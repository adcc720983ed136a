"""How fit a face is for recognition, and what to tell the person to make it better."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Box, Quality

BLURRED = 25.0  # variance of the Laplacian on the chip: below it, embeddings of LFW photos blurred on purpose wander
TOO_DARK, TOO_BRIGHT = 45.0, 225.0  # mean grey level
TURNED = 35.0  # degrees, sideways or up and down
EYES_CLOSED = 0.16  # eye aspect ratio (Soukupová and Čech, 2016)
OPEN = 0.3  # what is reported where the eyes cannot be measured

# A head in distances between the eyes: how far things stand out in front of the eyes, and how far below them they lie.
# Fitted on LFW: the eyes come together as the nose moves aside, and both sets of points must give one angle.
TIP_OUT, BASE_OUT, MOUTH_OUT = 0.64, 0.47, 0.15  # nose tip, nose base, mouth corners
TIP_DOWN, MOUTH_DOWN = 0.535, 1.09


def measure(
    grey_chip: NDArray[np.uint8], box: Box, points: NDArray[np.float32], anchor: NDArray[np.float32]
) -> Quality:
    """Quality of the face in `box`; `grey_chip` is its aligned square of about 150 px, grey.

    `points`: 68, or the five again. The turn is read from the five (`anchor`): on a profile the 68 fall back
    to a frontal face, and so every site measures on one scale.
    """
    height, width = grey_chip.shape
    centre = grey_chip[height // 5 : -height // 8, width // 6 : -width // 6]
    light, contrast = float(centre.mean()), float(centre.std())
    sharpness = float(cv2.Laplacian(centre, cv2.CV_32F).var())
    (yaw, _, roll), (_, pitch, _) = pose(anchor), pose(points)
    eyes = eyes_open(points)
    return Quality(
        size=box.size,
        sharpness=sharpness,
        light=light,
        contrast=contrast,
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        eyes_open=eyes,
        score=_score(box.size, sharpness, light, contrast, yaw, pitch, eyes),
    )


def pose(points: NDArray[np.float32]) -> tuple[float, float, float]:
    """Yaw (positive: nose to the image's right), pitch (positive: chin up) and roll, in degrees, from 68 points or 5.

    The nose stands out, so it moves against the eyes and the mouth as the head turns. Five points tell no pitch: 0.
    Perspective-n-point was tried and is worse: in a film it jumps between +30° and -30° on a face that looks ahead.
    """
    left, right = _eye_centres(points)
    across = (right - left) / max(float(np.linalg.norm(right - left)), 1e-6) ** 2  # px to distances between the eyes
    down = np.array([-across[1], across[0]])
    nose, nose_out = (points[30], TIP_OUT) if len(points) >= 68 else (points[4], BASE_OUT)
    off = nose - (left + right) / 2
    yaw = math.degrees(math.atan2(float(off @ across), nose_out))
    if len(points) < 68:
        return yaw, 0.0, roll_of(points)
    mouth = points[[48, 54]].mean(axis=0) - (left + right) / 2
    return yaw, _pitch(float(off @ down), float(mouth @ down)), roll_of(points)


def _pitch(nose: float, mouth: float) -> float:
    """Degrees from how far the nose tip and the mouth lie below the eyes: raised, the nose moves up between them."""
    share = nose / max(mouth, 1e-6)
    return math.degrees(math.atan2(TIP_DOWN - share * MOUTH_DOWN, max(TIP_OUT - share * MOUTH_OUT, 1e-6)))


def roll_of(points: NDArray[np.float32]) -> float:
    """The tilt of the line between the eyes, degrees, positive to the image's right."""
    left, right = _eye_centres(points)
    return math.degrees(math.atan2(float(right[1] - left[1]), float(right[0] - left[0])))


def _eye_centres(points: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    if len(points) >= 68:
        return points[36:42].mean(axis=0), points[42:48].mean(axis=0)
    return points[2:4].mean(axis=0), points[0:2].mean(axis=0)  # dlib's five begin with the image's right eye


def eyes_open(points: NDArray[np.float32]) -> float:
    """The eye aspect ratio, mean of both eyes: height over width, about 0.3 open and 0.1 closed."""
    if len(points) < 68:
        return OPEN
    return float(np.mean([_aspect(points[36:42]), _aspect(points[42:48])]))


def _aspect(eye: NDArray[np.float32]) -> float:
    heights = np.linalg.norm(eye[1] - eye[5]) + np.linalg.norm(eye[2] - eye[4])
    return float(heights / (2.0 * max(float(np.linalg.norm(eye[0] - eye[3])), 1e-6)))


def _score(size: int, sharpness: float, light: float, contrast: float, yaw: float, pitch: float, eyes: float) -> float:
    """Each fault takes its share; what is fit in every way scores 1."""
    factors = (
        min(1.0, size / 110),
        min(1.0, sharpness / 80),
        min(1.0, max(0.0, light - 20) / 50),
        min(1.0, max(0.0, 250 - light) / 40),
        min(1.0, contrast / 30),
        max(0.1, math.cos(math.radians(min(80.0, 1.4 * abs(yaw))))),
        max(0.1, math.cos(math.radians(min(80.0, 1.2 * abs(pitch))))),
        1.0 if eyes > EYES_CLOSED else 0.6,
    )
    return float(np.prod(factors) ** 0.5)


def hint_for(quality: Quality, *, min_face: int, room: bool = False) -> str | None:
    """What keeps this face from being recognised, the most helpful thing first; None when nothing does.

    Answers: come_closer, too_dark, too_bright, hold_still, look_at_camera. A `room` camera sees
    people who do not pose for it, so there only what makes a look worthless counts.
    """
    if quality.size < min_face:
        return "come_closer"
    if quality.light < TOO_DARK:
        return "too_dark"
    if quality.light > TOO_BRIGHT:
        return "too_bright"
    if quality.sharpness < (BLURRED / 2 if room else BLURRED):
        return "hold_still"
    if abs(quality.yaw) > (TURNED * 1.3 if room else TURNED) or abs(quality.pitch) > TURNED:
        return "look_at_camera"
    return None
