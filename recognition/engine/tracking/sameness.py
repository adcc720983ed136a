"""Whether what is in a place is what was there a moment ago, without asking any network.

The mesh follows a face from frame to frame, and would follow it onto another one that is put in its place, or that
comes there with a cut of the film. So each frame is compared with the one before, coarsely: whole, and in the face.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Box, Image

Small = NDArray[np.float32]
WHOLE, FACE = (24, 18), (16, 16)  # px
CUT = 20.0  # grey levels, mean change of the whole picture: head_turns.mp4 changes by up to 12, its cuts by 25 and more
PLAIN = 8.0  # grey levels, standard deviation below which there is nothing to correlate
ALIKE = 0.35  # correlation: a face that turns and talks keeps 0.6 and more, another one in its place has 0.2
OTHER_COLOUR = 25.0  # levels, mean change of a plain face


def whole(image: Image) -> Small:
    """The picture, tiny."""
    return cv2.resize(image, WHOLE, interpolation=cv2.INTER_AREA).astype(np.float32)


def is_cut(before: Small | None, now: Small) -> bool:
    """Whether this is another scene."""
    return before is not None and float(np.abs(now - before).mean()) > CUT


def patch(image: Image, box: Box) -> Small | None:
    """The face, tiny; None beyond the picture."""
    part = image[max(0, box.y) : max(0, box.y + box.h), max(0, box.x) : max(0, box.x + box.w)]
    return None if min(part.shape[:2]) < 2 else cv2.resize(part, FACE, interpolation=cv2.INTER_AREA).astype(np.float32)


def is_other(before: Small | None, now: Small | None) -> bool:
    """Whether something else has come into the face's place."""
    if before is None or now is None:
        return before is not now
    if min(before.std(), now.std()) < PLAIN:
        return float(np.abs(before.mean(axis=(0, 1)) - now.mean(axis=(0, 1))).max()) > OTHER_COLOUR
    a, b = (one.mean(axis=2) for one in (before, now))
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum()) < ALIKE * float(np.linalg.norm(a) * np.linalg.norm(b))
