"""What the screen says during a liveness challenge: a sentence for every hint and every reason."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Left and right are the person's own; a preview is a mirror, so they turn towards that side of the screen.
HINTS: dict[str, str | Promise] = {
    "blink": _("Blink."),
    "turn_left": _("Turn your head to the left."),
    "turn_right": _("Turn your head to the right."),
    "look_straight": _("Look straight into the camera."),
    "open_eyes": _("Open your eyes."),
    "hold_still": _("Hold still."),
    "too_fast": _("Too fast: turn your head slowly."),
    "turn_further": _("Turn your head a little further."),
    "come_closer": _("Come closer."),
    "step_back": _("Step back a little."),
    "more_light": _("More light, please."),
    "less_light": _("Too bright: turn away from the light."),
    "one_person": _("One person only, please."),
    "no_face": _("Step in front of the camera."),
}

# Why an attempt failed, said to who stands there. None says how it was found out.
REASONS: dict[str, str | Promise] = {
    "timed_out": _("That took too long. Please try again."),
    "not_finished": _("The check was not finished. Please try again."),
    "wrong_turn": _("That was not what was asked for. Please try again."),
    "flat_picture": _("The check was not passed. Please try again."),
    "face_lost": _("Your face was out of sight. Please try again."),
    "two_faces": _("One person only, please. Then try again."),
    "face_swapped": _("The check was not passed. Please try again."),
    "passive_spoof": _("The check was not passed. Please try again, with even light on your face."),
}


def words_for(code: str) -> str:
    """The sentence for a hint or a reason; the code itself if there is none."""
    return str(HINTS.get(code) or REASONS.get(code) or code)


def liveness_words() -> dict[str, str]:
    """All of them by code, translated, for a page."""
    return {code: str(sentence) for code, sentence in (HINTS | REASONS).items()}
