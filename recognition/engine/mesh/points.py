"""What the 468 points of the mesh say: pose, alignment, and where to look in the next frame."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh.cutting import Square, tilt_of

Floats = NDArray[np.float32]

# Numbers of points in MediaPipe's canonical face; "left" and "right" are those of the image.
CHEEK_LEFT, CHEEK_RIGHT, FOREHEAD, CHIN = 234, 454, 10, 152
EYE_LEFT, EYE_RIGHT = (33, 133), (362, 263)  # corners, from image left to image right
TIP, BASE = 4, 2  # of the nose
MOUTH = (61, 291)
ENLARGED = 1.5  # of the box of all points: what the net was trained on
EYE_ENLARGED = 2.3  # of the width of the eye


def eyes(points: Floats) -> Floats:
    """The two eyes' centres, image left first: (2, 2) px."""
    left, right = (points[one, :2] + points[other, :2] for one, other in (EYE_LEFT, EYE_RIGHT))
    return np.asarray(np.stack([left, right]) / 2, np.float32)


def eyes_nose_mouth(points: Floats) -> Floats:
    """Eye, eye, nose tip, mouth corner, mouth corner, image left first: (5, 2) px, for ArcFace-style models."""
    return np.concatenate([eyes(points), points[[TIP, *MOUTH], :2]])


def dlib_five(points: Floats) -> Floats:
    """dlib's five: image-right eye's outer and inner corner, image-left eye's outer and inner corner, nose base."""
    return points[[EYE_RIGHT[1], EYE_RIGHT[0], EYE_LEFT[0], EYE_LEFT[1], BASE], :2].copy()


def pose(points: Floats) -> tuple[float, float, float]:
    """Yaw (positive: nose to the image's right), pitch (positive: chin up), roll (positive: to the image's right).

    Degrees, from the axes between the cheeks and from forehead to chin, in three dimensions.
    """
    across, down = points[CHEEK_RIGHT] - points[CHEEK_LEFT], points[CHIN] - points[FOREHEAD]
    (a, b, c), (d, e, f) = across.tolist(), down.tolist()
    x, y, z = c * e - b * f, a * f - c * d, b * d - a * e  # out of the face; the camera looks along +z
    yaw = math.degrees(math.atan2(x, -z))
    pitch = math.degrees(math.atan2(-y, math.hypot(x, z)))
    left, right = eyes(points)
    return yaw, pitch, math.degrees(tilt_of(left, right))


def square_of_face(points: Floats) -> Square:
    """Where the mesh is looked for in the next frame."""
    left, right = eyes(points)
    return Square.around(points, tilt_of(left, right), ENLARGED)


def square_of_eye(points: Floats, corners: tuple[int, int]) -> Square:
    left, right = points[corners[0], :2], points[corners[1], :2]
    return Square.around(points[list(corners)], tilt_of(left, right), EYE_ENLARGED)
