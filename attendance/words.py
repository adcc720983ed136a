"""Codes of the attendance domain in words for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.tables import Words

# What teachers say most often, offered beside the free text. By the status that is set.
REASONS: dict[str, tuple[Words, ...]] = {
    "present": (_("Was there, the camera missed it"), _("Sat out of sight"), _("Group work elsewhere")),
    "late": (_("Came late"), _("Bus or train was late")),
    "left_early": (_("Left with permission"), _("Left without a word"), _("Felt unwell")),
    "absent": (_("Was not there"), _("Somebody else's card")),
    "excused": (_("Doctor's note"), _("Family matter"), _("School event"), _("Excused by the office")),
    "unverified": (_("Cannot be said for certain"),),
}

NOTES: dict[str, Words] = {
    "": "",
    "too_few_sightings": _("Seen, but not often enough to be sure"),
    "uncertain_match": _("Somebody was seen who may be this person: see the review queue"),
    "arrival_unwatched": _("The camera was blind until the first sighting"),
    "not_enrolled": _("No face photos on record, so no camera can know this person"),
    "camera_gap": _("The camera was not seeing for too long"),
    "not_running": _("The system was not running"),
}
