"""Dark glasses over the eyes, and what hides the mouth: seen on the upright face of 150 px.

Dark glasses: the brightest quarter of the skin and lids around an eye is darker than half of the cheek below, and than
half of the forehead: cheeks shine, and on dark skin they shine most. A mask:
where lips should be there is next to no change of light from row to row, as on a smooth cloth. See
docs/recognition.md for what that catches and what it does not.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Quality

DARK_GLASSES = 0.5  # of the skin's light: 0.09, 0.33, 0.48 and 0.49 where they are worn, 0.51 and more on 482 others
SMOOTH_MOUTH = 0.12  # of the cheeks' light, a row. LFW: 0.16 and more; drawn masks 0.10 and less in 95 of 100
UPRIGHT = 25.0  # degrees of turn up to which both can be checked

EYES = (slice(38, 56), slice(31, 65)), (slice(38, 56), slice(84, 118))  # rows and columns of the chip, image left first
FOREHEAD = slice(10, 28), slice(50, 100)
CHEEKS = (slice(62, 76), slice(34, 56)), (slice(62, 76), slice(94, 116))
MOUTH = (slice(84, 116), slice(54, 96))


def cover(quality: Quality) -> str | None:
    """What hides part of the face: eyes_covered, mouth_covered, or None. Nothing where it was not measured."""
    if quality.eye_light < DARK_GLASSES:
        return "eyes_covered"
    return "mouth_covered" if quality.mouth_detail < SMOOTH_MOUTH else None


def around_eyes(grey_chip: NDArray[np.uint8]) -> float:
    """The light around the brighter eye, as a share of the cheeks' or the forehead's, whichever are darker."""
    skin = max(1.0, min(_cheeks(grey_chip), _level(grey_chip[FOREHEAD], 0.5)))
    return max(_level(grey_chip[eye], 0.75) for eye in EYES) / skin


def at_mouth(grey_chip: NDArray[np.uint8]) -> float:
    """How much the light changes from row to row at the mouth, as a share of the cheeks'."""
    return float(np.abs(cv2.Sobel(grey_chip, cv2.CV_32F, 0, 1)[MOUTH]).mean()) / _cheeks(grey_chip)


def _cheeks(grey_chip: NDArray[np.uint8]) -> float:
    return max(_level(np.concatenate([grey_chip[cheek] for cheek in CHEEKS]), 0.5), 1.0)


def _level(part: NDArray[np.uint8], share: float) -> float:
    """The grey level that this share of it does not exceed, as `np.quantile` has it and in a tenth of its time."""
    ordered = np.sort(part, axis=None)
    place = share * (ordered.size - 1)
    low = int(place)
    below, above = float(ordered[low]), float(ordered[min(low + 1, ordered.size - 1)])
    return below + (above - below) * (place - low)
