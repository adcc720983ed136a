"""How fit a face is for recognition, and what to tell the person to make it better."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine import covers
from recognition.engine.embedding.landmarks import eye_centres
from recognition.engine.mesh.cutting import tilt_of
from recognition.engine.mesh.face_mesh import Mesh
from recognition.engine.types import Box, Quality

BLURRED = 25.0  # variance of the Laplacian on the chip: below it, embeddings of LFW photos blurred on purpose wander
TOO_DARK, TOO_BRIGHT = 45.0, 225.0  # mean grey level
TURNED = 35.0  # degrees, sideways or up and down
EYES_CLOSED = 0.12  # height over width, by the iris net: 0.03 to 0.10 shut in blinks.mp4, 0.124 and more on LFW, narrow
# eyes included. For photos (recognition.faces.photo_quality) and for looks alike: 0.16 took narrow eyes for shut ones.
OPEN = 0.3  # what is reported where the eyes cannot be measured

# How far the nose's base stands out in front of the eyes, in distances between them: as the head turns it moves aside
# and the eyes come together. Fitted on LFW.
BASE_OUT = 0.47


def measure(
    grey_chip: NDArray[np.uint8],
    box: Box,
    anchor: NDArray[np.float32],
    mesh: Mesh | None = None,
    lids: tuple[float, float] | None = None,
) -> Quality:
    """Quality of the face in `box`; `grey_chip` is its aligned square of about 150 px, grey.

    The pose is the mesh's, else read from the five points of `anchor`. `lids`: how far both eyes are open, if known.
    """
    height, width = grey_chip.shape
    centre = grey_chip[height // 5 : -height // 8, width // 6 : -width // 6]
    light, contrast = _mean_and_spread(centre)
    sharpness = _mean_and_spread(cv2.Laplacian(centre, cv2.CV_32F))[1] ** 2
    yaw, pitch, roll = (mesh.yaw, mesh.pitch, mesh.roll) if mesh else pose(anchor)
    eyes = sum(lids) / 2 if lids else OPEN
    judged = mesh is not None and abs(yaw) <= covers.UPRIGHT and grey_chip.shape == (150, 150)
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
        eye_light=covers.around_eyes(grey_chip) if judged else 1.0,
        mouth_detail=covers.at_mouth(grey_chip) if judged else 1.0,
    )


def pose(anchor: NDArray[np.float32]) -> tuple[float, float, float]:
    """Yaw (positive: nose to the image's right), pitch (unknown: 0) and roll, in degrees, from dlib's five points."""
    left, right = eye_centres(anchor)
    across = (right - left) / max(float(np.linalg.norm(right - left)), 1e-6) ** 2  # px to distances between the eyes
    yaw = math.degrees(math.atan2(float((anchor[4] - (left + right) / 2) @ across), BASE_OUT))
    return yaw, 0.0, math.degrees(tilt_of(left, right))


def _mean_and_spread(values: NDArray[Any]) -> tuple[float, float]:
    """Mean and standard deviation. OpenCV's take a tenth of the time of numpy's."""
    mean, spread = cv2.meanStdDev(values)
    return float(mean[0, 0]), float(spread[0, 0])


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
        0.6 if eyes < EYES_CLOSED else 1.0,
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
