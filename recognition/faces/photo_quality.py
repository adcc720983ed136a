"""Is this photo good enough to enrol? One code and one plain sentence when it is not."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recognition.engine import Face, Quality, covers
from recognition.engine.quality import EYES_CLOSED, TOO_BRIGHT, TOO_DARK

SMALLEST = 60  # px, shorter side of the face
# Variance of the Laplacian. On LFW, photos below 15 lie clearly farther from their person's others (90th percentile of
# the distance 0.37 against 0.28), those from 20 on do not; 2 % of its photos are below 15.
BLURRED = 15.0
TURNED = 40.0  # degrees, to either side; on LFW the distance grows from there on
TILTED = 30.0  # degrees, up or down
BYSTANDER = 0.4  # a second face of at least this part of the largest one's size makes it unclear who is meant

SENTENCES: dict[str, str | Promise] = {
    "no_face": _("No face was found in this photo."),
    "several_faces": _("There are several faces in this photo. Send one that shows the person alone."),
    "too_small": _("The face is too small. Take the photo closer to the camera."),
    "blurred": _("The face is blurred. Hold still and focus on the face."),
    "too_dark": _("The face is too dark. Use more light."),
    "too_bright": _("The face is too bright. Use less light."),
    "turned_away": _("The face is turned away. The person must look towards the camera."),
    "eyes_covered": _("Dark glasses hide the eyes. Take them off."),
    "mouth_covered": _("Something hides the mouth. Take the mask or scarf off."),
    "eyes_closed": _("The eyes are closed."),
    "somebody_else": _("This photo looks like someone else."),
    "photos_disagree": _("This photo was not kept, because these photos do not look like one person."),
    "already_enrolled": _("This photo is already enrolled. It is stored only once."),
}

# In the order in which a person can best mend them.
_RULES: tuple[tuple[str, Callable[[Quality], bool]], ...] = (
    ("too_small", lambda quality: quality.size < SMALLEST),
    ("too_dark", lambda quality: quality.light < TOO_DARK),
    ("too_bright", lambda quality: quality.light > TOO_BRIGHT),
    ("turned_away", lambda quality: abs(quality.yaw) > TURNED or abs(quality.pitch) > TILTED),
    ("blurred", lambda quality: quality.sharpness < BLURRED),
    ("eyes_covered", lambda quality: covers.cover(quality) == "eyes_covered"),
    ("mouth_covered", lambda quality: covers.cover(quality) == "mouth_covered"),
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
