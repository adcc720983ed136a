"""What makes a face unfit to be watched, and can be mended by the person at the camera."""

from __future__ import annotations

from recognition.engine.quality import TOO_BRIGHT, TOO_DARK
from recognition.liveness.frames import Look

LEAST_EYES = 28.0  # px between the eyes, in a picture of at most 640: below it the lids are two pixels
LEAST_SHARPNESS = 8.0  # below engine.quality's BLURRED, which is for embeddings: eyes are still told apart


def trouble(look: Look) -> str | None:
    """The hint that helps most: come_closer, more_light, less_light, hold_still; None when all is well."""
    quality = look.quality
    if look.apart < LEAST_EYES:
        return "come_closer"
    if quality.light < TOO_DARK:
        return "more_light"
    if quality.light > TOO_BRIGHT:
        return "less_light"
    return "hold_still" if quality.sharpness < LEAST_SHARPNESS else None
