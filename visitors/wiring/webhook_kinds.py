"""The events of the guest register that other systems can subscribe to. `person` is the host."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.webhooks.kinds import EventKind

_GUEST: dict[str, Any] = {
    "id": 311,
    "badge": 7,
    "name": "Alan Turing",
    "company": "Bletchley",
    "place": "Main entrance",
}
_PRIVATE = frozenset({"name", "company", "place"})  # words that someone typed

KINDS = [
    EventKind(
        code="visitors.arrived",
        label=_("Visitor signed in"),
        meaning=_("A visitor was signed in, at the desk, a kiosk or over the API."),
        example=_GUEST,
        private=_PRIVATE,
    ),
    EventKind(
        code="visitors.left",
        label=_("Visitor signed out"),
        meaning=_("A visitor was signed out."),
        example=_GUEST,
        private=_PRIVATE,
    ),
    EventKind(
        code="visitors.roll_call",
        label=_("Evacuation list begun"),
        meaning=_("Someone began an evacuation list, in an emergency or as a drill."),
        example={"id": 4, "drill": True, "people": 87},
        about_a_person=False,
    ),
]
