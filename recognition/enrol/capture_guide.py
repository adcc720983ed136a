"""The five steps of a guided capture, and what to tell the person in front of the camera at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recognition.engine import Vector

STRAIGHT = 13.0  # degrees within which a face looks straight ahead
SIDEWAYS = (13.0, 38.0)  # degrees that are "slightly to one side"
RAISED = (0.72, 0.93)  # the drop of the nose with the chin raised, as a part of what it is straight ahead

# Of the nose's foot, sideways between the eyes: up to 40° within 3° of the yaw that `engine.quality` measures.
DEGREES_PER_EYE_DISTANCE = 105.0


@dataclass(frozen=True, slots=True)
class GuideStep:
    name: str
    title: str | Promise
    ask: str | Promise


class Head(NamedTuple):
    """`turn`: degrees, positive = to the person's own left. `drop`: how far the nose lies below the eyes, in eye
    distances; it shrinks by about 1 % a degree when the chin goes up. Faces differ, so it means something only
    against the same face looking straight ahead.
    """

    turn: float
    drop: float


# Left and right are the person's own; the preview is a mirror, so they turn towards that side of the screen.
STEPS = (
    GuideStep("front", _("Front"), _("Look straight into the camera.")),
    GuideStep("front_again", _("Front again"), _("Look straight ahead again, with a different expression.")),
    GuideStep("left", pgettext_lazy("side", "Left"), _("Turn your head a little to your left.")),
    GuideStep("right", pgettext_lazy("side", "Right"), _("Turn your head a little to your right.")),
    GuideStep("chin_up", _("Chin up"), _("Raise your chin a little.")),
)

# The advice at a step; and what is wrong with a picture, said to the person in front of the camera, who can mend it.
SENTENCES: dict[str, str | Promise] = {
    "no_face": _("No face is in view. Please step in front of the camera."),
    "several_faces": _("Several faces are in view. Please come to the camera alone."),
    "blurred": _("The picture is blurred. Please hold still."),
    "eyes_closed": _("Open your eyes."),
    "eyes_covered": _("Take your sunglasses off."),
    "mouth_covered": _("Take your mask or scarf off."),
    "ready": _("Good. Hold still."),
    "look_straight": _("Look straight into the camera."),
    "turn_left": _("Turn a little more to your left."),
    "turn_right": _("Turn a little more to your right."),
    "turn_back": _("That is too far. Turn back a little."),
    "raise_chin": _("Raise your chin a little more."),
    "lower_chin": _("That is too high. Lower your chin a little."),
    "by_hand": _("When the head is in position, press the button to take the photo."),
}


def advice(step: str, landmarks: Vector, *, straight_drop: float | None) -> str:
    """`ready` when the head is as the step wants it, else the code of what to do.

    `straight_drop`: the `drop` of the same person looking straight ahead, when it is known.
    """
    head = head_of(landmarks)
    if head is None:
        return "ready" if step.startswith("front") else "by_hand"
    if step == "left":
        return _sideways(head.turn, "turn_left")
    if step == "right":
        return _sideways(-head.turn, "turn_right")
    if abs(head.turn) > STRAIGHT:
        return "look_straight"
    return _chin(head.drop, straight_drop) if step == "chin_up" else "ready"


def head_of(landmarks: Vector) -> Head | None:
    """How the head is held, from dlib's five points; None without usable ones."""
    left, right, nose = _points(landmarks)
    between = right - left
    apart = float(np.hypot(*between))
    if apart < 1.0:
        return None
    off = nose - (left + right) / 2
    sideways = float(np.dot(between, off)) / apart**2
    down = float(between[0] * off[1] - between[1] * off[0]) / apart**2
    return Head(turn=sideways * DEGREES_PER_EYE_DISTANCE, drop=down)


def _points(landmarks: Vector) -> tuple[Vector, Vector, Vector]:
    """The centres of both eyes, the image's left one first, and the foot of the nose."""
    return landmarks[2:4].mean(axis=0), landmarks[0:2].mean(axis=0), landmarks[4]


def _sideways(turned: float, more: str) -> str:
    least, most = SIDEWAYS
    if turned < least:
        return more
    return "turn_back" if turned > most else "ready"


def _chin(drop: float, straight: float | None) -> str:
    if not straight:
        return "by_hand"
    least, most = RAISED
    if drop > most * straight:
        return "raise_chin"
    return "lower_chin" if drop < least * straight else "ready"
