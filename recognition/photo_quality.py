"""Is this photo good enough to enrol? One code and one plain sentence when it is not."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recognition.engine import Face, Quality

SMALLEST = 60  # px, shorter side of the face
# Variance of the Laplacian. On LFW, photos below 15 lie clearly farther from their person's others (90th percentile of
# the distance 0.37 against 0.28), those from 20 on do not; 2 % of its photos are below 15.
BLURRED = 15.0
DARK, BRIGHT = 45.0, 225.0  # mean grey level of the face
TURNED = 40.0  # degrees, to either side; on LFW the distance grows from there on
TILTED = 30.0  # degrees, up or down
EYES_CLOSED = 0.12  # eye aspect ratio; low, because narrow open eyes measure 0.14 and recognition does not suffer
BYSTANDER = 0.4  # a second face of at least this part of the largest one's size makes it unclear who is meant

SENTENCES: dict[str, str | Promise] = {
    "no_face": _("No face was found in this photo."),
    "several_faces": _("Several faces are in this photo: send one where the person is alone."),
    "too_small": _("The face is too small: come closer to the camera."),
    "blurred": _("The face is blurred: hold still and focus on it."),
    "too_dark": _("The face is too dark: put more light on it."),
    "too_bright": _("The face is too bright: put less light on it."),
    "turned_away": _("The face is turned away: look towards the camera."),
    "eyes_closed": _("The eyes are closed."),
    "somebody_else": _("This photo looks like somebody else."),
    "already_enrolled": _("This photo was enrolled before, and is kept once."),
}

# In the order in which a person can best mend them.
_RULES: tuple[tuple[str, Callable[[Quality], bool]], ...] = (
    ("too_small", lambda quality: quality.size < SMALLEST),
    ("too_dark", lambda quality: quality.light < DARK),
    ("too_bright", lambda quality: quality.light > BRIGHT),
    ("turned_away", lambda quality: abs(quality.yaw) > TURNED or abs(quality.pitch) > TILTED),
    ("blurred", lambda quality: quality.sharpness < BLURRED),
    ("eyes_closed", lambda quality: quality.eyes_open < EYES_CLOSED),
)


def the_one_face(faces: list[Face]) -> tuple[Face | None, str | None]:
    """The face that is meant, or the code why that is not clear. `faces`: largest first."""
    if not faces:
        return None, "no_face"
    if len(faces) > 1 and faces[1].box.size >= BYSTANDER * faces[0].box.size:
        return None, "several_faces"
    return faces[0], None


def fault(quality: Quality) -> str | None:
    """The first thing to mend about a face, as a code."""
    return next((code for code, applies in _RULES if applies(quality)), None)


def sentence(code: str | None) -> str | None:
    return str(SENTENCES[code]) if code else None
