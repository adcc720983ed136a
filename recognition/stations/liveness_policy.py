"""How a station makes sure that someone is alive: which policies a place may have, and what they are called.

Lockers always ask for a challenge. A room camera sees faces too small to check, so there it is off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.roles import Purpose
from config.errors import Refused

if TYPE_CHECKING:
    from recognition.models import Station


class LivenessLevel(models.TextChoices):
    OFF = "off", _("Off: a photograph is also recognised")
    PASSIVE = "passive", _("Passive: checked during recognition, with no extra step")
    CHALLENGE = "challenge", _("Challenge: people are asked to blink and turn their head")


SHORT: dict[str, Promise] = {
    LivenessLevel.OFF: _("Liveness off"),
    LivenessLevel.PASSIVE: _("Passive liveness"),
    LivenessLevel.CHALLENGE: _("Liveness challenge"),
}


def forced(purpose: str, view: str) -> LivenessLevel | None:
    """The only policy that such a place may have; None where there is a choice."""
    if purpose == Purpose.LOCKERS:
        return LivenessLevel.CHALLENGE
    return LivenessLevel.OFF if view == "room" else None


def following(before: Station | None, purpose: str, view: str) -> str:
    """The policy of a station whose place is this one now, when no one chooses: as it was, or what the place asks for.

    A room camera that becomes a kiosk is not left open for photographs, though its policy was off. `before` is the
    station as it was before the change, None for a new one.
    """
    only = forced(purpose, view)
    if only is not None:
        return only
    if before is None or (forced(before.purpose, before.view) and not before.is_film):
        return LivenessLevel.PASSIVE
    return before.liveness


def require_possible(purpose: str, view: str, wanted: str) -> None:
    """Refused `wrong_liveness` where the place leaves no such choice."""
    only = forced(purpose, view)
    if only is None or wanted == only:
        return
    if only == LivenessLevel.CHALLENGE:
        words = _now("Lockers always need a liveness challenge. Choose 'challenge'.")
    else:
        words = _now("Faces are too small in a room camera to check liveness. Choose 'off'.")
    raise Refused("wrong_liveness", words)


def words_for(station: Station) -> str:
    """What the station's tile says."""
    if station.is_film:
        return film_words(station)
    return str(SHORT[LivenessLevel(station.liveness)])


def film_words(station: Station) -> str:
    """What a demonstration says of its film, on the tile and at the station; empty where a camera looks."""
    if not station.is_film:
        return ""
    if station.liveness == LivenessLevel.OFF:
        return _now("Demo film: the camera plays photographs, so liveness is off at this station.")
    return _now("Demo film: a photograph on a phone. This station checks liveness, so it names no one.")


def opens_for_a_photograph(station: Station) -> bool:
    """Whether people come close to this camera, and a picture of one of them would be taken for them."""
    return station.view == "walk_up" and station.liveness == LivenessLevel.OFF and not station.is_film
