"""What the log of accesses to biometrics says, in plain words. The log itself keeps codes: they stay the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.roles import Purpose
from recognition.faces.photo_quality import SENTENCES
from recognition.models import FaceSample

ACTIONS: dict[str, str | Promise] = {
    "enrolled": _("Photos enrolled"),
    "photo_viewed": _("Photo viewed"),
    "photos_downloaded": _("Own photos downloaded"),
    "own_photos_sent": _("New photos sent by the person"),
    "new_photo_viewed": _("New photo that waits for acceptance viewed"),
    "photos_replaced": _("Photos replaced by new ones"),
    "newcomer_viewed": _("Photo of a newcomer viewed"),
    "photos_compared": _("New, conflicting photos viewed"),
    "photo_removed": _("Photo removed"),
    "lookalike_named": _("Named as a look-alike while another person was enrolled"),
    "picture_searched": _("Picture searched"),
    "identified": _("Named in a picture"),
    "verified": _("Compared with a picture"),
    "watched_station": _("Live picture of a station viewed"),
    "camera_tested": _("Camera tested, with its picture"),
    "reembedded": _("Photos recalculated for another profile"),
    "profile_chosen": _("Recognition models chosen"),
    "recalculation_asked": _("Recalculation of photos requested"),
    "look_denied": _("Reported as not this person"),
    "impostor_reported": _("Impostor example kept"),
    "impostor_accepted": _("Impostor example accepted"),
    "impostor_removed": _("Impostor example deleted"),
    "purpose_erased": _("Face data of a purpose erased"),
    "person_erased": _("All face data erased"),
}

NAMES: dict[str, str | Promise] = {
    "newcomer": _("newcomer"),
    "sample": _("photo number"),
    "purpose": _("purpose"),
    "purposes": _("purposes"),
    "photos": _("photos"),
    "refused": _("rejected"),
    "chosen": _("chosen by hand"),
    "source": _("from"),
    "uses": _("uses"),
    "sightings": _("sightings"),
    "consents": _("consents"),
    "templates": _("templates"),
    "station": _("station"),
    "camera": _("camera"),
    "faces": _("faces"),
    "match": _("same person"),
    "state": _("state"),
    "why": _("reason for review"),
    "impostor_examples": _("impostor examples"),
    "while_enrolling": _("while enrolling"),
    "images": _("pictures"),
    "profile": _("profile"),
}


def action(code: str) -> str:
    return str(ACTIONS.get(code, code.replace("_", " ").capitalize()))


def detail(values: Mapping[str, Any]) -> str:
    """`purposes: Reception; photos: 3; from: Webcam`. What is empty is left out.

    In the order of NAMES: not every database keeps the order in which a row was written.
    """
    ordered = [name for name in NAMES if name in values] + sorted(values.keys() - NAMES.keys())
    said = ((NAMES.get(name, name.replace("_", " ")), _value(name, values[name])) for name in ordered)
    return "; ".join(f"{name}: {words}" for name, words in said if words)


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _now("yes") if value else _now("no")
    if isinstance(value, list):
        return ", ".join(_value(name, one) for one in value)
    return _WORDS[name](str(value)) if name in _WORDS else str(value)


def _purpose(code: str) -> str:
    return str(Purpose(code).label) if code in Purpose.values else code


def _source(code: str) -> str:
    return str(dict(FaceSample.Source.choices).get(code, code))


def _fault(code: str) -> str:
    return str(SENTENCES.get(code, code.replace("_", " "))).rstrip(".").lower()


_WORDS: dict[str, Callable[[str], str]] = {
    "purpose": _purpose,
    "purposes": _purpose,
    "source": _source,
    "refused": _fault,
}
