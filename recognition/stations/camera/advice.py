"""What would make a camera's pictures better, from what was measured in the last of them. No Django.

Thresholds of faces are the engine's own (recognition.engine.quality says how each was measured): advice begins where
the engine begins to turn looks down. Those of whole pictures are named here, with their source.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from recognition.engine.quality import BLURRED, TOO_BRIGHT, TOO_DARK
from recognition.engine.types import Image

DARK_PICTURE = 30.0  # mean grey level: no one could be seen (as recognition.live.pipeline counts it)
GLARE_PICTURE = 235.0  # mean grey level: over-exposed; 8-bit video white is 235 (ITU-R BT.601, BT.709)
# A face so much darker than its picture has a light behind it. Measured with the profile `bundled` on 134 photos of LFW
# and the demo's: the difference is 46 at most. The demo's, darkened to 45 % before a white wall: 139 to 186, and 56 for
# a face that fills the picture.
BACKLIGHT, SHADED = 70.0, 90.0  # grey levels: the difference, and below which a face is in the shade
# Pictures a second. Liveness follows a blink, which lasts 0.1 to 0.4 s (recognition.demo.cast: it wants five); a name
# needs three looks alike, and someone walks past a kiosk in two seconds or so.
SLOW_LIVENESS, SLOW_WALK_UP, SLOW_ROOM = 4.0, 1.5, 0.4
WINDOW, EVERY = 20.0, 0.5  # s that count, and between two looks that are kept
FEW = 4  # looks that are not yet advice


@dataclass(frozen=True, slots=True)
class FaceLook:
    size: float  # px
    light: float  # mean grey level
    sharpness: float  # variance of the Laplacian


@dataclass(frozen=True, slots=True)
class PictureLook:
    at: float
    light: float
    faces: tuple[FaceLook, ...]


class Advisor:
    """Of one camera: keeps numbers of its last pictures, never a picture."""

    def __init__(self) -> None:
        self._looks: deque[PictureLook] = deque()

    def look(self, image: Image, faces: Sequence[FaceLook], at: float, *, min_face: float) -> str:
        """One more picture, and the advice that follows."""
        if not self._looks or at - self._looks[-1].at >= EVERY:
            self._looks.append(PictureLook(at, light_of(image), tuple(faces)))
        while at - self._looks[0].at > WINDOW:
            self._looks.popleft()
        return advice_on(list(self._looks), min_face=min_face)


def light_of(image: Image) -> float:
    return float(image[::8, ::8].mean())


def advice_on(looks: Sequence[PictureLook], *, min_face: float, few: int = FEW) -> str:
    """A code, the worst fault first; empty when nothing is wrong, or too little was seen to say so."""
    if len(looks) < few:
        return ""
    light = median(one.light for one in looks)
    if light < DARK_PICTURE:
        return "dark"
    if light > GLARE_PICTURE:
        return "glare"
    with_faces = [one for one in looks if one.faces]
    if len(with_faces) < few:
        return ""
    return _of_faces([face for one in with_faces for face in one.faces], light, min_face)


def _of_faces(faces: Sequence[FaceLook], picture: float, min_face: float) -> str:
    light = median(face.light for face in faces)
    if light < SHADED and picture - light > BACKLIGHT:
        return "backlight"
    if light < TOO_DARK:
        return "faces_dark"
    if light > TOO_BRIGHT:
        return "faces_bright"
    if median(face.size for face in faces) < min_face:
        return "far"
    return "blurred" if median(face.sharpness for face in faces) < BLURRED else ""


def is_slow(fps: float, *, room: bool, liveness: bool) -> bool:
    """`fps`: 0 is not known yet."""
    least = SLOW_ROOM if room else SLOW_LIVENESS if liveness else SLOW_WALK_UP
    return 0.0 < fps < least
