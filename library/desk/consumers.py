"""The desk's socket, for librarians: who is inside, where it rings, where help is wanted, and then all that happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.identity.socket_session import signed_in_now
from config.errors import Refused
from config.web.state_socket import StateSocket
from library.circulation.journal import DESK
from library.desk import inside
from library.rules.visibility import keeps_library

CHANGES = (
    "library.entered",
    "library.left",
    "library.alarm",
    "library.alarm_ended",
    "library.help_wanted",
    "library.help_coming",
    "library.help_closed",
)


class DeskConsumer(StateSocket):
    group, refresh = DESK, 15.0

    def state(self) -> inside.InsideHello:
        """Refused `not_permitted`."""
        user = signed_in_now(self.scope)
        if user is None or not keeps_library(user):
            raise Refused("not_permitted", _("Sign in as a librarian to see who is inside."), status=403)
        return inside.hello()

    def changes_state(self, event: Mapping[str, Any]) -> bool:
        """Arrivals, departures, alarms and calls for help."""
        return event["kind"] in CHANGES
