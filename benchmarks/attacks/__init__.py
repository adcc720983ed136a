"""Presentation attacks made of photographs: what a camera would see when a picture is held up to it.

    still = still_of(image, mesh)                     # a photograph with one face, ready to be printed
    for frame, at in presentation(still, "bent", 7):  # 10 s at 10 frames/s, 480 × 360 RGB, the same for the same seed
        ...

Composed, not filmed: the printer, the screen and the camera are drawn. What is measured on them is a lower bound of how
an attack may look, not a certificate (docs/liveness.md says so).
"""

from benchmarks.attacks.kinds import KINDS, PRINTS, presentation
from benchmarks.attacks.replays import replay
from benchmarks.attacks.stills import Still, still_of

__all__ = ["KINDS", "PRINTS", "Still", "presentation", "replay", "still_of"]
