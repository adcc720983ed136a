"""Codes of the attendance domain in words for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.tables import Words

# What teachers say most often, offered beside the free text. By the status that is set.
REASONS: dict[str, tuple[Words, ...]] = {
    "present": (_("Was there, the camera missed it"), _("Sat out of sight"), _("Group work elsewhere")),
    "late": (_("Came late"), _("Bus or train was late")),
    "left_early": (_("Left with permission"), _("Left without notice"), _("Felt unwell")),
    "absent": (_("Was not there"), _("Another person's card")),
    "excused": (_("Doctor's note"), _("Family matter"), _("School event"), _("Excused by the office")),
    "unverified": (_("Cannot be known for certain"),),
}

# How sure a match was (attendance.rules.statuses.sureness). The number stands beside it in the details, where it is
# explained.
SURENESS: dict[str, Words] = {
    "high": _("high confidence"),
    "medium": _("medium confidence"),
    "low": _("low confidence"),
}

NOTES: dict[str, Words] = {
    "": "",
    "too_few_sightings": _("Seen, but not often enough to be sure"),
    "uncertain_match": _("A person was seen who may be this one. See the review queue"),
    "arrival_unwatched": _("The camera did not see anything until the first sighting"),
    "not_enrolled": _("There are no face photos, so no camera can recognise this person"),
    "camera_gap": _("The camera did not see anything for too long"),
    "excused_in_advance": _("Excused by an excuse that was accepted"),
    "not_running": _("The system was not running"),
}
