"""What makes a face unfit to be watched, and can be mended by who stands there."""

from __future__ import annotations

import math

from recognition.engine.quality import TOO_BRIGHT, TOO_DARK
from recognition.liveness.looks import Look

LEAST_EYES = 28.0  # px between the eyes, in a picture of at most 640: an open eye is then 4 px high, a closed one 2
LEAST_SHARPNESS = 8.0  # below engine.quality's BLURRED, which is for embeddings: eyes are still told apart


def trouble(look: Look) -> str | None:
    """The hint that helps most: come_closer, more_light, less_light, hold_still; None when all is well."""
    quality = look.quality
    if look.apart < LEAST_EYES * max(0.5, math.cos(math.radians(look.yaw))):
        return "come_closer"
    if quality.light < TOO_DARK:
        return "more_light"
    if quality.light > TOO_BRIGHT:
        return "less_light"
    return "hold_still" if quality.sharpness < LEAST_SHARPNESS else None
