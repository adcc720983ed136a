"""What the screen says during a liveness challenge: a sentence for every hint and every reason."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Left and right are the person's own; a preview is a mirror, so they turn towards that side of the screen.
HINTS: dict[str, str | Promise] = {
    "blink": _("Blink."),
    "turn_left": _("Turn your head to the left."),
    "turn_right": _("Turn your head to the right."),
    "nod": _("Nod slowly: chin down, then up again."),
    "blink_twice": _("Blink twice."),
    "blink_again": _("Blink once more."),
    "closer": _("Come closer to the camera, then step back again."),
    "nod_further": _("Nod a little further."),
    "look_straight": _("Look straight into the camera."),
    "open_eyes": _("Open your eyes."),
    "hold_still": _("Hold still."),
    "too_fast": _("Too fast. Turn your head slowly."),
    "turn_further": _("Turn your head a little further."),
    "come_closer": _("Come closer."),
    "step_back": _("Step back a little."),
    "more_light": _("More light, please."),
    "less_light": _("Too bright. Turn away from the light."),
    "one_person": _("One person at a time, please."),
    "no_face": _("Step in front of the camera."),
}

# Why an attempt failed, said to the person at the camera. None says how it was found out.
REASONS: dict[str, str | Promise] = {
    "timed_out": _("That took too long. Please try again."),
    "not_finished": _("The check did not finish. Please try again."),
    "wrong_turn": _("That was a different movement from the one asked for. Please try again."),
    "flat_picture": _("You did not pass the check. Please try again."),
    "face_lost": _("Your face was out of sight. Please try again."),
    "two_faces": _("There was more than one person in view. Please try again alone."),
    "face_swapped": _("You did not pass the check. Please try again."),
    "passive_spoof": _("You did not pass the check. Please try again with even light on your face."),
}


def words_for(code: str) -> str:
    """The sentence for a hint or a reason; the code itself if there is none."""
    return str(HINTS.get(code) or REASONS.get(code) or code)


def liveness_words() -> dict[str, str]:
    """All of them by code, translated, for a page."""
    return {code: str(sentence) for code, sentence in (HINTS | REASONS).items()}
