"""The events of attendance that other systems can subscribe to: every line of a roll."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.webhooks.kinds import EventKind
from attendance.models import RollEntry

Kind = RollEntry.Kind
_OF_NOBODY = {Kind.OPENED, Kind.CLOSED, Kind.STRANGER}

_MEANING = {
    Kind.OPENED: _("A session was opened."),
    Kind.SEEN: _("Someone was seen in a session, by a camera, card, PIN, teacher or over the API."),
    Kind.STRANGER: _("A camera of a session saw someone who is not on its roster."),
    Kind.CORRECTED: _("A teacher set someone's status."),
    Kind.DENIED: _("An entry of the roll was about another person, and no longer counts."),
    Kind.CLOSED: _("A session was closed."),
}


def _example(kind: Kind) -> dict[str, Any]:
    return {
        "id": 90210,
        "session": 17,
        "course": "MATH-101",
        "status": "" if kind in _OF_NOBODY else "present",
        "source": "teacher" if kind in (Kind.CORRECTED, Kind.DENIED) else "kiosk",
        "station": "room-1",
        "reason": str(_("missed the bus")) if kind == Kind.CORRECTED else "",
    }


KINDS = [
    EventKind(
        code=f"attendance.{kind}",
        label=kind.label,
        meaning=_MEANING[kind],
        example=_example(kind),
        about_a_person=kind not in _OF_NOBODY,
        private=frozenset({"reason"}),  # words that someone typed
    )
    for kind in Kind
]
